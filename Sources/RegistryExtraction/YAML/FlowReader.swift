// SPDX-License-Identifier: MIT

/// Reads lists and mappings between brackets, which may go over several lines.
struct FlowReader {
  /// How far in the list or mapping is that the brackets belong to.
  let parentIndent: Int

  /// Reads what is at the cursor, an opening bracket.
  ///
  /// - Returns: The node; nil where it cannot be read, which has been reported.
  func read(_ reader: inout YAMLReader, depth: Int) -> YAMLNode? {
    let (row, column, problemCount) = (reader.row, reader.column, reader.problems.count)
    if let node = readNode(&reader, depth) { return node }
    if reader.problems.count == problemCount {
      reader.row = row
      reader.column = column
      reader.report("has a bracket that is not closed, or something between brackets out of place")
    }
    reader.row = row
    reader.skip(indent: parentIndent)
    return nil
  }

  private func readNode(_ reader: inout YAMLReader, _ depth: Int) -> YAMLNode? {
    guard depth < YAMLReader.depthLimit, let first = reader.byte(at: reader.column) else {
      return nil
    }
    switch first {
    case UInt8(ascii: "["): return readList(&reader, depth)
    case UInt8(ascii: "{"): return readMapping(&reader, depth)
    case UInt8(ascii: "*"): return reader.readAlias()
    case UInt8(ascii: "&"):
      let name = reader.readAnchorName()
      guard skipSpace(&reader), let node = readNode(&reader, depth + 1) else { return nil }
      reader.define(name, node)
      return node
    case UInt8(ascii: "!"):
      _ = reader.readAnchorName()
      guard skipSpace(&reader) else { return nil }
      return readNode(&reader, depth + 1)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let line = reader.line
      guard let text = reader.readQuoted(parentIndent: parentIndent) else { return nil }
      return YAMLNode(content: .scalar(text, isPlain: false), line: line)
    default:
      return readPlain(&reader)
    }
  }

  private func readList(_ reader: inout YAMLReader, _ depth: Int) -> YAMLNode? {
    let line = reader.line
    var elements: [YAMLNode] = []
    reader.column += 1
    while skipSpace(&reader) {
      if take("]", &reader) { return YAMLNode(content: .sequence(elements), line: line) }
      guard var node = readNode(&reader, depth + 1), skipSpace(&reader) else { return nil }
      if take(":", &reader) {
        // A mapping of one member may be without brackets.
        guard let key = node.text, skipSpace(&reader),
          let value = readValue(&reader, depth + 1)
        else { return nil }
        let member = YAMLNode.Member(key: key, line: node.line, value: value)
        node = YAMLNode(content: .mapping([member]), line: node.line)
        guard skipSpace(&reader) else { return nil }
      }
      elements.append(node)
      if !take(",", &reader), reader.byte(at: reader.column) != UInt8(ascii: "]") { return nil }
    }
    return nil
  }

  private func readMapping(_ reader: inout YAMLReader, _ depth: Int) -> YAMLNode? {
    let line = reader.line
    var members: [YAMLNode.Member] = []
    reader.column += 1
    while skipSpace(&reader) {
      if take("}", &reader) { return YAMLNode(content: .mapping(members), line: line) }
      guard let key = readNode(&reader, depth + 1), let name = key.text, skipSpace(&reader) else {
        return nil
      }
      var value = YAMLNode.empty(line: key.line)
      if take(":", &reader) {
        guard skipSpace(&reader), let read = readValue(&reader, depth + 1) else { return nil }
        value = read
      }
      guard !members.contains(where: { $0.key == name }) else { return nil }
      members.append(YAMLNode.Member(key: name, line: key.line, value: value))
      guard skipSpace(&reader) else { return nil }
      if !take(",", &reader), reader.byte(at: reader.column) != UInt8(ascii: "}") { return nil }
    }
    return nil
  }

  /// Reads what follows a `:`, which may be nothing.
  private func readValue(_ reader: inout YAMLReader, _ depth: Int) -> YAMLNode? {
    if let byte = reader.byte(at: reader.column), byte != UInt8(ascii: "["),
      byte != UInt8(ascii: "{"), isFlowSign(byte)
    {
      return .empty(line: reader.line)
    }
    return readNode(&reader, depth)
  }

  private func readPlain(_ reader: inout YAMLReader) -> YAMLNode? {
    let line = reader.line
    var words: [String] = []
    while true {
      var end = reader.column
      while let byte = reader.byte(at: end), !isFlowSign(byte) {
        if byte == UInt8(ascii: ":") {
          let next = reader.byte(at: end + 1)
          if next.map({ $0 == UInt8(ascii: " ") || $0 == 9 || isFlowSign($0) }) ?? true { break }
        }
        let previous = end > 0 ? reader.byte(at: end - 1) : nil
        if byte == UInt8(ascii: "#"), previous == UInt8(ascii: " ") { break }
        end += 1
      }
      let word = trimmed(reader.text(reader.column..<end))
      if !word.isEmpty { words.append(word) }
      reader.column = end
      // The text continues on the next line.
      guard reader.isAtLineEnd, skipSpace(&reader), !isEnd(reader) else { break }
    }
    guard !words.isEmpty else { return nil }
    return YAMLNode(content: .scalar(words.joined(separator: " "), isPlain: true), line: line)
  }

  private func isEnd(_ reader: YAMLReader) -> Bool {
    guard let byte = reader.byte(at: reader.column) else { return true }
    return byte == UInt8(ascii: ":") || isFlowSign(byte)
  }

  private func take(_ sign: Unicode.Scalar, _ reader: inout YAMLReader) -> Bool {
    guard reader.byte(at: reader.column) == UInt8(ascii: sign) else { return false }
    reader.column += 1
    return true
  }

  /// Goes to the next character that is not space, on the next lines if need be; false where the
  /// document, or what the brackets belong to, ends.
  private func skipSpace(_ reader: inout YAMLReader) -> Bool {
    while true {
      reader.skipSpaces()
      if !reader.isAtLineEnd { return true }
      repeat {
        reader.nextLine()
        guard reader.row < reader.lines.count, !reader.isMarker(reader.row) else { return false }
      } while reader.isBlank(reader.row)
      let indent = reader.indent(of: reader.row)
      reader.column = indent
      let closes = [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(reader.byte(at: indent) ?? 0)
      guard indent > parentIndent || closes else { return false }
    }
  }
}

/// Whether a character separates or encloses what is between brackets.
func isFlowSign(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
    UInt8(ascii: "}"):
    true
  default: false
  }
}
