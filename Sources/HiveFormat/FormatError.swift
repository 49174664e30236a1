// SPDX-License-Identifier: MIT

/// Something in a file that the regf format does not allow, and where it is.
package struct FormatError: Error, Sendable, Hashable {
  /// What kind of fault it is; a stable identifier for scripts, such as `cell-out-of-bounds`.
  package struct Code: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// What kind of fault it is.
  package let code: Code
  /// Where in the file the offending bytes stand.
  package let offset: Int
  /// What the format calls for there.
  package let expected: String
  /// What stands there instead.
  package let found: String

  @inline(never)
  package init(_ code: Code, at offset: Int, expected: String, found: String) {
    self.code = code
    self.offset = offset
    self.expected = expected
    self.found = found
  }
}

extension FormatError: CustomStringConvertible {
  package var description: String {
    "at offset \(hex(offset)): expected \(expected), found \(found)"
  }
}

extension FormatError.Code {
  /// The bytes that were asked for reach past the end of the file.
  package static let endOfFile = Self(rawValue: "end-of-file")
  /// A reference to a cell points outside the bins.
  package static let cellOutOfBounds = Self(rawValue: "cell-out-of-bounds")
  /// A cell offset is not a multiple of 8.
  package static let cellMisaligned = Self(rawValue: "cell-misaligned")
  /// A cell's size is impossible, or reaches past the bins.
  package static let cellSize = Self(rawValue: "cell-size")
  /// A reference leads to a free cell.
  package static let cellFree = Self(rawValue: "cell-free")
  /// A cell is too short for the record in it.
  package static let cellTooShort = Self(rawValue: "cell-too-short")
  /// A record does not begin with the signature of its kind.
  package static let signature = Self(rawValue: "signature")
}

/// A number the way offsets are written everywhere: hexadecimal with `0x`.
package func hex(_ number: some BinaryInteger) -> String {
  number < 0
    ? "-0x" + String(number.magnitude, radix: 16) : "0x" + String(number, radix: 16)
}
