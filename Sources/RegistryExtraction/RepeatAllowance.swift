// SPDX-License-Identifier: MIT

/// How often the same may be given again, because several rules want it.
///
/// What one rule finds is bounded by the hive. A hundred rules would give it a hundred times, and so
/// turn a small hive into gigabytes. For the first rule everything is given; for further ones, until
/// it is 32 times the hive.
struct RepeatAllowance: Sendable {
  /// How many bytes the parts of a record take that have no length of their own.
  private static let fixedSize = 200

  private var rest: Int

  /// - Parameter fileSize: The size of the hive in bytes.
  init(fileSize: Int) {
    rest = 32 * max(fileSize, 1 << 14)
  }

  /// Takes as many of several rules as may give the same.
  ///
  /// - Parameters:
  ///   - count: How many rules there are.
  ///   - size: How many bytes the text of one record has, its fixed parts not counted.
  /// - Returns: How many of them may give it: at least one, where there is one.
  mutating func take(_ count: Int, size: @autoclosure () -> Int) -> Int {
    guard count > 1 else { return count }
    let size = size() + Self.fixedSize
    let taken = 1 + min(count - 1, rest / size)
    rest -= (taken - 1) * size
    return taken
  }
}
