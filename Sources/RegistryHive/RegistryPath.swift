// SPDX-License-Identifier: MIT

/// The way from a hive's root to a key: names of keys, outermost first.
///
/// The root's own path has no names; as text it is the empty string.
public struct RegistryPath: Sendable, Hashable {
  /// The names, outermost first.
  public let names: [RegistryString]

  /// Makes a path of names.
  public init(names: [RegistryString]) {
    self.names = names
  }

  /// Makes a path from text with `\` between the names.
  ///
  /// A `\` at either end does not count, nor does one right after another. Use ``init(names:)``
  /// where a name itself has a `\` in it.
  public init(_ text: String) {
    names = text.split(separator: "\\").map { RegistryString(String($0)) }
  }

  /// Whether this is the root's path.
  public var isRoot: Bool { names.isEmpty }

  /// The path of a subkey.
  public func appending(_ name: RegistryString) -> RegistryPath {
    RegistryPath(names: names + [name])
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
  /// A `\` in a name, which no key of Windows has, becomes `‹U+005C›`, so that two different paths
  /// are two different texts.
  public var description: String {
    names.map(\.inPath.description).joined(separator: "\\")
  }
}

extension RegistryPath {
  /// What is in a path in place of a `\` in a name.
  package static let backslashMark = "‹U+005C›"
}

extension RegistryString {
  /// Whether the name is another one in a path, as text.
  package var isEscapedInPath: Bool { utf16.contains(0x5C) || utf16.contains(0x2039) }

  /// The name as it is in a path, as text.
  ///
  /// What looks like the mark of an escape is escaped too.
  package var inPath: RegistryString {
    guard isEscapedInPath else { return self }
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
