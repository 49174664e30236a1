// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat
import RegistryHive

/// What to dump, apart from the format.
struct Dump {
  let hive: Hive
  /// The key to begin with.
  let start: Key
  /// How the path of the key to begin with is written, prefix included.
  let startPath: RegistryPath
  /// How many levels below the key to begin with to write.
  let depth: Int
  /// What comes before all paths.
  let prefix: RegistryPath
  /// Whether to write all bytes of each value's data.
  let raw: Bool
  /// Whether to write deleted keys and values too.
  let deleted: Bool
  /// Whether to write the security descriptor of each key.
  var security = false
  /// The hive as the command line has it, where it is one of several.
  var input: InputHive?
  /// Whether this is the first hive that is written.
  var isFirst = true
}

/// Writes a dump in one format, key by key.
protocol DumpWriter {
  /// Writes what is before the first key.
  mutating func begin()
  /// Writes what is before the first key of each hive.
  mutating func beginHive()
  /// Writes the current key of a walk and its values.
  mutating func write(_ node: KeyNode, walk: borrowing KeyWalk)
  /// Writes what is after the last key of each hive.
  mutating func endHive()
}

extension DumpWriter {
  mutating func begin() {}
  mutating func beginHive() {}
  mutating func endHive() {}
}

extension Dump {
  /// Writes the dump and reports what could not be read.
  func run(
    _ writer: some DumpWriter, to output: Output, progress: inout Progress, report: FindingsReport
  ) {
    var writer = writer
    run(&writer, to: output, progress: &progress, report: report) { _ in }
  }

  /// Writes the dump, what is deleted included.
  func run(
    withDeleted writer: some DeletedDumpWriter, to output: Output, progress: inout Progress,
    report: FindingsReport
  ) {
    var writer = writer
    run(&writer, to: output, progress: &progress, report: report) { writer in
      if deleted { writeDeleted(&writer, to: output) }
    }
  }

  private func run<Writer: DumpWriter>(
    _ writer: inout Writer, to output: Output, progress: inout Progress, report: FindingsReport,
    rest: (inout Writer) -> Void
  ) {
    var walk = start.walk(maximumDepth: depth)
    if isFirst { writer.begin() }
    writer.beginHive()
    while output.failure == nil, !Interruption.hasCome, let node = walk.nextNode() {
      writer.write(node, walk: walk)
      if !walk.traversal.visit.faults.isEmpty { report.add(walk.faults, at: walk.path) }
      progress.advance()
    }
    rest(&writer)
    writer.endHive()
    output.flush()
  }

  /// Writes the dump in a format.
  func write(
    _ format: DumpFormat, to output: Output, progress: inout Progress, report: FindingsReport
  ) {
    func run(_ writer: some DumpWriter) {
      self.run(writer, to: output, progress: &progress, report: report)
    }
    func run(withDeleted writer: some DeletedDumpWriter) {
      self.run(withDeleted: writer, to: output, progress: &progress, report: report)
    }
    switch format {
    case .text: run(withDeleted: TextDumpWriter(self, to: output))
    case .ndjson: run(withDeleted: JSONDumpWriter(self, asArray: false, to: output))
    case .json: run(withDeleted: JSONDumpWriter(self, asArray: true, to: output))
    case .reg: run(RegDumpWriter(self, to: output, report: report))
    case .xml: run(XMLDumpWriter(self, to: output))
    case .csv: run(withDeleted: CSVDumpWriter(self, to: output))
    case .bodyfile: run(withDeleted: BodyfileDumpWriter(self, to: output))
    }
  }
}
