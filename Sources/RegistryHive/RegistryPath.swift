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
  /// A `\` at either end does not count, nor does one right behind another. Use ``init(names:)``
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
  public var description: String {
    names.map(\.description).joined(separator: "\\")
  }
}
