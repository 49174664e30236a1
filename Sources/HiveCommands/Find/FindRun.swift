// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

/// A key or value that was found, and what to call where it is.
struct FoundItem {
  let match: HiveMatch
  /// The key's path, cut where paths have become too long.
  let path: RegistryPath
  let hive: Hive
  /// The hive as the command line has it.
  let input: InputHive

  var lastWritten: FileTime? { match.key?.lastWritten }
}

/// Writes what was found in one form.
protocol FindWriter {
  mutating func begin()
  mutating func write(_ item: FoundItem)
  mutating func end()
}

extension FindWriter {
  mutating func begin() {}
  mutating func end() {}
}

/// A search through the hives of one command line.
struct FindRun {
  private let query: HiveQuery
  private let filter: FindFilter
  private let logs: LogOptions
  private let output: Output
  private var matchCount = 0
  private var hiveCount = 0
  private var searchedCount = 0
  private var failures: [CommandFailure] = []
  private let location: RegistryLocation?
  private var misses: [CommandFailure] = []

  init(_ query: HiveQuery, filter: FindFilter, logs: LogOptions, to output: Output) {
    self.query = query
    self.filter = filter
    self.logs = logs
    self.output = output
    location = filter.key.map { RegistryLocation($0) }
  }

  /// Looks through all hives; one that cannot be read does not keep the others from it.
  mutating func run<Writer: FindWriter>(_ inputs: Inputs, _ writer: Writer) {
    var writer = writer
    _ = inputs.report()
    var progress = Progress("matches", besides: output)
    writer.begin()
    failures = inputs.forEachHive(logs, until: output) { input, logs throws(CommandFailure) in
      try search(input, logs, &writer, &progress)
    }
    writer.end()
    progress.finish()
  }

  private mutating func search<Writer: FindWriter>(
    _ input: InputHive, _ logs: LogOptions, _ writer: inout Writer, _ progress: inout Progress
  ) throws(CommandFailure) {
    let path = input.path
    let hive = try input.open(logs)
    let kinds = filter.kind.flatMap(\.elements).map(\.kind)
    guard kinds.isEmpty || kinds.contains(hive.kind) else {
      hiveCount += 1
      return
    }
    let start: Key
    do throws(CommandFailure) {
      start = try location?.key(in: hive, of: input).0 ?? hive.root
    } catch {
      misses.append(error)
      return
    }
    hiveCount += 1
    searchedCount += 1
    var search = start.find(query)
    var paths = PathAllowance(fileSize: hive.fileSize)
    while output.failure == nil, let match = search.next() {
      matchCount += 1
      writer.write(
        FoundItem(match: match, path: paths.take(search.path), hive: hive, input: input))
      progress.advance()
    }
    let report = FindingsReport(of: hive, name: path)
    report.add(search.findings, of: search.findingCount)
    _ = report.finish()
    if search.skippedTextCount > 0 {
      Diagnostics.note(
        "\(path): texts that were not looked through, because the regular expression takes too long "
          + "on them: \(search.skippedTextCount)")
    }
  }

  /// What comes of the search.
  var tally: FindTally {
    FindTally(
      matchCount: matchCount, hiveCount: hiveCount, searchedCount: searchedCount,
      failures: failures, misses: misses)
  }
}

/// What comes of the searches in all machines and hives.
struct FindTally: Sendable {
  /// How many failures are kept until it is known whether any hive can be read.
  private static let limit = 1000

  var matchCount = 0
  var hiveCount = 0
  /// How many of the hives are of a kind that is looked through.
  var searchedCount = 0
  var failures: [CommandFailure] = []
  var misses: [CommandFailure] = []

  /// Adds what comes of another search.
  mutating func add(_ other: FindTally) {
    matchCount += other.matchCount
    hiveCount += other.hiveCount
    searchedCount += other.searchedCount
    failures += other.failures.prefix(Self.limit - failures.count)
    misses += other.misses.prefix(Self.limit - misses.count)
  }

  /// Says what could not be read, and that nothing was found.
  ///
  /// - Parameters:
  ///   - filter: What was looked through.
  ///   - isRest: Whether an earlier run looked through the first hives already.
  ///   - hint: What else to say where nothing was found.
  /// - Returns: The exit code: 0 where something was found, 1 where nothing was.
  /// - Throws: ``CommandFailure`` where no hive could be read.
  func finish(
    _ filter: FindFilter, isRest: Bool, hint: String?
  ) throws(CommandFailure) -> ExitCode {
    let location = filter.key.map { RegistryLocation($0) }
    let misses = hiveCount == 0 ? location?.summary(of: misses) ?? [] : []
    try (failures + misses).report(isAll: hiveCount == 0)
    guard matchCount == 0 else { return .success }
    if hiveCount > 0, !isRest {
      Diagnostics.note(
        searchedCount > 0
          ? "no key or value matches" : "no hive is of the kind that --kind asks for")
      if searchedCount > 0, let hint { Diagnostics.note(hint) }
    }
    return .incomplete
  }
}
