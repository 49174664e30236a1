// SPDX-License-Identifier: MIT

package import HiveFormat

/// A fault in a hive that reading went on past, and what was lost by it.
public struct Finding: Sendable, Hashable {
  /// What kind of fault it is: a stable identifier for scripts, such as `cell-out-of-bounds`.
  public let id: String
  /// Where in the file the offending bytes are; of a reference that leads out of the file, where
  /// it leads.
  public let offset: Int
  /// What the format calls for there.
  public let expected: String
  /// What is there instead.
  public let found: String

  package init(id: String, offset: Int, expected: String, found: String) {
    self.id = id
    self.offset = offset
    self.expected = expected
    self.found = found
  }
}

extension Finding: CustomStringConvertible {
  /// One line for the person at the terminal.
  public var description: String {
    "at offset 0x\(String(offset, radix: 16)): expected \(expected), found \(found)"
  }
}

extension Finding {
  package init(_ error: FormatError) {
    self.init(
      id: error.code.rawValue, offset: error.offset, expected: error.expected, found: error.found)
  }
}
