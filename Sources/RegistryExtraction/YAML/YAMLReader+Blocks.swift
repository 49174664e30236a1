// SPDX-License-Identifier: MIT

extension YAMLReader {
  /// Reads the node that begins at the cursor.
  ///
  /// - Parameters:
  ///   - parentIndent: How far in the list or mapping is that the node belongs to; the lines of the
  ///     node are further in.
  ///   - depth: How many lists and mappings the node is in.
  ///   - isBehindKey: Whether the node is on the line of its key, where no other key may.
  /// - Returns: The node; nil where it cannot be read, which has been reported.
  mutating func readNode(
    parentIndent: Int, depth: Int, isBehindKey: Bool = false
  ) -> YAMLNode? {
    guard depth < Self.depthLimit else {
      report("is nested deeper than \(Self.depthLimit) levels")
      skip(indent: parentIndent)
      return nil
    }
    var anchor: String?
    while let byte = byte(at: column),
      byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!"), !isMappingKey(at: column)
    {
      let name = readAnchorName()
      if byte == UInt8(ascii: "&") { anchor = name }
      skipSpaces()
    }
    var node: YAMLNode?
    if isAtLineEnd {
      nextLine()
      node = readNested(
        parentIndent: parentIndent, depth: depth, allowsListAtIndent: isBehindKey)
    } else {
      node = readContent(parentIndent: parentIndent, depth: depth, isBehindKey: isBehindKey)
    }
    if let anchor, let node { define(anchor, node) }
    return node
  }

  /// Reads what is on the lines below a `-` or a key; the empty node where nothing does.
  private mutating func readNested(
    parentIndent: Int, depth: Int, allowsListAtIndent: Bool = false
  ) -> YAMLNode? {
    let line = max(line - 1, 1)
    guard nextContent() else { return .empty(line: line) }
    let isList = allowsListAtIndent && column == parentIndent && isSign("-", at: column)
    guard column > parentIndent || isList else { return .empty(line: line) }
    if byte(at: column) == 9 { return reportTab(indent: parentIndent) }
    return readNode(parentIndent: isList ? parentIndent - 1 : parentIndent, depth: depth + 1)
  }

  private mutating func reportTab(indent: Int) -> YAMLNode? {
    report("begins with a tab; YAML takes spaces only")
    skip(indent: indent)
    return nil
  }

  private mutating func readContent(
    parentIndent: Int, depth: Int, isBehindKey: Bool
  ) -> YAMLNode? {
    guard let first = byte(at: column) else { return nil }
    if !isBehindKey {
      if isSign("-", at: column) { return readSequence(indent: column, depth: depth) }
      if isMappingKey(at: column) { return readMapping(indent: column, depth: depth) }
    }
    switch first {
    case UInt8(ascii: "*") where namesAnchor(at: column):
      let node = readAlias()
      return endOfLine(node, parentIndent)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      let node = FlowReader(parentIndent: parentIndent).read(&self, depth: depth)
      return node == nil ? nil : endOfLine(node, parentIndent)
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      return readBlockScalar(parentIndent: parentIndent)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let line = line
      guard let text = readQuoted(parentIndent: parentIndent) else { return nil }
      return endOfLine(
        YAMLNode(content: .scalar(text, isPlain: false), line: line), parentIndent)
    case UInt8(ascii: "?") where isSign("?", at: column):
      report("begins with '?', which rule files have no use for")
      skip(indent: parentIndent)
      return nil
    default:
      return readPlain(parentIndent: parentIndent)
    }
  }

  /// Goes to the next line; nothing may be left of this one.
  private mutating func endOfLine(_ node: YAMLNode?, _ parentIndent: Int) -> YAMLNode? {
    skipSpaces()
    guard isAtLineEnd else {
      report("has more after what ends here: '\(text(column..<current.count))'")
      skip(indent: parentIndent)
      return nil
    }
    nextLine()
    return node
  }
}

// MARK: - Lists and mappings

extension YAMLReader {
  private mutating func readSequence(indent: Int, depth: Int) -> YAMLNode? {
    let line = line
    var elements: [YAMLNode] = []
    var isBroken = false
    repeat {
      column = indent + 1
      skipSpaces()
      let node: YAMLNode?
      if isAtLineEnd {
        nextLine()
        node = readNested(parentIndent: indent, depth: depth)
      } else {
        node = readNode(parentIndent: indent, depth: depth + 1)
      }
      if let node { elements.append(node) } else { isBroken = true }
      isBroken = skipStrays(indent: indent) || isBroken
    } while isAtElement(indent: indent)
    return YAMLNode(content: .sequence(elements), line: line, isBroken: isBroken)
  }

