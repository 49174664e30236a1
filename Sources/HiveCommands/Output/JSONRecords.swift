// SPDX-License-Identifier: MIT

/// Writes the records of a command as JSON objects.
final class JSONRecords {
  /// How the objects are put together.
  enum Layout {
    /// Each on a line of its own (NDJSON).
    case lines
    /// In one array.
    case array
    /// The only one, as a document of its own.
    case single
  }

  private let output: Output
  private let layout: Layout
  private var isEmpty = true

  init(to output: Output, _ layout: Layout) {
    self.output = output
    self.layout = layout
  }

  /// Chooses lines for ndjson, and an array for json.
  ///
  /// - Parameters:
  ///   - output: Where the records go.
  ///   - format: One of these two formats.
  ///   - isSingle: Whether there is only one object in all, which json writes without an array.
  convenience init(to output: Output, format: some OutputFormat, isSingle: Bool = false) {
    self.init(
      to: output, format.rawValue == "ndjson" ? .lines : isSingle ? .single : .array)
  }

  /// Writes what is in front of all records.
  func begin() {
    if layout == .array { output.append("[\n") }
  }

  /// Makes a writer of records that are put together later: a line each for ndjson, else a document.
  convenience init(draft: Output, format: some OutputFormat) {
    self.init(to: draft, format.rawValue == "ndjson" ? .lines : .single)
  }

  /// Writes a record.
  func write(_ members: (inout JSONWriter) -> Void) {
    if layout == .array, !isEmpty { output.append(",\n") }
    isEmpty = false
    var json = JSONWriter(to: output, breaksLines: layout != .lines)
    json.object(members)
    if layout != .array { output.append("\n") }
  }

  /// Writes all records, and what is in front of and after them.
  func write<Records: Sequence>(
    all records: Records, _ write: (inout JSONWriter, Records.Element) -> Void
  ) {
    begin()
    for record in records { self.write { write(&$0, record) } }
    end()
  }

  /// Writes what is after all records.
  func end() {
    if layout == .array { output.append(isEmpty ? "]\n" : "\n]\n") }
  }
}

extension JSONWriter {
  /// Writes which hive a record is from.
  mutating func source(_ input: InputHive) {
    if let machine = input.machine { member("machine", machine) }
    member("hive", input.path)
  }
}
