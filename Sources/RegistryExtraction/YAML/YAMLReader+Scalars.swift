// SPDX-License-Identifier: MIT

extension YAMLReader {
  /// Reads text without quotation marks, which may continue on lines that are further in.
  mutating func readPlain(parentIndent: Int) -> YAMLNode? {
    let line = line
    var text = readPlainLine()
    var emptyLines = 0
    nextLine()
    while row < lines.count, !isMarker(row) {
      if isBlank(row, commentsCount: false) {
        emptyLines += 1
        nextLine()
        continue
      }
      guard indent(of: row) > parentIndent, !isBlank(row) else { break }
      column = indent(of: row)
      if isMappingKey(at: column) { break }
      text += emptyLines > 0 ? String(repeating: "\n", count: emptyLines) : " "
      emptyLines = 0
      text += readPlainLine()
      nextLine()
    }
    // A `: ` inside would make the text a key.
    if let place = text.firstRange(of: ": ")
      ?? (text.hasSuffix(":") ? text.firstRange(of: ":") : nil)
    {
      report(
        "has ': ' inside a text, after '\(text[..<place.lowerBound])': put the text in quotation marks",
        line: line)
      return nil
    }
    return YAMLNode(content: .scalar(text, isPlain: true), line: line)
  }

  /// The text up to a comment or the line's end.
  private func readPlainLine() -> String {
    var end = column
    var isBehindSpace = false
    while let byte = byte(at: end) {
      if byte == UInt8(ascii: "#"), isBehindSpace { break }
      isBehindSpace = byte == UInt8(ascii: " ") || byte == 9
      end += 1
    }
    return trimmed(text(column..<end))
  }

  /// Reads text between quotation marks, up to after the second one.
  ///
  /// - Returns: The text; nil where the second mark is missing, which has been reported.
  mutating func readQuoted(parentIndent: Int) -> String? {
    let (startRow, startColumn) = (row, column)
    let mark = byte(at: column)
    let isDouble = mark == UInt8(ascii: "\"")
    var bytes: [UInt8] = []
    column += 1
    while true {
      guard let byte = byte(at: column) else {
        guard goOn(with: &bytes, parentIndent) else { break }
        continue
      }
      column += 1
      if byte == mark {
        if !isDouble, self.byte(at: column) == mark {
          bytes.append(byte)
          column += 1
          continue
        }
        return String(decoding: bytes, as: UTF8.self)
      }
      guard isDouble, byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      if self.byte(at: column) == nil {
        // The line continues on the next one.
        guard row + 1 < lines.count else { break }
        nextLine()
        skipSpaces()
      } else if !readEscape(into: &bytes) {
        report("has an escape after '\\' that YAML does not know; use single quotation marks")
        skip(indent: parentIndent)
        return nil
      }
    }
    row = startRow
    column = startColumn
    report("has no second quotation mark")
    skip(indent: parentIndent)
    return nil
  }

  /// Goes to the next line of a text between quotation marks: its end is a space, an empty line a
  /// line end.
  private mutating func goOn(with bytes: inout [UInt8], _ parentIndent: Int) -> Bool {
    while let last = bytes.last, last == UInt8(ascii: " ") || last == 9 { bytes.removeLast() }
    var emptyLines = 0
    while true {
      nextLine()
      guard row < lines.count, !isMarker(row) else { return false }
      if !isBlank(row, commentsCount: false) { break }
      emptyLines += 1
    }
    guard indent(of: row) > parentIndent else { return false }
    skipSpaces()
    bytes += emptyLines > 0 ? [UInt8](repeating: 10, count: emptyLines) : [UInt8(ascii: " ")]
    return true
  }

  /// Reads the escape after a backslash.
  private mutating func readEscape(into bytes: inout [UInt8]) -> Bool {
    guard let letter = byte(at: column) else { return false }
    column += 1
    let digits: Int
    switch letter {
    case UInt8(ascii: "x"): digits = 2
    case UInt8(ascii: "u"): digits = 4
    case UInt8(ascii: "U"): digits = 8
    default:
      guard let character = Self.escapes[letter] else { return false }
      bytes += Array(String(character).utf8)
      return true
    }
    guard column + digits <= current.count,
      let code = UInt32(text(column..<column + digits), radix: 16),
      let scalar = Unicode.Scalar(code)
    else { return false }
    column += digits
    bytes += Array(String(scalar).utf8)
    return true
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}",
    UInt8(ascii: "t"): "\t", 9: "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r", UInt8(ascii: "e"): "\u{1B}",
    UInt8(ascii: " "): " ", UInt8(ascii: "\""): "\"", UInt8(ascii: "/"): "/",
    UInt8(ascii: "\\"): "\\", UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}",
    UInt8(ascii: "L"): "\u{2028}", UInt8(ascii: "P"): "\u{2029}",
  ]

  /// Reads text that is as it is (`|`) or folded (`>`) on the lines below.
  mutating func readBlockScalar(parentIndent: Int) -> YAMLNode? {
    let line = line
    let isFolded = byte(at: column) == UInt8(ascii: ">")
    column += 1
    var keepsEnd = false
    var dropsEnd = false
    var blockIndent: Int?
    while let byte = byte(at: column), byte != UInt8(ascii: " "), byte != 9 {
      switch byte {
      case UInt8(ascii: "+"): keepsEnd = true
      case UInt8(ascii: "-"): dropsEnd = true
      case UInt8(ascii: "1")...UInt8(ascii: "9"):
        blockIndent = max(parentIndent, 0) + Int(byte - UInt8(ascii: "0"))
      default:
        report("has '\(text(column..<current.count))' after '|' or '>'")
        skip(indent: parentIndent)
        return nil
      }
      column += 1
    }
    nextLine()
    var texts: [String] = []
    while row < lines.count, !isMarker(row) {
      if isBlank(row, commentsCount: false) {
        let isInside = blockIndent.map { current.count > $0 } ?? false
        texts.append(isInside ? text((blockIndent ?? 0)..<current.count) : "")
      } else {
        let indent = indent(of: row)
        guard indent > parentIndent, indent >= blockIndent ?? 0 else { break }
        if blockIndent == nil { blockIndent = indent }
        texts.append(text((blockIndent ?? 0)..<current.count))
      }
      nextLine()
    }
    let end = (texts.lastIndex { !$0.isEmpty } ?? -1) + 1
    var text = isFolded ? Self.folded(texts[..<end]) : texts[..<end].joined(separator: "\n")
    if !dropsEnd, end > 0 { text += "\n" }
    if keepsEnd { text += String(repeating: "\n", count: texts.count - end) }
    return YAMLNode(content: .scalar(text, isPlain: false), line: line)
  }

  /// Lines put together: a line end is a space, unless the line on either side of it begins with
  /// one; an empty line is a line end.
  private static func folded(_ lines: ArraySlice<String>) -> String {
    var text = ""
    var emptyLines = 0
    var isAfterPlain = false
    for (index, line) in lines.enumerated() {
      if line.isEmpty {
        emptyLines += 1
        continue
      }
      let isPlain = line.first != " " && line.first != "\t"
      if index > 0 {
        let keeps = !isPlain || !isAfterPlain
        let ends = emptyLines + (keeps && index > emptyLines ? 1 : 0)
        text += ends > 0 ? String(repeating: "\n", count: ends) : " "
      }
      text += line
      emptyLines = 0
      isAfterPlain = isPlain
    }
    return text
  }
}
