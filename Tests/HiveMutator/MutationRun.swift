// SPDX-License-Identifier: MIT

import ArgumentParser
import Foundation
import HiveCommands
import HiveFormat
import RegistryHive

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs all commands on one mutated hive after the other, in this process, and looks at what must
/// hold whatever the hive is like.
///
/// A trap ends the process. The hive that it happened with is left in the folder then, beside a file
/// with its number.
package struct MutationRun {
  /// What was seen.
  package struct Summary: Sendable {
    /// How many hives no command could open, and how many were read with and without faults.
    package var refused = 0
    package var damaged = 0
    package var sound = 0
    /// What did not hold, with the number of the mutation.
    package var violations: [String] = []
    /// The mutation that took longest, and its seconds.
    package var slowest: (number: UInt64, seconds: Double) = (0, 0)

    package var count: Int { refused + damaged + sound }
  }

  /// A command line that was parsed once, to be run on one hive after the other.
  private struct Line {
    let text: String
    private let command: any ParsableCommand

    init(_ arguments: [String]) throws {
      text = arguments.joined(separator: " ")
      command = try HiveCommand.parseAsRoot(arguments)
    }

    func run() -> Int32 {
      do {
        var command = command
        try command.run()
        return 0
      } catch {
        return HiveCommand.exitCode(for: error).rawValue
      }
    }
  }

  private let folder: String
  private let hive: String
  private let seeds = HiveMutation.Seed.all
  private let dumps: [Line]
  private let growths: [Line]
  private let others: [Line]
  private let dumpToFile: Line
  package private(set) var summary = Summary()

  /// Parses the command lines.
  ///
  /// - Parameter folder: A folder for the hives, which exists.
  /// - Throws: What the argument parser throws where a command changed its options.
  package init(folder: String) throws {
    self.folder = folder
    let hive = "\(folder)/hive"
    self.hive = hive
    dumps = try ["text", "ndjson", "json", "reg", "xml", "csv", "bodyfile"].map {
      try Line(["dump", "--format", $0, "-o", "/dev/null", hive])
    }
    growths = try ["json", "text", "csv", "html"].map {
      try Line(["growth", "--format", $0, "-o", "/dev/null", hive])
    }
    others = [
      try Line(["dump", "--deleted", "--raw", "--format", "csv", "-o", "/dev/null", hive]),
      try Line(["check", "--format", "json", "-o", "/dev/null", hive]),
      try Line(["info", "--format", "json", hive]),
      try Line(["recover", "--list", "--format", "ndjson", hive]),
    ]
    dumpToFile = try Line(["dump", "--format", "ndjson", "--raw", "-o", "\(folder)/dump", hive])
  }

  /// Makes a mutation and runs everything on it.
  package mutating func run(_ number: UInt64) throws {
    let mutation = HiveMutation(number, of: seeds)
    try write(Array("\(number)\n".utf8), to: "\(folder)/number")
    try write(mutation.bytes, to: hive)
    for log in mutation.logs { try write(log.bytes, to: hive + log.ending) }
    let start = ContinuousClock.now
    let codes = runCommands(number)
    look(number)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if seconds > summary.slowest.seconds { summary.slowest = (number, seconds) }
    switch codes.max() {
    case 0: summary.sound += 1
    case 65: summary.refused += 1
    default: summary.damaged += 1
    }
    for log in mutation.logs { try FileManager.default.removeItem(atPath: hive + log.ending) }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }

  mutating func violation(_ number: UInt64, _ text: String) {
    summary.violations.append("mutation \(number): \(text)")
  }
}

// MARK: - Commands

extension MutationRun {
  private mutating func runCommands(_ number: UInt64) -> [Int32] {
    let pick = Int(truncatingIfNeeded: number)
    let lines = [dumps[pick % dumps.count], growths[pick % growths.count]] + others
    let codes = lines.map { line in
      let code = line.run()
      if ![0, 1, 65].contains(code) { violation(number, "\(line.text): exit code \(code)") }
      return code
    }
    // A file of registry entries cannot hold all names, which is a fault of its own. A check has
    // other faults too, and what recover says of a dirty hive is about its logs.
    let isClean = (try? Hive(path: hive))?.state.conclusion == .clean
    for (line, code) in zip(lines, codes)
    where !lines[0].text.contains("--format reg") && code != codes[0] {
      let command = line.text.prefix { $0 != " " }
      if command == "check" || !isClean && ["info", "recover"].contains(command) { continue }
      violation(number, "dump exits with \(codes[0]), \(command) with \(code)")
    }
    if pick % 16 == 0 { checkJSON(number) }
    return codes
  }