  private func isAtElement(indent: Int) -> Bool {
    row < lines.count && !isMarker(row) && column == indent && isSign("-", at: column)
  }

  private mutating func readMapping(indent: Int, depth: Int) -> YAMLNode? {
    let line = line
    var members: [YAMLNode.Member] = []
    var names: Set<String> = []
    var isBroken = false
    var isAtKey = true
    while isAtKey {
      let keyLine = self.line
      if let key = readKey() {
        column += 1
        skipSpaces()
        let value: YAMLNode?
        if isAtLineEnd {
          nextLine()
          value = readNested(parentIndent: indent, depth: depth, allowsListAtIndent: true)
        } else {
          value = readNode(parentIndent: indent, depth: depth + 1, isBehindKey: true)
        }
        if !names.insert(key).inserted {
          report("has '\(key)' a second time", line: keyLine)
          isBroken = true
        } else if let value {
          members.append(YAMLNode.Member(key: key, line: keyLine, value: value))
          if value.isBroken, value.elements == nil { isBroken = true }
        } else {
          isBroken = true
        }
      } else {
        isBroken = true
      }
      (isAtKey, isBroken) = nextKey(indent: indent, isBroken: isBroken)
    }
    return YAMLNode(content: .mapping(members), line: line, isBroken: isBroken)
  }

  /// Goes to the next key of a mapping; lines that are none are reported.
  private mutating func nextKey(indent: Int, isBroken: Bool) -> (Bool, Bool) {
    var isBroken = isBroken
    while true {
      isBroken = skipStrays(indent: indent) || isBroken
      guard row < lines.count, !isMarker(row), column == indent, !isSign("-", at: column) else {
        return (false, isBroken)
      }
      if isMappingKey(at: column) { return (true, isBroken) }
      report(
        byte(at: column) == 9
          ? "begins with a tab; YAML takes spaces only" : "has no ':' after a name")
      isBroken = true
      skip(indent: indent)
    }
  }

  /// Reports lines that are further in than what they would have to belong to, and goes to the next
  /// line that is not.
  ///
  /// - Returns: Whether there were any.
  private mutating func skipStrays(indent: Int) -> Bool {
    var hasStrays = false
    while nextContent(), column > indent {
      report("is not as far in as the lines that it would belong to")
      hasStrays = true
      skip(indent: indent)
    }
    return hasStrays
  }

  /// Whether a key of a mapping is at a column: text, and a `:` with a space or the line's end
  /// after it.
  func isMappingKey(at start: Int) -> Bool {
    keyEnd(from: start) != nil
  }

  /// The column of the `:` after a key; nil where no key is there.
  private func keyEnd(from start: Int) -> Int? {
    var column = start
    guard let first = byte(at: column) else { return nil }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      column += 1
      while let byte = byte(at: column), byte != first {
        column += byte == UInt8(ascii: "\\") && first == UInt8(ascii: "\"") ? 2 : 1
      }
      column += 1
      while byte(at: column) == UInt8(ascii: " ") { column += 1 }
      return isSign(":", at: column) ? column : nil
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "#"), UInt8(ascii: "|"),
      UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "!"), UInt8(ascii: "*"), 9:
      return nil
    default:
      while let byte = byte(at: column) {
        if isSign(":", at: column) { return column }
        if byte == UInt8(ascii: "#"), column > start,
          self.byte(at: column - 1) == UInt8(ascii: " ")
        {
          return nil
        }
        column += 1
      }
      return nil
    }
  }

  /// Reads a key, up to its `:`.
  private mutating func readKey() -> String? {
    guard let end = keyEnd(from: column) else { return nil }
    let first = byte(at: column)
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      guard let text = readQuoted(parentIndent: column) else { return nil }
      column = end
      return text
    }
    let key = text(column..<end)
    column = end
    return trimmed(key)
  }
}

/// A text without the spaces and tabs at its ends.
func trimmed(_ text: some StringProtocol) -> String {
  var text = text[...]
  while let last = text.last, last == " " || last == "\t" { text.removeLast() }
  while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
  return String(text)
}
