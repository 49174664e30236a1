// SPDX-License-Identifier: MIT

import RegistryHive

/// A time axis across the whole width of a page.
///
/// Places are shares of the width, so that a drawing fits any window and its text keeps its size.
struct TimeAxis {
  /// Times before 1995 and from 2100 on are mistakes or fakes: they would leave no room for others.
  private static let plausible =
    FileTime(rawValue: 124_334_784_000_000_000)..<FileTime(rawValue: 157_469_184_000_000_000)
  private static let minute = 60
  private static let day = 86_400
  /// The steps between the marks of an axis, in seconds.
  private static let steps =
    [1, 5, 15, 30, 60, 180, 360, 720].map { $0 * minute }
    + [1, 2, 7, 14, 30, 61, 91, 182, 365, 730, 1_826, 3_652, 10_000].map { $0 * day }

  /// The first and last second of the axis, since 1601.
  private let seconds: ClosedRange<Int>

  /// Makes an axis for all of the times that are plausible; nil where none is.
  init?(_ times: some Sequence<FileTime>) {
    let seconds = times.filter(Self.plausible.contains).map(Self.seconds)
    guard let first = seconds.min(), let last = seconds.max() else { return nil }
    let margin = max((last - first) / 25, Self.minute)
    self.seconds = first - margin...last + margin
  }

  private static func seconds(_ time: FileTime) -> Int {
    Int(time.rawValue / FileTime.ticksPerSecond)
  }

  /// Where a time is, in percent of the width; nil for one that is not on the axis.
  func place(_ time: FileTime) -> Double? {
    let second = Self.seconds(time)
    return seconds.contains(second) ? place(second) : nil
  }

  private func place(_ second: Int) -> Double {
    Double(second - seconds.lowerBound) / Double(seconds.upperBound - seconds.lowerBound) * 100
  }

  /// The marks of the axis with their labels.
  var marks: [(place: Double, label: String)] {
    let length = seconds.upperBound - seconds.lowerBound
    let step = Self.steps.first { length / $0 <= 4 } ?? length
    let first = (seconds.lowerBound / step + 1) * step
    return stride(from: first, through: seconds.upperBound, by: step).map { second in
      let text = FileTime(rawValue: UInt64(second) * FileTime.ticksPerSecond).description
      let parts = text.split(separator: "T")
      // The first mark has the year too.
      let date = step >= Self.day || second == first ? parts[0] : parts[0].suffix(5)
      let label = step >= Self.day ? String(date) : "\(date) \(parts[1].prefix(5))"
      return (place(second), label)
    }
  }
}
