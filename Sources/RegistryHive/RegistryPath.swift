// SPDX-License-Identifier: MIT

/// The way from a hive's root to a key: names of keys, outermost first.
///
/// The root's own path has no names; as text it is the empty string.
public struct RegistryPath: Sendable, Hashable {
  /// The names, outermost first.
  public let names: [RegistryString]
  /// Whether the first of the names is none, but the mark of the key that the path continues from.
  package let isAnchored: Bool

  /// Makes a path of names.
  public init(names: [RegistryString]) {
    self.init(names: names, isAnchored: false)
  }

  init(names: [RegistryString], isAnchored: Bool) {
    self.names = names
    self.isAnchored = isAnchored
  }

  /// Makes a path from text with `\` between the names.
  ///
  /// A `\` at either end does not count, nor does one right after another. Use ``init(names:)``
  /// where a name itself has a `\` in it.
  public init(_ text: String) {
    self.init(names: text.split(separator: "\\").map { RegistryString(String($0)) })
  }

  /// Whether this is the root's path.
  public var isRoot: Bool { names.isEmpty }

  /// The path of a subkey.
  public func appending(_ name: RegistryString) -> RegistryPath {
    RegistryPath(names: names + [name], isAnchored: isAnchored)
  }
}

extension RegistryPath: ExpressibleByStringLiteral {
  /// Makes a path from a literal, such as `"Software\\Microsoft"`.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension RegistryPath: CustomStringConvertible {
  /// The names with `\` between them.
  ///
  /// A `\` in a name, which no key of Windows has, becomes `‹U+005C›`, and a key without a name is
  /// `‹empty›`, so that two different paths are two different texts.
  public var description: String {
    namesInPath.map(\.description).joined(separator: "\\")
  }

  /// The names as they are in a path, as text.
  package var namesInPath: [RegistryString] {
    isAnchored ? names.prefix(1) + names.dropFirst().map(\.inPath) : names.map(\.inPath)
  }
}

extension RegistryPath {
  /// What is in a path in place of a `\` in a name.
  package static let backslashMark = "‹U+005C›"
  /// What is in a path in place of a name that is empty.
  package static let emptyMark = "‹empty›"
  /// What is in a path in place of a `…` at the beginning of a name: paths that are not shown whole
  /// begin with one.
  package static let ellipsisMark = "‹U+2026›"
}

extension RegistryString {
  /// Whether the name is another one in a path, as text.
  package var isEscapedInPath: Bool {
    utf16.isEmpty || hasEllipsis || utf16.contains(0x5C) || utf16.contains(0x2039)
  }

  /// Whether the name begins as a path does that is not shown whole.
  package var hasEllipsis: Bool { utf16.first == 0x2026 }

  /// The name as it is in a path, as text.
  ///
  /// What looks like the mark of an escape is escaped too.
  package var inPath: RegistryString {
    guard isEscapedInPath else { return self }
    if utf16.isEmpty { return RegistryString(RegistryPath.emptyMark) }
    if hasEllipsis {
      let rest = RegistryString(utf16: Array(utf16.dropFirst()))
      let shown = rest.isEscapedInPath && !rest.utf16.isEmpty ? rest.inPath : rest
      return RegistryString(utf16: Array(RegistryPath.ellipsisMark.utf16) + shown.utf16)
    }
    if utf16.elementsEqual(RegistryPath.emptyMark.utf16) { return "‹U+2039›empty›" }
    let parts = utf16.split(separator: 0x5C, omittingEmptySubsequences: false).map { part in
      let text = RegistryString(utf16: Array(part))
      return text.utf16.contains(0x2039) ? text.replacing("‹U+", with: "‹U+2039›U+") : text
    }
    return RegistryString(
      utf16: Array(parts.map(\.utf16).joined(separator: RegistryPath.backslashMark.utf16)))
  }

  private func replacing(_ text: String, with other: String) -> RegistryString {
    let (old, new) = (Array(text.utf16), Array(other.utf16))
    var units: [UInt16] = []
    var index = 0
    while index < utf16.count {
      if utf16[index...].starts(with: old) {
        units += new
        index += old.count
      } else {
        units.append(utf16[index])
        index += 1
      }
    }
    return RegistryString(utf16: units)
  }
}
