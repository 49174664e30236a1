// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes the records of a command as rows of comma-separated values (RFC 4180).
///
/// Columns have the names of the members in JSON, with a dot where one is inside of another. Text is
/// always in quotation marks, so that an empty one differs from a missing one.
struct CSVRecords {
  private let output: Output
  private let columns: [StaticString]

  /// - Parameters:
  ///   - output: Where the rows go.
  ///   - columns: The names of the columns.
  ///   - namesHive: Whether the columns `machine` and `hive` are in front of them.
  init(to output: Output, _ columns: [StaticString], namesHive: Bool = false) {
    self.output = output
    self.columns = namesHive ? ["machine", "hive"] + columns : columns
  }

  /// Writes the names of the columns.
  func begin() {
    for (index, name) in columns.enumerated() {
      if index > 0 { output.append(",") }
      output.append(name)
    }
    output.append("\r\n")
  }

  /// Writes a row.
  func write(_ fields: (inout CSVRow) -> Void) {
    var row = CSVRow(to: output)
    fields(&row)
    output.append("\r\n")
  }
}

extension [StaticString] {
  /// The line with the names of columns.
  var heading: [UInt8] {
    let draft = Output()
    CSVRecords(to: draft, self).begin()
    return draft.takeHeld()
  }
}

/// Writes the fields of a row, in the order of the calls; a missing one is empty.
struct CSVRow {
  private let output: Output
  private var needsComma = false

  fileprivate init(to output: Output) {
    self.output = output
  }

  /// Writes a field that `body` appends to the output.
  mutating func raw(_ body: (Output) -> Void) {
    if needsComma { output.append(",") }
    needsComma = true
    body(output)
  }

  /// Leaves fields empty.
  mutating func skip(_ count: Int = 1) {
    for _ in 0..<count { raw { _ in } }
  }

  mutating func text(_ text: RegistryString?) {
    raw { output in
      if let text { output.append(quoted: text, as: CSVEscaping.self) }
    }
  }

  mutating func text(_ text: String?) {
    self.text(text.map { RegistryString($0) })
  }

  mutating func path(_ path: RegistryPath) {
    text(path.joined)
  }

  /// Writes one of a number of words, which needs no quotation marks.
  mutating func word(_ word: String?) {
    raw { output in
      if let word { output.append(text: word) }
    }
  }

  mutating func number(_ number: (some BinaryInteger)?) {
    raw { output in
      if let number { output.append(decimal: number) }
    }
  }

  mutating func time(_ time: FileTime?) {
    raw { output in
      if let time { output.append(time) }
    }
  }

  /// Writes `true`, or nothing, as JSON leaves the member out.
  mutating func mark(_ isTrue: Bool) {
    raw { output in
      if isTrue { output.append("true") }
    }
  }

  mutating func bool(_ isTrue: Bool?) {
    word(isTrue.map { $0 ? "true" : "false" })
  }

  /// Writes which hive a row is from.
  mutating func source(_ input: InputHive) {
    text(input.machine)
    text(input.path)
  }
}
