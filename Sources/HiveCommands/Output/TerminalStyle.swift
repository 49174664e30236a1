// SPDX-License-Identifier: MIT

/// How a piece of text looks on a terminal with colour.
struct TerminalStyle {
  /// What begins the style.
  let code: StaticString

  /// What ends every style.
  static let end: StaticString = "\u{1B}[0m"

  static let bold = Self(code: "\u{1B}[1m")
  static let dim = Self(code: "\u{1B}[2m")
  static let warning = Self(code: "\u{1B}[33m")
  static let problemTitle = Self(code: "\u{1B}[1;31m")
  static let warningTitle = Self(code: "\u{1B}[1;33m")
  static let match = Self(code: "\u{1B}[1;31m")
}

extension Output {
  /// Appends what `body` appends, in a style where there is color.
  func styled(_ style: TerminalStyle, _ body: () -> Void) {
    guard hasColor else { return body() }
    append(style.code)
    body()
    append(TerminalStyle.end)
  }

  /// Appends text in a style, where there is color.
  func append(_ text: String, in style: TerminalStyle) {
    styled(style) { append(text: text) }
  }
}
