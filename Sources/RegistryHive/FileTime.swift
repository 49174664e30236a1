// SPDX-License-Identifier: MIT

/// A point in time as Windows stores it: 100-nanosecond intervals since 1601-01-01, in UTC.
///
/// Source: FILETIME, [MS-DTYP] 2.3.3.
public struct FileTime: RawRepresentable, Sendable, Hashable {
  /// The number of 100-nanosecond intervals since 1601-01-01T00:00:00Z.
  public let rawValue: UInt64

  /// Makes a time from a number of 100-nanosecond intervals.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }
}

extension FileTime: Comparable {
  /// Whether the first time lies before the second.
  public static func < (first: FileTime, second: FileTime) -> Bool {
    first.rawValue < second.rawValue
  }
}

extension FileTime {
  /// The intervals in a second.
  public static var ticksPerSecond: UInt64 { 10_000_000 }

  /// Whole seconds since 1970-01-01T00:00:00Z, rounded down; negative before.
  public var unixSeconds: Int64 {
    Int64(rawValue / Self.ticksPerSecond) - 11_644_473_600
  }

  /// The calendar date and time of day in UTC, in the proleptic Gregorian calendar.
  @usableFromInline package var components:
    (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, ticks: Int)
  {
    let seconds = Int(rawValue / Self.ticksPerSecond)
    let ticks = Int(rawValue % Self.ticksPerSecond)
    let days = seconds / 86_400
    let time = seconds % 86_400
    // 1601 begins a cycle of 400 years. Counted from March, a leap day is the last of its year.
    let daysFromMarch = days + 306
    let cycle = daysFromMarch / 146_097
    let dayOfCycle = daysFromMarch % 146_097
    let yearOfCycle =
      (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = 1600 + 400 * cycle + yearOfCycle + (month <= 2 ? 1 : 0)
    return (year, month, day, time / 3_600, time / 60 % 60, time % 60, ticks)
  }

  /// Hands out the characters of ``description``, all ASCII, one by one.
  @inlinable @inline(__always)
  package func forEachCharacter(_ body: (UInt8) -> Void) {
    func pair(_ number: Int) {
      body(UInt8(truncatingIfNeeded: 48 &+ number / 10))
      body(UInt8(truncatingIfNeeded: 48 &+ number % 10))
    }
    let parts = components
    if parts.year >= 10_000 { body(UInt8(truncatingIfNeeded: 48 &+ parts.year / 10_000)) }
    pair(parts.year / 100 % 100)
    pair(parts.year % 100)
    body(UInt8(ascii: "-"))
    pair(parts.month)
    body(UInt8(ascii: "-"))
    pair(parts.day)
    body(UInt8(ascii: "T"))
    pair(parts.hour)
    body(UInt8(ascii: ":"))
    pair(parts.minute)
    body(UInt8(ascii: ":"))
    pair(parts.second)
    body(UInt8(ascii: "."))
    pair(parts.ticks / 100_000)
    pair(parts.ticks / 1_000 % 100)
    pair(parts.ticks / 10 % 100)
    body(UInt8(truncatingIfNeeded: 48 &+ parts.ticks % 10))
    body(UInt8(ascii: "Z"))
  }
}

extension FileTime: CustomStringConvertible {
  /// The time in ISO 8601 with all seven decimals, such as `2012-04-09T13:10:43.4537497Z`.
  public var description: String {
    var characters: [UInt8] = []
    characters.reserveCapacity(29)
    forEachCharacter { characters.append($0) }
    return String(decoding: characters, as: UTF8.self)
  }
}
