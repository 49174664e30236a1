// SPDX-License-Identifier: MIT

/// A name or path that is the same as another one only where all its bytes are.
///
/// Strings of Swift are equal where their letters are: `é` in one scalar and in two. File systems
/// and archives keep both beside each other.
package struct ExactText: Sendable, Hashable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  /// The names on the way to a file, as one path.
  package init(path names: some Sequence<String>) {
    text = names.joined(separator: "/")
  }

  package static func == (one: Self, other: Self) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }

  /// Whether a text is sorted before another one; those with the same letters go by their bytes.
  package static func isBefore(_ one: String, _ other: String) -> Bool {
    one == other ? one.utf8.lexicographicallyPrecedes(other.utf8) : one < other
  }
}

extension String {
  /// The parts of a path between its slashes, whatever combining letters follow on one.
  package var pathParts: [String] {
    utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  /// What follows the last `/` that is not at the end.
  package var lastPathPart: String { pathParts.last ?? self }
}
