// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import RegistryHive

/// Writes differences in one form.
protocol DiffWriter {
  /// Writes what is before the first difference.
  mutating func begin()
  /// Goes on to two hives.
  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool)
  /// Writes a difference in the key at a path, or of the key itself.
  ///
  /// - Parameters:
  ///   - change: The difference.
  ///   - path: The path, of which the beginning is left out where it is cut.
  ///   - isCut: Whether it is.
  mutating func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool)
  /// Ends with two hives.
  mutating func endPair()
  /// Writes that only one input has a hive, whose root was last written at a time.
  mutating func write(_ lone: LoneHive, lastWritten: FileTime)
  /// Writes what follows the last difference.
  mutating func end()
}

extension DiffWriter {
  mutating func begin() {}
  mutating func endPair() {}
  mutating func write(_ lone: LoneHive, lastWritten: FileTime) {}
  mutating func end() {}
}

/// The comparison of all pairs of one command line.
struct DiffRun {
  private let options: HiveComparison.Options
  private let logs: LogOptions
  private let output: Output
  private var changeCount = 0
  private var comparedCount = 0
  private var isComplete = true
  private var failures: [CommandFailure] = []
  private var usedPatterns: Set<Int> = []
  /// The places of those patterns that left nothing out.
  private(set) var unusedPatterns: [Int] = []

  init(_ options: HiveComparison.Options, logs: LogOptions, to output: Output) {
    self.options = options
    self.logs = logs
    self.output = output
  }

  /// Compares all pairs; hives that cannot be read do not keep the others from it.
  mutating func run(_ pairs: HivePairs, _ writer: some DiffWriter) {
    var writer = writer
    for lone in pairs.lone { Diagnostics.note(lone.note) }
    var progress = Progress("differences", besides: output)
    writer.begin()
    for pair in pairs.list where output.failure == nil && !Interruption.hasCome {
      do throws(CommandFailure) {
        try compare(pair, isSingle: pairs.isSingle, &writer, &progress)
      } catch {
        failures.append(error)
      }
    }
    for lone in pairs.lone where output.failure == nil && !Interruption.hasCome {
      changeCount += 1
      var time = FileTime(rawValue: 0)
      do throws(CommandFailure) {
        time = try lone.hive.open(logs).root.lastWritten
      } catch {
        failures.append(error)
      }
      writer.write(lone, lastWritten: time)
    }
    writer.end()
    progress.finish()
    unusedPatterns = options.ignoring.indices.filter { !usedPatterns.contains($0) }
  }

  private mutating func compare(
    _ pair: HivePair, isSingle: Bool, _ writer: inout some DiffWriter, _ progress: inout Progress
  ) throws(CommandFailure) {
    let old = try pair.old.open(logs)
    let new = try pair.new.open(logs)
    comparedCount += 1
    var comparison = HiveComparison(from: old, to: new, options: options)
    var paths = PathAllowance(fileSize: old.fileSize + new.fileSize)
    writer.begin(pair, old: old, new: new, isSingle: isSingle)
    while output.failure == nil, !Interruption.hasCome, let change = comparison.next() {
      changeCount += 1
      let path = paths.take(comparison.path)
      writer.write(change, at: path, isCut: paths.isCut)
      progress.advance()
    }
    writer.endPair()
    usedPatterns.formUnion(comparison.usedPatterns)
    let before = FindingsReport(of: old, name: pair.old.path)
    before.add(comparison.findingsBefore, of: comparison.findingCountBefore)
    let after = FindingsReport(of: new, name: pair.new.path)
    after.add(comparison.findingsAfter, of: comparison.findingCountAfter)
    for report in [before, after] where report.finish() != .success { isComplete = false }
  }

  /// Says what could not be read.
  ///
  /// - Returns: The exit code: 0 where nothing differs and all was read.
  /// - Throws: ``CommandFailure`` where nothing could be compared.
  func finish() throws(CommandFailure) -> ExitCode {
    if comparedCount == 0, changeCount == 0, let first = failures.first { throw first }
    for failure in failures { Diagnostics.note(failure.message) }
    if changeCount == 0, comparedCount > 0 { Diagnostics.note("no difference") }
    return changeCount == 0 && isComplete && failures.isEmpty ? .success : .incomplete
  }
}
