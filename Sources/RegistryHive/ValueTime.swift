// SPDX-License-Identifier: MIT

package import HiveFormat

/// A time that a value holds.
public enum ValueTime: Sendable, Hashable {
  /// A time in UTC: the 8 bytes of a FILETIME.
  case fileTime(FileTime)
  /// A date and a time of day in a time zone that the value does not say: the 16 bytes of a
  /// SYSTEMTIME.
  case systemTime(SystemTime)
}

extension ValueTime: CustomStringConvertible {
  /// The time in ISO 8601: with a `Z` where it is in UTC, without where the zone is not known.
  public var description: String {
    switch self {
    case .fileTime(let time): time.description
    case .systemTime(let time): time.description
    }
  }
}

extension Value {
  /// The time that the value holds; nil where neither its name nor its type says that it is one.
  ///
  /// - The type says so of device properties (`DEVPROP_TYPE_FILETIME`).
  /// - The name says so of binary data and of 64-bit numbers: it has `time`, `date`, `stamp` or
  ///   `last` in it, such as `ShutdownTime`, `InstallDate`, `LastUpdated`.
  ///
  /// Data of 8 bytes are a FILETIME, data of 16 bytes a SYSTEMTIME. Only times from 1990 to 2099
  /// count: what is called a time may be a number of seconds, or a duration.
  public var time: ValueTime? { time(in: nil) }

  /// The time, where the place of the data is known already.
  package func time(in extent: ValueExtent?) -> ValueTime? {
    guard ValueTime.mayBeTime(record, in: hive.image) else { return nil }
    return ValueTime(extent.map { hive.image.bytes(in: $0) } ?? bytes)
  }
}

extension ValueTime {
  /// The words that names of times have in them, in lower case.
  private static let words: [[UInt16]] = ["time", "date", "stamp", "last"].map { Array($0.utf16) }

  /// Whether the size, the type and the name of a value are those of a time.
  package static func mayBeTime(_ record: ValueRecord, in image: HiveImage) -> Bool {
    guard record.dataSize == 8 || record.dataSize == 16 else { return false }
    switch ValueType(rawValue: record.type) {
    case .none, .binary: return hasWord(record.name, in: image)
    case .qword: return record.dataSize == 8 && hasWord(record.name, in: image)
    case .deviceFileTime: return record.dataSize == 8
    default: return false
    }
  }

  /// The time in the data of a value that may be one.
  package init?(_ bytes: [UInt8]) {
    if let time = FileTime(bytes), time.isPlausible {
      self = .fileTime(time)
    } else if let time = SystemTime(bytes), time.ifInUTC.isPlausible {
      self = .systemTime(time)
    } else {
      return nil
    }
  }

  private static func hasWord(_ name: StoredName, in image: HiveImage) -> Bool {
    // Nobody gives a time a name of thousands of letters.
    let count = min(name.unitCount, 256)
    for start in 0..<max(count - 3, 0) {
      for word in words where start + word.count <= count {
        if word.indices.allSatisfy({ image.unit(start + $0, of: name) | 0x20 == word[$0] }) {
          return true
        }
      }
    }
    return false
  }
}

extension ValueType {
  /// The time of a device property: `DEVPROP_TYPE_FILETIME`.
  static let deviceFileTime = Self(rawValue: 0xFFFF_0010)
}
