// SPDX-License-Identifier: MIT

import RegistryHive

extension Output {
  /// Appends an indented sentence, broken between words.
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
      if !isFirst, column + 1 + word.count > columns {
        append("\n")
        append(spaces: indent)
        column = indent
      } else if !isFirst {
        append(" ")
        column += 1
      }
      isFirst = false
      append(text: String(word))
      column += word.count
    }
    append("\n")
  }
}
