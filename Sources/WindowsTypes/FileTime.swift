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

  /// Returns the characters of ``description``, all ASCII, one by one.
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

extension FileTime: LosslessStringConvertible {
  /// Reads a time of ISO 8601 in UTC, such as `2012-04-09T13:10:43.4537497Z`.
  ///
  /// The time of day may be left out, its seconds too, and the `Z`. Of a fraction, seven decimals
  /// count. Nil for anything else, other time zones included, and before the year 1601.
  public init?(_ text: String) {
    guard let written = ISOTime(text) else { return nil }
    self = written.time
  }

  /// The time in ISO 8601 with all seven decimals, such as `2012-04-09T13:10:43.4537497Z`.
  public var description: String {
    var characters: [UInt8] = []
    characters.reserveCapacity(29)
    forEachCharacter { characters.append($0) }
    return String(decoding: characters, as: UTF8.self)
  }
}

// MARK: - Reading

/// A time as it is written.
private struct ISOTime {
  let time: FileTime

  init?(_ text: String) {
    var rest = Substring(text).utf8[...]
    if rest.last == UInt8(ascii: "Z") { rest.removeLast() }
    let yearDigits = rest.prefix { $0 != UInt8(ascii: "-") }.count == 5 ? 5 : 4
    guard let year = Self.number(yearDigits, &rest), Self.take("-", &rest),
      let month = Self.number(2, &rest), Self.take("-", &rest), let day = Self.number(2, &rest),
      year >= 1601, (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year)
    else { return nil }
    var ticks: UInt64 = 0
    if !rest.isEmpty {
      guard Self.take("T", &rest) || Self.take(" ", &rest), let hour = Self.number(2, &rest),
        Self.take(":", &rest), let minute = Self.number(2, &rest), hour < 24, minute < 60
      else { return nil }
      var second = 0
      if Self.take(":", &rest) {
        guard let number = Self.number(2, &rest), number < 60 else { return nil }
        second = number
        guard let fraction = Self.fraction(&rest) else { return nil }
        ticks += fraction
      }
      guard rest.isEmpty else { return nil }
      ticks += UInt64(hour * 3_600 + minute * 60 + second) * FileTime.ticksPerSecond
    }
    let days =
      Self.days(before: year) + day - 1
      + (1..<month).reduce(0) { $0 + Self.days(inMonth: $1, of: year) }
    let (start, isTooLarge) = (UInt64(days) * 86_400).multipliedReportingOverflow(
      by: FileTime.ticksPerSecond)
    let (sum, overflows) = start.addingReportingOverflow(ticks)
    guard !isTooLarge, !overflows else { return nil }
    time = FileTime(rawValue: sum)
  }

  private static func number(_ count: Int, _ rest: inout Substring.UTF8View) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout Substring.UTF8View) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  /// The decimals after a point, in units of 100 ns; 0 where there is no point.
  private static func fraction(_ rest: inout Substring.UTF8View) -> UInt64? {
    guard take(".", &rest) else { return 0 }
    let digits = rest.prefix { (48...57).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    let counted = digits.prefix(7).reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 48) }
    return (digits.count..<max(digits.count, 7)).reduce(counted) { number, _ in number * 10 }
  }

  /// The days from the beginning of 1601 to that of a year.
  private static func days(before year: Int) -> Int {
    let years = year - 1601
    return years * 365 + years / 4 - years / 100 + years / 400
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
