// SPDX-License-Identifier: MIT

/// A policy file to be written: `Registry.pol`.
package struct PolicyFileDescription: Sendable {
  /// The four bytes that the file begins with.
  package var signature = Array("PReg".utf8)
  package var version: UInt32 = 1
  /// The bytes after the header, entry by entry.
  package private(set) var entries: [[UInt8]] = []

  package init() {}

  /// Adds an entry that sets a value.
  package mutating func set(_ key: String, _ value: ValueDescription) {
    let name = littleEndianBytes(of: value.name.units) + [0, 0]
    add(
      Self.text("[") + Self.terminated(key) + Self.text(";") + name + Self.text(";")
        + numberBytes(value.type) + Self.text(";") + numberBytes(UInt32(value.data.count))
        + Self.text(";") + value.data + Self.text("]"))
  }

  /// Adds an entry that deletes a value, as Group Policy does when a policy is disabled.
  package mutating func delete(_ name: String, in key: String) {
    set(key, .string(NameDescription("**del.\(name)"), " "))
  }

  /// Adds an entry that deletes all values of a key.
  package mutating func deleteValues(in key: String) {
    set(key, .string("**delvals.", " "))
  }

  /// Adds bytes as they are.
  package mutating func add(_ bytes: [UInt8]) {
    entries.append(bytes)
  }

  /// The bytes of the file.
  package func build() -> [UInt8] {
    signature + numberBytes(version) + entries.flatMap(\.self)
  }

  /// Text as it is in the file.
  package static func text(_ text: String) -> [UInt8] {
    littleEndianBytes(of: text.utf16)
  }

  /// Text with the NUL that ends it.
  package static func terminated(_ text: String) -> [UInt8] {
    self.text(text) + [0, 0]
  }
}
