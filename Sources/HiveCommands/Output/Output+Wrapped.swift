// SPDX-License-Identifier: MIT

import RegistryHive

extension Output {
  /// Appends text as lines of no more than ``columns``.
  ///
  /// Lines are broken between words, and within long paths after a separator. What is hidden in the
  /// text is made visible.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - indent: How many spaces each line begins with.
  ///   - hanging: How many more spaces the lines after the first begin with.
  ///   - style: The style of all of it, where there is colour.
  ///   - isBegun: Whether the first line has its first columns already.
  ///   - isVisible: Whether what is hidden in the text was made visible before.
  func append(
    wrapped text: String, indent: Int = 0, hanging: Int = 0, style: TerminalStyle? = nil,
    isBegun: Bool = false, isVisible: Bool = false
  ) {
    let room = columns - indent - hanging
    var line = ""
    var isFirst = true
    func flush() {
      append(spaces: isFirst && isBegun ? 0 : indent + (isFirst ? 0 : hanging))
      if let style { append(line, in: style) } else { append(text: line) }
      append("\n")
      line = ""
      isFirst = false
    }
    let text = isVisible ? text.forTerminal : RegistryString(text).visible
    for word in text.split(separator: " ") {
      for (index, piece) in Self.pieces(of: word, room: room).enumerated() {
        let limit = columns - indent - (isFirst ? 0 : hanging)
        let separator = index > 0 || line.isEmpty ? "" : " "
        if !line.isEmpty, line.count + separator.count + piece.count > limit { flush() }
        line += line.isEmpty ? String(piece) : separator + piece
      }
    }
    flush()
  }

  /// Appends a line; on a terminal as several where it does not fit into one.
  ///
  /// In files and pipes lines are kept whole, for who looks for something in them.
  func append(foldable line: String) {
    guard isTerminal, line.count > columns else {
      append(text: line)
      return append("\n")
    }
    let indent = line.prefix { $0 == " " }.count
    append(wrapped: String(line.dropFirst(indent)), indent: indent, hanging: 2)
  }

  /// A word in pieces that each fit into a line: whole where it fits, else broken after the
  /// separators of a path, else anywhere.
  static func pieces(of word: Substring, room: Int) -> [Substring] {
    guard word.count > room else { return [word] }
    var pieces: [Substring] = []
    var start = word.startIndex
    for index in word.indices where word[index] == "\\" || word[index] == "/" {
      let end = word.index(after: index)
      pieces.append(word[start..<end])
      start = end
    }
    if start < word.endIndex { pieces.append(word[start...]) }
    return pieces.flatMap { piece in
      var rest = piece
      var parts: [Substring] = []
      while !rest.isEmpty {
        let part = rest.prefix(room)
        parts.append(part)
        rest = rest[part.endIndex...]
      }
      return parts
    }
  }
}

extension String {
  /// How many characters of a text are shown where it is one of many.
  private static let shownCharacters = 1_000
  /// How many characters of the output one that is hidden takes at the most, such as `‹U+202E›`.
  private static let charactersPerHidden = 8

  /// The text, or its beginning with a mark where it is too long for a person to read.
  ///
  /// No path of Windows is so long, but one in a crafted hive may be, and comes up in each finding.
  var shortened: String {
    let limit = Self.shownCharacters
    guard utf8.count > limit else { return self }
    var start = String(unicodeScalars.prefix(limit))
    if RegistryString(start).visible.unicodeScalars.count > 2 * limit {
      start = String(unicodeScalars.prefix(limit / Self.charactersPerHidden))
    }
    return start == self ? self : "\(start)… (\(grouped(unicodeScalars.count)) characters)"
  }
}
