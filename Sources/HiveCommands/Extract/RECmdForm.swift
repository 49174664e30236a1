// SPDX-License-Identifier: MIT

import RegistryExtraction
import RegistryHive

/// The forms in which RECmd writes what it finds.
///
/// Source: `BuildBatchCsvOut` in <https://github.com/EricZimmerman/RECmd>, and `VkCellRecord` in
/// <https://github.com/EricZimmerman/Registry>. In one place this form says more than RECmd's: a number
/// of the wrong size is given as bytes, not as 0.
enum RECmdForm {
  /// A time: `2012-04-09 13:10:43.4537497`, in UTC.
  static func time(_ time: FileTime) -> String {
    String(time.description.dropLast()).replacing("T", with: " ")
  }

  /// The name of a value; the default value's is `(default)`.
  static func valueName(_ name: RegistryString) -> RegistryString {
    name.isEmpty ? "(default)" : name
  }

  /// The name of a type, such as `RegSz`.
  static func typeName(_ type: ValueType) -> String {
    if type.rawValue < names.count { return names[Int(type.rawValue)] }
    if type.rawValue == 0x10 { return "RegFileTime" }
    if type.rawValue >= 0x101, type.rawValue - 0x101 < appNames.count {
      return "RegUwp" + appNames[Int(type.rawValue - 0x101)]
    }
    return type.rawValue > 0x125 ? "RegUnknown" : String(type.rawValue)
  }

  private static let names = [
    "RegNone", "RegSz", "RegExpandSz", "RegBinary", "RegDword", "RegDwordBigEndian", "RegLink",
    "RegMultiSz", "RegResourceList", "RegFullResourceDescription", "RegResourceRequirementsList",
    "RegQword",
  ]

  /// The types of values of apps' settings, from 0x101 on.
  private static let appNames = {
    let simple = [
      "Byte", "Int16", "Uint16", "Int32", "Uint32", "Int64", "Uint64", "Single", "Double", "Char",
      "Boolean", "String", "CompositeValue", "DateTimeOffset", "TimeSpan", "Guid", "Point", "Size",
      "Rect",
    ]
    let arrays = simple.filter { $0 != "CompositeValue" }.map { "Array" + $0 }
    return simple + arrays
  }()

  /// The data of a value, converted as the rule asks.
  static func data(of record: ExtractedRecord, _ value: Value) -> RegistryString {
    if value.type == .binary, !record.rule.includesBinary { return "(Binary data)" }
    switch record.converted {
    case .time(let time)?: return RegistryString(self.time(time))
    case .text(let text)?: return RegistryString(text)
    case nil: return data(record.bytes, value.type)
    }
  }

  /// The data of a value as they are.
  static func data(_ bytes: [UInt8], _ type: ValueType) -> RegistryString {
    switch type {
    case .string, .expandString, .multiString:
      return text(bytes)
    case .link:
      let units = units(bytes).map { $0 == 0 ? 0x20 : $0 }
      let text = units.drop { $0 == 0x20 }
      return RegistryString(utf16: [UInt16](text.reversed().drop { $0 == 0x20 }.reversed()))
    default:
      switch ValueData(bytes, type: type) {
      case .dword(let number), .dwordBigEndian(let number): return RegistryString(String(number))
      case .qword(let number): return RegistryString(String(number))
      default: return dashedHex(bytes)
      }
    }
  }

  private static func units(_ bytes: [UInt8]) -> [UInt16] {
    var units = stride(from: 0, to: bytes.count - 1, by: 2).map {
      UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
    }
    // Half a unit.
    if bytes.count % 2 == 1 { units.append(0xFFFD) }
    return units
  }

  /// Text up to two NULs; a single one is a space.
  private static func text(_ bytes: [UInt8]) -> RegistryString {
    var units = units(bytes)
    if let end = units.indices.dropLast().first(where: { units[$0] == 0 && units[$0 + 1] == 0 }) {
      units = units[..<end].map { $0 == 0 ? 0x20 : $0 }
    }
    while units.last == 0 { units.removeLast() }
    return RegistryString(utf16: [UInt16](units.drop { $0 == 0 }))
  }

  /// Bytes as `0A-FF`.
  private static func dashedHex(_ bytes: [UInt8]) -> RegistryString {
    var units: [UInt16] = []
    units.reserveCapacity(3 * bytes.count)
    for byte in bytes {
      if !units.isEmpty { units.append(0x2D) }
      for digit in [byte >> 4, byte & 15] {
        units.append(UInt16(digit < 10 ? 48 + digit : 55 + digit))
      }
    }
    return RegistryString(utf16: units)
  }

  /// A fact of a decoder.
  static func field(_ value: DecodedRow.FieldValue) -> RegistryString {
    switch value {
    case .text(let text): text
    case .number(let number): RegistryString(String(number))
    case .time(let time): RegistryString(self.time(time))
    case .flag(let isTrue): isTrue ? "True" : "False"
    }
  }
}
