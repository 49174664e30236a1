// SPDX-License-Identifier: MIT

import HiveFormat

/// How much of a hive can be read: to judge whether it is more with its logs or without them.
///
/// Whoever can write a log can write one that empties the hive beside it. A log of Windows takes
/// single keys away, and leaves lists and cells sound.
struct ReadableKeys {
  /// How many keys the root leads to.
  let count: Int
  /// How many faults there are.
  let faultCount: Int

  init(_ opening: HiveOpener) {
    var traversal = Traversal(opening.image, bins: opening.bins, root: opening.root.offset)
    var count = 0
    var faultCount = opening.faults.count + opening.bins.faults.count
    while traversal.next() != nil {
      count += 1
      faultCount += traversal.visit.faults.count
    }
    self.count = count
    self.faultCount = faultCount
  }

  /// Whether nothing is wrong with the hive, and it has at least half as many keys as a number.
  func isSound(with keyCount: Int) -> Bool { faultCount == 0 && 2 * count >= keyCount }

  /// Whether another reading of the hive shows more keys: with fewer faults, or twice as many keys.
  func isWorse(than other: ReadableKeys) -> Bool {
    count < other.count && (faultCount > other.faultCount || 2 * count < other.count)
  }

  /// How much can be read.
  var text: String { count == 1 ? "1 key" : "\(count) keys" }

  /// The fault of a log that leaves too little to read, and what that is.
  static func fault(leaving rest: String) -> FormatError {
    FormatError(
      .logUnreadable, at: 0, expected: "transaction logs that leave the hive readable",
      found: "logs after whose replay no more than \(rest) can be read; they were not used")
  }
}
