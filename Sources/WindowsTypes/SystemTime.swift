// SPDX-License-Identifier: MIT

/// A date and a time of day as Windows writes them down field by field.
///
/// The fields do not say in which time zone they are: some values hold UTC, others local time.
///
/// Source: SYSTEMTIME, [MS-DTYP] 2.3.13.
public struct SystemTime: Sendable, Hashable {
  /// The year: 1601 to 30827.
  public let year: Int
  /// The month: 1 to 12.
  public let month: Int
  /// The day of the month: 1 to 31.
  public let day: Int
  /// The hour: 0 to 23.
  public let hour: Int
  /// The minute: 0 to 59.
  public let minute: Int
  /// The second: 0 to 59.
  public let second: Int
  /// The millisecond: 0 to 999.
  public let millisecond: Int

  /// The same fields as a time in UTC, which they may not be.
  package let ifInUTC: FileTime

  /// Reads the 16 bytes that Windows stores.
  ///
  /// Nil where they are more or fewer, where a field is out of its range, and where the day of the
  /// week is not that of the date.
  ///
  /// - Parameter bytes: The bytes.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    let bytes = [UInt8](bytes)
    let fields = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8 }
    guard (1601...30827).contains(fields[0]), (1...12).contains(fields[1]),
      (1...31).contains(fields[3]), fields[4] < 24, fields[5] < 60, fields[6] < 60,
      fields[7] < 1000
    else { return nil }
    (year, month, day) = (fields[0], fields[1], fields[3])
    (hour, minute, second, millisecond) = (fields[4], fields[5], fields[6], fields[7])
    guard let time = FileTime(Self.text(fields) + "Z"), time.dayOfWeek == fields[2] else {
      return nil
    }
    ifInUTC = time
  }

  private static func text(_ fields: [Int]) -> String {
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(count - text.count, 0)) + text
    }
    let date = "\(digits(fields[0], 4))-\(digits(fields[1], 2))-\(digits(fields[3], 2))"
    let time = [fields[4], fields[5], fields[6]].map { digits($0, 2) }.joined(separator: ":")
    return "\(date)T\(time).\(digits(fields[7], 3))"
  }
}

extension SystemTime: CustomStringConvertible {
  /// The time in ISO 8601 without a time zone, such as `2015-12-06T19:07:00.144`.
  public var description: String {
    Self.text([year, month, 0, day, hour, minute, second, millisecond])
  }
}

extension FileTime {
  /// The day of the week in UTC; 0 is a Sunday.
  fileprivate var dayOfWeek: Int {
    // 1601-01-01 was a Monday.
    Int((rawValue / (86_400 * Self.ticksPerSecond) + 1) % 7)
  }
}
