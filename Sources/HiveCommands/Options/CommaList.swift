// SPDX-License-Identifier: MIT

import ArgumentParser

/// What one use of an option names: `1530`, or several things with commas between them, as in
/// `1530,1524`.
struct CommaList<Element: ExpressibleByArgument>: ExpressibleByArgument {
  /// One at least.
  let elements: [Element]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    let elements = parts.compactMap { $0.isEmpty ? nil : Element(argument: $0) }
    guard elements.count == parts.count else { return nil }
    self.elements = elements
  }

  static var allValueStrings: [String] { Element.allValueStrings }
}

extension CommaList: Sendable where Element: Sendable {}
