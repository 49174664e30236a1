// SPDX-License-Identifier: MIT

/// Reads the YAML that rule files are written in.
///
/// Source: YAML 1.2.2, <https://yaml.org/spec/1.2.2/>. Explicit keys (`?`) and directives have no use
/// in rule files and are reported or passed over; all else that a person writes is read.
///
/// What cannot be read is a problem with its line, and what is around it is read: after a
/// mistake, reading continues at the next line that is not further in than where the mistake began.
struct YAMLReader {
  /// How deep lists and mappings may be nested.
  static let depthLimit = 64

  /// The lines without their ends.
  let lines: [ArraySlice<UInt8>]
  /// Where reading is.
  var row = 0
  var column = 0
  private var anchors: [String: YAMLNode] = [:]
  private(set) var problems = RuleProblems()

  init(_ bytes: [UInt8]) {
    lines = Self.lines(of: bytes)
  }

  /// The lines of a text; line ends are LF, CR LF or CR.
  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte == 10 || byte == 13 else { continue }
      lines.append(bytes[start..<index - 1])
      if byte == 13, index < bytes.count, bytes[index] == 10 { index += 1 }
      start = index
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    return lines
  }

  /// The number of the current line, from 1.
  var line: Int { row + 1 }

  mutating func report(_ reason: String, line: Int? = nil) {
    problems.add(line: line ?? self.line, reason)
  }
}

// MARK: - Lines

extension YAMLReader {
  /// The current line.
  var current: ArraySlice<UInt8> { lines[row] }

  /// The byte at a column of the current line; nil after its end, and after the last line.
  func byte(at column: Int) -> UInt8? {
    guard row < lines.count else { return nil }
    let line = lines[row]
    let index = line.startIndex + column
    return index < line.endIndex ? line[index] : nil
  }

  /// How many spaces a line begins with.
  func indent(of row: Int) -> Int {
    lines[row].prefix { $0 == UInt8(ascii: " ") }.count
  }

  /// Whether a line holds nothing but white space and a comment.
  func isBlank(_ row: Int, commentsCount: Bool = true) -> Bool {
    let first = lines[row].first { $0 != UInt8(ascii: " ") && $0 != 9 }
    return first == nil || commentsCount && first == UInt8(ascii: "#")
  }

  /// Whether a line begins or ends a document.
  func isMarker(_ row: Int) -> Bool {
    let line = lines[row]
    guard line.starts(with: "---".utf8) || line.starts(with: "...".utf8) else { return false }
    let next = line.dropFirst(3).first
    return next == nil || next == UInt8(ascii: " ") || next == 9
  }

  /// Goes to the first character of the next line that holds something, this one included.
  ///
  /// - Returns: False at the end of the document.
  mutating func nextContent() -> Bool {
    while row < lines.count, isBlank(row) { row += 1 }
    guard row < lines.count, !isMarker(row) else { return false }
    column = indent(of: row)
    return true
  }

  /// Goes to the next line.
  mutating func nextLine() {
    row += 1
    column = 0
  }

  /// Passes over the rest of something that cannot be read: the line, and all that are further in.
  mutating func skip(indent: Int) {
    row = min(row + 1, lines.count)
    while row < lines.count, !isMarker(row), isBlank(row) || self.indent(of: row) > indent {
      row += 1
    }
    column = 0
  }

  mutating func skipSpaces() {
    while let byte = byte(at: column), byte == UInt8(ascii: " ") || byte == 9 { column += 1 }
  }

  /// Whether nothing but a comment is left of the line.
  var isAtLineEnd: Bool {
    guard let byte = byte(at: column) else { return true }
    return byte == UInt8(ascii: "#")
      && (column == 0 || [UInt8(ascii: " "), 9].contains(self.byte(at: column - 1) ?? 0))
  }

  /// Whether a sign is at a column, with white space or the line's end after it.
  func isSign(_ sign: Unicode.Scalar, at column: Int) -> Bool {
    guard byte(at: column) == UInt8(ascii: sign) else { return false }
    let next = byte(at: column + 1)
    return next == nil || next == UInt8(ascii: " ") || next == 9
  }
}

// MARK: - Documents and anchors

extension YAMLReader {
  /// Reads all documents; those that hold nothing are left out.
  mutating func readDocuments() -> [YAMLNode] {
    var documents: [YAMLNode] = []
    while row < lines.count {
      if isBlank(row) || current.first == UInt8(ascii: "%") {
        nextLine()
        continue
      }
      column = 0
      if isMarker(row) {
        let isEnd = current.first == UInt8(ascii: ".")
        column = 3
        skipSpaces()
        if isEnd || isAtLineEnd {
          nextLine()
          continue
        }
      }
      anchors = [:]
      let start = row
      if column > 0 {
        if let node = readNode(parentIndent: -1, depth: 0) { documents.append(node) }
      } else if nextContent() {
        if let node = readNode(parentIndent: -1, depth: 0) { documents.append(node) }
      }
      // What is left of the document does not belong to what was read of it.
      while row < lines.count, !isMarker(row) {
        if !isBlank(row) {
          report("is not part of a list or mapping above it")
          skip(indent: indent(of: row))
        } else {
          nextLine()
        }
      }
      if row == start { nextLine() }
    }
    return documents
  }

  /// Reads an anchor or an alias after its sign, which the cursor is on.
  mutating func readAnchorName() -> String {
    column += 1
    let start = column
    while let byte = byte(at: column), byte > 32, !isFlowSign(byte) {
      column += 1
    }
    return text(start..<column)
  }

  mutating func define(_ anchor: String, _ node: YAMLNode) {
    anchors[anchor] = node
  }

  /// Whether a `*` begins an alias; people also write the path `*\\shell` without quotation marks.
  func namesAnchor(at column: Int) -> Bool {
    guard let next = byte(at: column + 1) else { return false }
    return next == UInt8(ascii: "_") || Unicode.Scalar(next).properties.isAlphabetic
      || (48...57).contains(next)
  }

  /// What an alias stands for; a problem where nothing of the name is above.
  mutating func readAlias() -> YAMLNode? {
    let line = line
    let name = readAnchorName()
    guard let node = anchors[name] else {
      report("*\(name) names nothing above", line: line)
      return nil
    }
    return YAMLNode(content: node.content, line: line, isBroken: node.isBroken)
  }

  /// The text between columns of the current line.
  func text(_ columns: Range<Int>) -> String {
    let line = lines[row]
    return String(
      decoding: line[line.startIndex + columns.lowerBound..<line.startIndex + columns.upperBound],
      as: UTF8.self)
  }
}
