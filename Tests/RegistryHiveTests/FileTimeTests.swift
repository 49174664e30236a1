// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct FileTimeTests {
  @Test(
    "Times are shown in ISO 8601 with seven decimals",
    arguments: [
      (0, "1601-01-01T00:00:00.0000000Z"),
      (1, "1601-01-01T00:00:00.0000001Z"),
      (864_000_000_000 - 1, "1601-01-01T23:59:59.9999999Z"),
      (864_000_000_000 * 59, "1601-03-01T00:00:00.0000000Z"),
      (864_000_000_000 * 58, "1601-02-28T00:00:00.0000000Z"),
      // 1604 is the first leap year.
      (filetime(1604, 2, 29), "1604-02-29T00:00:00.0000000Z"),
      (116_444_736_000_000_000, "1970-01-01T00:00:00.0000000Z"),
      (129_784_506_434_537_497, "2012-04-09T13:10:43.4537497Z"),
      (filetime(1700, 3, 1) - 1, "1700-02-28T23:59:59.9999999Z"),
      (filetime(1900, 3, 1) - 1, "1900-02-28T23:59:59.9999999Z"),
      (filetime(2000, 3, 1) - 1, "2000-02-29T23:59:59.9999999Z"),
      (filetime(2024, 3, 1) - 1, "2024-02-29T23:59:59.9999999Z"),
      (filetime(2100, 3, 1) - 1, "2100-02-28T23:59:59.9999999Z"),
      (filetime(2000, 12, 31, 23, 59, 59), "2000-12-31T23:59:59.0000000Z"),
      (filetime(2001, 1, 1), "2001-01-01T00:00:00.0000000Z"),
      (filetime(9999, 12, 31, 23, 59, 59, ticks: 9_999_999), "9999-12-31T23:59:59.9999999Z"),
      (filetime(10000, 1, 1), "10000-01-01T00:00:00.0000000Z"),
      (UInt64(Int64.max), "30828-09-14T02:48:05.4775807Z"),
      (UInt64.max, "60056-05-28T05:36:10.9551615Z"),
    ] as [(UInt64, String)])
  func text(ticks: UInt64, text: String) {
    #expect(FileTime(rawValue: ticks).description == text)
    #expect(FileTime(text)?.rawValue == ticks)
  }

  @Test(
    "Times may be written shorter, or with more decimals",
    arguments: [
      ("2012-04-09", "2012-04-09T00:00:00.0000000Z"),
      ("2012-04-09 13:10", "2012-04-09T13:10:00.0000000Z"),
      ("2012-04-09T13:10:43Z", "2012-04-09T13:10:43.0000000Z"),
      ("2012-04-09T13:10:43.5", "2012-04-09T13:10:43.5000000Z"),
      ("2012-04-09T13:10:43.453749799Z", "2012-04-09T13:10:43.4537497Z"),
      ("2024-02-29", "2024-02-29T00:00:00.0000000Z"),
    ])
  func reading(text: String, time: String) {
    #expect(FileTime(text)?.description == time)
  }

  @Test(
    "What is no time in UTC is refused",
    arguments: [
      "", "Z", "2012", "2012-04", "1600-12-31", "2012-13-01", "2012-00-01", "2012-04-31",
      "2023-02-29", "1900-02-29", "2012-04-00", "2012-04-09T", "2012-04-09T24:00",
      "2012-04-09T13:60", "2012-04-09T13:10:60", "2012-04-09T13:10:43.",
      "2012-04-09T13:10:43+02:00",
      "2012-04-09T1:10", "+012-04-09", "60056-05-29", "99999-12-31", "2012-04-09x",
    ])
  func refused(text: String) {
    #expect(FileTime(text) == nil)
  }

  @Test func `every day of eight centuries follows the one before`() {
    var time = FileTime(rawValue: 0)
    for year in 1601...2400 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (index, days) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .enumerated()
      {
        for day in [1, days] {
          let parts = FileTime(rawValue: time.rawValue + UInt64(day - 1) * 864_000_000_000)
            .components
          guard parts.year == year, parts.month == index + 1, parts.day == day else {
            Issue.record("\(parts) instead of \(year)-\(index + 1)-\(day)")
            return
          }
        }
        time = FileTime(rawValue: time.rawValue + UInt64(days) * 864_000_000_000)
      }
    }
    #expect(time.description == "2401-01-01T00:00:00.0000000Z")
  }

  @Test(
    "Seconds since 1970 are rounded down",
    arguments: [
      (0, -11_644_473_600), (9_999_999, -11_644_473_600), (10_000_000, -11_644_473_599),
      (116_444_736_000_000_000 - 1, -1), (116_444_736_000_000_000, 0),
      (129_784_506_434_537_497, 1_333_977_043), (.max, 1_833_029_933_770),
    ] as [(UInt64, Int64)])
  func unixSeconds(ticks: UInt64, seconds: Int64) {
    #expect(FileTime(rawValue: ticks).unixSeconds == seconds)
  }

  @Test func `times are ordered`() {
    #expect(FileTime(rawValue: 1) < FileTime(rawValue: 2))
    #expect(!(FileTime(rawValue: 2) < FileTime(rawValue: 2)))
    #expect(FileTime(rawValue: UInt64(Int64.max)) < FileTime(rawValue: .max))
  }
}
