// SPDX-License-Identifier: MIT

/// What a device property holds.
///
/// SYSTEM hives keep the properties of devices, interfaces and drivers as values below keys named
/// `Properties`. A value's type is 0xFFFF0000 and the property's own type added to it.
///
/// Source of the property's types: devpropdef.h of the Windows Driver Kit, documented as "Property
/// data type identifiers"; how they are kept in hives was observed.
public struct DeviceProperty: Sendable, Hashable {
  /// The data of a property.
  public enum Content: Sendable, Hashable {
    /// A text; also the address of one in a driver's file (`DEVPROP_TYPE_STRING_INDIRECT`), a
    /// security descriptor in SDDL, and a property's key: its GUID and its number.
    case string(RegistryString)
    /// A list of texts.
    case strings([RegistryString])
    /// A number that may be negative.
    case signed(Int64)
    /// A number that may not be negative; also error codes and types of properties.
    case unsigned(UInt64)
    /// True or false.
    case boolean(Bool)
    /// A GUID, in lower case, with braces.
    case guid(String)
    /// A point in time.
    case time(FileTime)
  }

  /// The number of the property's type, such as 0x12 for `DEVPROP_TYPE_STRING`.
  public let type: UInt32
  /// The data; nil where there are none, where their size does not fit the type, and for types that
  /// are bytes or numbers of other kinds.
  public let content: Content?

  /// Takes a value apart; nil where its type is not that of a device property.
  ///
  /// - Parameters:
  ///   - bytes: The value's data.
  ///   - type: The value's type.
  public init?(_ bytes: [UInt8], type: ValueType) {
    guard let type = Self.type(of: type) else { return nil }
    self.type = type
    content = Self.content(bytes, type)
  }

  /// The name of the property's type, such as `DEVPROP_TYPE_STRING`.
  public var typeName: String { Self.typeName(type) }
}

extension Value {
  /// What the value holds as a device property; nil where its type is not that of one.
  public var deviceProperty: DeviceProperty? {
    guard DeviceProperty.type(of: type) != nil else { return nil }
    return DeviceProperty(bytes, type: type)
  }
}

// MARK: - Types

extension DeviceProperty {
  /// The type of a property that a value's type stands for; nil where it is no known one.
  package static func type(of type: ValueType) -> UInt32? {
    guard type.rawValue >= 0xFFFF_0000 else { return nil }
    let property = type.rawValue & 0xFFFF
    let base = Int(property & 0xFFF)
    guard words.indices.contains(base) else { return nil }
    let isKnown =
      switch property & 0xF000 {
      case 0: true
      // An array is of elements of equal size, a list of texts.
      case 0x1000: (0x02...0x11).contains(base) || (0x15...0x18).contains(base)
      case 0x2000: base == 0x12 || base == 0x14
      default: false
      }
    return isKnown ? property : nil
  }

  /// The name of the property's type that a value's type stands for; nil where it is no known one.
  package static func typeName(of type: ValueType) -> String? {
    self.type(of: type).map(typeName)
  }

  private static func typeName(_ type: UInt32) -> String {
    let ending =
      switch type & 0xF000 {
      case 0x1000: "_ARRAY"
      case 0x2000: "_LIST"
      default: ""
      }
    return "DEVPROP_TYPE_" + (type == 0x1003 ? "BINARY" : words[Int(type & 0xFFF)] + ending)
  }

  private static let words = [
    "EMPTY", "NULL", "SBYTE", "BYTE", "INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64",
    "FLOAT", "DOUBLE", "DECIMAL", "GUID", "CURRENCY", "DATE", "FILETIME", "BOOLEAN", "STRING",
    "SECURITY_DESCRIPTOR", "SECURITY_DESCRIPTOR_STRING", "DEVPROPKEY", "DEVPROPTYPE", "ERROR",
    "NTSTATUS", "STRING_INDIRECT",
  ]

  // MARK: - Data

  private static func content(_ bytes: [UInt8], _ type: UInt32) -> Content? {
    switch type {
    case 0x02, 0x04, 0x06, 0x08: signed(bytes, size: 1 << (Int(type) / 2 - 1))
    case 0x03, 0x05, 0x07, 0x09: unsigned(bytes, size: 1 << ((Int(type) - 1) / 2 - 1))
    case 0x16, 0x17, 0x18: unsigned(bytes, size: 4)
    case 0x0D: bytes.count == 16 ? .guid("{\(guidText(bytes))}") : nil
    case 0x10: FileTime(bytes).map { .time($0) }
    case 0x11: boolean(bytes)
    case 0x12, 0x14, 0x19: string(bytes)
    case 0x13: SecurityDescriptor(bytes: bytes).sddl.map { .string(RegistryString($0)) }
    case 0x15: propertyKey(bytes)
    case 0x2012, 0x2014: strings(bytes)
    default: nil
    }
  }

  private static func number(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func unsigned(_ bytes: [UInt8], size: Int) -> Content? {
    bytes.count == size ? .unsigned(number(bytes)) : nil
  }

  private static func signed(_ bytes: [UInt8], size: Int) -> Content? {
    guard bytes.count == size else { return nil }
    let unused = UInt64(64 - 8 * size)
    return .signed(Int64(bitPattern: number(bytes) << unused) >> Int64(unused))
  }

  /// True is a byte of ones.
  private static func boolean(_ bytes: [UInt8]) -> Content? {
    switch bytes {
    case [0]: .boolean(false)
    case [0xFF]: .boolean(true)
    default: nil
    }
  }

  private static func string(_ bytes: [UInt8]) -> Content? {
    guard case .string(let text) = ValueData(bytes, type: .string) else { return nil }
    return .string(text)
  }

  private static func strings(_ bytes: [UInt8]) -> Content? {
    guard case .multiString(let texts) = ValueData(bytes, type: .multiString) else { return nil }
    return .strings(texts)
  }

  private static func propertyKey(_ bytes: [UInt8]) -> Content? {
    guard bytes.count == 20 else { return nil }
    let guid = guidText([UInt8](bytes.prefix(16)))
    return .string(RegistryString("{\(guid)} \(number(bytes.suffix(4)))"))
  }
}
