// SPDX-License-Identifier: MIT

/// Something in a file that the regf format does not allow, and where it is.
public struct FormatError: Error, Sendable, Hashable {
  /// What kind of fault it is; a stable identifier for scripts, such as `cell-out-of-bounds`.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The identifier.
    public let rawValue: String

    /// Makes a code from its identifier.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// What kind of fault it is.
  public let code: Code
  /// Where in the file the offending bytes stand.
  public let offset: Int
  /// What the format calls for there.
  public let expected: String
  /// What stands there instead.
  public let found: String

  /// Makes an error; out of line, so that the checks that make one stay small.
  @inline(never)
  public init(_ code: Code, at offset: Int, expected: String, found: String) {
    self.code = code
    self.offset = offset
    self.expected = expected
    self.found = found
  }
}

extension FormatError: CustomStringConvertible {
  /// Where, what was expected, and what was found, as one line.
  public var description: String {
    "at offset \(hex(offset)): expected \(expected), found \(found)"
  }
}

extension FormatError.Code {
  /// The bytes that were asked for reach past the end of the file.
  public static let endOfFile = Self(rawValue: "end-of-file")
  /// A reference to a cell points outside the bins.
  public static let cellOutOfBounds = Self(rawValue: "cell-out-of-bounds")
  /// A cell offset is not a multiple of 8.
  public static let cellMisaligned = Self(rawValue: "cell-misaligned")
  /// A cell's size is impossible, or reaches past the bins.
  public static let cellSize = Self(rawValue: "cell-size")
  /// A reference leads to a free cell.
  public static let cellFree = Self(rawValue: "cell-free")
  /// A cell is too short for the record in it.
  public static let cellTooShort = Self(rawValue: "cell-too-short")
  /// A record does not begin with the signature of its kind.
  public static let signature = Self(rawValue: "signature")
}

/// A number the way offsets are written everywhere: hexadecimal with `0x`.
public func hex(_ number: some BinaryInteger) -> String {
  number < 0
    ? "-0x" + String(number.magnitude, radix: 16) : "0x" + String(number, radix: 16)
}
