// SPDX-License-Identifier: MIT

/// What a value's data are meant to be; any 32-bit number may occur.
///
/// Source: Registry value types, Microsoft Win32 documentation.
public struct ValueType: RawRepresentable, Sendable, Hashable {
  /// The type's number.
  public let rawValue: UInt32

  /// Makes a type from its number.
  @inlinable public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// No defined type: `REG_NONE`.
  @inlinable public static var none: Self { Self(rawValue: 0) }
  /// A string: `REG_SZ`.
  @inlinable public static var string: Self { Self(rawValue: 1) }
  /// A string with references to environment variables: `REG_EXPAND_SZ`.
  @inlinable public static var expandString: Self { Self(rawValue: 2) }
  /// Bytes: `REG_BINARY`.
  @inlinable public static var binary: Self { Self(rawValue: 3) }
  /// A 32-bit number: `REG_DWORD`.
  @inlinable public static var dword: Self { Self(rawValue: 4) }
  /// A 32-bit number, most significant byte first: `REG_DWORD_BIG_ENDIAN`.
  @inlinable public static var dwordBigEndian: Self { Self(rawValue: 5) }
  /// The target of a symbolic link: `REG_LINK`.
  @inlinable public static var link: Self { Self(rawValue: 6) }
  /// A list of strings: `REG_MULTI_SZ`.
  @inlinable public static var multiString: Self { Self(rawValue: 7) }
  /// Hardware resources: `REG_RESOURCE_LIST`.
  @inlinable public static var resourceList: Self { Self(rawValue: 8) }
  /// A hardware resource: `REG_FULL_RESOURCE_DESCRIPTOR`.
  @inlinable public static var fullResourceDescriptor: Self { Self(rawValue: 9) }
  /// Hardware resources asked for: `REG_RESOURCE_REQUIREMENTS_LIST`.
  @inlinable public static var resourceRequirementsList: Self { Self(rawValue: 10) }
  /// A 64-bit number: `REG_QWORD`.
  @inlinable public static var qword: Self { Self(rawValue: 11) }

  /// The names of the types 0 to 11.
  package static let names: [StaticString] = [
    "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN",
    "REG_LINK", "REG_MULTI_SZ", "REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTOR",
    "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD",
  ]
}

extension ValueType: CustomStringConvertible {
  /// The type's name, such as `REG_SZ`, or its number, such as `0x00001234`.
  public var description: String {
    if rawValue < Self.names.count { return "\(Self.names[Int(rawValue)])" }
    let digits = String(rawValue, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
