// SPDX-License-Identifier: MIT

public import RegistryHive

/// As what a rule reads the data of a value: RECmd's `BinaryConvert`.
public enum DataConversion: String, Sendable, Hashable, CaseIterable {
  case none
  /// 64 bits, as in FILETIME.
  case filetime
  /// The four bytes of an IPv4 address.
  case ip
  /// 32 bits: seconds since 1970.
  case epoch
  /// The binary form of a security identifier.
  case sid
  /// The 16 bytes of SYSTEMTIME.
  case systemtime
  /// 64 bits: intervals of 100 ns since the year 1, as .NET counts.
  case dateTimeTicks = "datetimeticks"
  /// A double: days since 1899-12-30, as OLE Automation counts.
  case ole

  /// The conversion of a name, whatever its case.
  init?(name: String) {
    self.init(rawValue: name.lowercased())
  }
}

/// What data were converted to.
public enum ConvertedData: Sendable, Hashable {
  case time(FileTime)
  case text(String)
}

extension DataConversion {
  /// The last moment of the year 9999, the last that .NET knows.
  private static let lastTime: UInt64 = 2_650_467_743_999_999_999
  private static let ticksPerDay: Int64 = 864_000_000_000
  /// 1899-12-30 in FILETIME.
  private static let oleEpoch: Int64 = 94_353_120_000_000_000
  /// The beginning of 1601 in .NET's ticks.
  private static let ticksEpoch: UInt64 = 504_911_232_000_000_000

  /// Converts data.
  ///
  /// As with RECmd, addresses and identifiers are converted where the type is `REG_BINARY` only, and
  /// bytes after what is needed do not count.
  ///
  /// - Parameters:
  ///   - bytes: The data.
  ///   - type: The value's type.
  /// - Returns: What they mean; nil where nothing is asked for, or the data do not mean it.
  public func convert(_ bytes: [UInt8], type: ValueType) -> ConvertedData? {
    let data = ByteReader(bytes)
    switch self {
    case .none: return nil
    case .filetime: return data.uint64(at: 0).flatMap(Self.time)
    case .epoch:
      return data.uint32(at: 0).map {
        .time(FileTime(rawValue: (UInt64($0) + 11_644_473_600) * FileTime.ticksPerSecond))
      }
    case .systemtime: return data.systemTime(at: 0).map { .time($0) }
    case .dateTimeTicks:
      guard let ticks = data.uint64(at: 0), ticks >= Self.ticksEpoch else { return nil }
      return Self.time(ticks - Self.ticksEpoch)
    case .ole:
      guard let bits = data.uint64(at: 0) else { return nil }
      let days = Double(bitPattern: bits)
      guard days.isFinite, abs(days) < 3_000_000 else { return nil }
      // The time of day counts up, also before the first day.
      let whole = days.rounded(.towardZero)
      let milliseconds = (abs(days - whole) * 86_400_000).rounded()
      let time = Self.oleEpoch + Int64(whole) * Self.ticksPerDay + Int64(milliseconds) * 10_000
      return UInt64(exactly: time).flatMap(Self.time)
    case .ip:
      guard type == .binary, bytes.count >= 4 else { return nil }
      return .text(bytes[..<4].map { String($0) }.joined(separator: "."))
    case .sid:
      guard type == .binary, bytes.count >= 8 else { return nil }
      let length = 8 + 4 * Int(bytes[1])
      guard length <= bytes.count else { return nil }
      return SecurityIdentifier(bytes: [UInt8](bytes[..<length])).map { .text($0.description) }
    }
  }

  private static func time(_ ticks: UInt64) -> ConvertedData? {
    ticks <= lastTime ? .time(FileTime(rawValue: ticks)) : nil
  }
}
