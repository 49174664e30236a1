// SPDX-License-Identifier: MIT

import RegistryHive

extension Output {
  /// Appends an indented sentence, broken between words, and within those that are longer than a
  /// line.
  ///
  /// - Parameters:
  ///   - sentence: The sentence; whatever is hidden in it is made visible.
  ///   - indent: How many spaces each line begins with.
  ///   - label: What stands in front of it, as a warning.
  func append(sentence: String, indent: Int = 2, label: String = "") {
    let words = RegistryString(sentence).visible.split(separator: " ")
    append(spaces: indent)
    if !label.isEmpty { append(label, in: .warning) }
    var column = indent + label.count
    var isFirst = true
    for word in words {
      for (index, piece) in Self.pieces(of: word, room: columns - indent).enumerated() {
        let space = index > 0 || isFirst ? 0 : 1
        if !isFirst, column + space + piece.count > columns {
          append("\n")
          append(spaces: indent)
          column = indent
        } else {
          append(spaces: space)
          column += space
        }
        isFirst = false
        append(text: String(piece))
        column += piece.count
      }
    }
    append("\n")
  }
}
