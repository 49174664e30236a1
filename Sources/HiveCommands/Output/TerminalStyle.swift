// SPDX-License-Identifier: MIT

import FileAccess

/// How a piece of text looks on a terminal with colour.
struct TerminalStyle {
  /// What begins the style.
  let code: StaticString

  /// What ends every style.
  static let end: StaticString = "\u{1B}[0m"

  static let bold = Self(code: "\u{1B}[1m")
  static let dim = Self(code: "\u{1B}[2m")
  static let warning = Self(code: "\u{1B}[33m")
  static let match = Self(code: "\u{1B}[1;31m")
}

extension Output {
  /// Whether the output may have colour: on a terminal that can show it, unless the user has set
  /// `NO_COLOR` (<https://no-color.org>).
  var hasColor: Bool {
    isTerminal && environmentVariable("TERM") != "dumb"
      && (environmentVariable("NO_COLOR") ?? "").isEmpty
  }
}
