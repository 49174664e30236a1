// SPDX-License-Identifier: MIT

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import WindowsTypes

extension Date {
  /// Makes a date of a time in a registry.
  ///
  /// A `Date` counts in seconds with about 15 digits: of times in this century it keeps the
  /// microseconds, not each of the ten steps in one.
  public init(_ time: FileTime) {
    let ticks = time.rawValue % FileTime.ticksPerSecond
    self.init(
      timeIntervalSince1970: Double(time.unixSeconds)
        + Double(ticks) / Double(FileTime.ticksPerSecond))
  }
}

extension FileTime {
  /// Makes a time of a date; nil before the year 1601, and after the last time that a FILETIME can
  /// hold.
  public init?(_ date: Date) {
    let seconds = date.timeIntervalSince1970 + 11_644_473_600
    let ticks = (seconds * Double(FileTime.ticksPerSecond)).rounded()
    guard let rawValue = UInt64(exactly: ticks) else { return nil }
    self.init(rawValue: rawValue)
  }

  /// The time as a `Date`.
  public var date: Date { Date(self) }
}