  /// Writes a dump and looks whether each of its lines is JSON.
  private mutating func checkJSON(_ number: UInt64) {
    guard dumpToFile.run() != 65 else { return }
    guard let data = try? Data(contentsOf: URL(filePath: "\(folder)/dump")) else {
      return violation(number, "the dump wrote no file")
    }
    let size = (try? Data(contentsOf: URL(filePath: hive)))?.count ?? 0
    if data.count > 150 * size { violation(number, "a dump of \(data.count) bytes of \(size)") }
    for line in data.split(separator: UInt8(ascii: "\n")) {
      // Foundation refuses escapes of lone surrogates, which names may hold.
      let text = String(decoding: line, as: UTF8.self).replacing("\\uD", with: "\\u1")
      guard (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil else {
        return violation(number, "a line is not JSON: \(text.prefix(200))")
      }
    }
  }
}

// MARK: - What must hold

extension MutationRun {
  private mutating func look(_ number: UInt64) {
    guard let hive = try? Hive(path: self.hive) else { return }
    lookForAgreement(number, in: hive)
    let usage = hive.usage()
    let sum = usage.bytes.parts.reduce(0) { $0 + $1.value }
    if sum != usage.bytes.file { violation(number, "the parts sum to \(sum)") }
    if usage.bytes.file != hive.fileSize { violation(number, "\(usage.bytes.file) bytes") }
    var walk = hive.root.walk()
    var keys = 0
    var values = 0
    var shown = (keys: Set<Int>(), values: Set<Int>())
    while let key = walk.next() {
      keys += 1
      values += walk.values.count
      shown.keys.insert(key.offset)
      for value in walk.values { shown.values.insert(value.record.offset) }
      for finding in walk.faults.map(Finding.init) where !isPlaced(finding, in: hive) {
        violation(number, "a finding of \(hive.fileSize) bytes: \(finding)")
      }
      if key.name.utf16.count > 0xFFFF { violation(number, "a name without end") }
    }
    for finding in hive.findings where !isPlaced(finding, in: hive) {
      violation(number, "a finding of \(hive.fileSize) bytes: \(finding)")
    }
    if shown.keys.count != keys { violation(number, "a key is shown twice") }
    if usage.counts.keys != keys || usage.counts.values != values {
      violation(number, "\(keys) keys and \(values) values, and others in \(usage.counts)")
    }
    let plain = unsafe hive.image.withUnsafeBytes { bytes in
      unsafe PlainReader([UInt8](bytes), binsEnd: hive.image.binsEnd, root: hive.root.offset)
    }
    if plain.keys != shown.keys {
      violation(number, "keys at \(plain.keys.symmetricDifference(shown.keys).sorted())")
    }
    if plain.values != shown.values {
      violation(number, "values at \(plain.values.symmetricDifference(shown.values).sorted())")
    }
    // A key node has 76 bytes in front of its name, and its cell 4 more.
    if keys > hive.fileSize / 80 { violation(number, "\(keys) keys") }
  }

  /// Whether a finding is in the file or at its very end, or reports a reference that leads
  /// out of it.
  private func isPlaced(_ finding: Finding, in hive: Hive) -> Bool {
    finding.id == "cell-out-of-bounds" || (0..<hive.fileSize).contains(finding.offset)
      || finding.id == "end-of-file" && finding.offset == hive.fileSize
  }
}

/// Sends what this process writes to its standard streams nowhere.
///
/// - Returns: A descriptor for what is to be seen all the same.
package func silenceStandardStreams() -> CInt {
  let errors = dup(STDERR_FILENO)
  let nowhere = unsafe open("/dev/null", O_WRONLY)
  dup2(nowhere, STDOUT_FILENO)
  dup2(nowhere, STDERR_FILENO)
  close(nowhere)
  return errors
}
