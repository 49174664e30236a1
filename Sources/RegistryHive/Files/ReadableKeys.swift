// SPDX-License-Identifier: MIT

import HiveFormat

/// How much of a hive can be read: to judge whether it is more with its logs or without them.
///
/// Whoever can write a log can write one that empties the hive beside it. A log of Windows may take
/// many keys away, but leaves lists and cells sound.
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

  /// Whether nothing is wrong with the hive, and it has more than a root.
  var isSound: Bool { faultCount == 0 && count > 1 }

  /// Whether another reading of the hive shows more keys, and this one has more faults, or nothing
  /// but a root.
  func isWorse(than other: ReadableKeys) -> Bool {
    count < other.count && (faultCount > other.faultCount || count <= 1)
  }

  /// The fault of logs that leave too little to read; nil where that is nothing.
  static func fault(leaving rest: ReadableKeys?) -> FormatError {
    let count = rest?.count ?? 0
    let text = count == 1 ? "1 key" : "\(count) keys"
    return FormatError(
      .logUnreadable, at: 0, expected: "transaction logs that leave the hive readable",
      found: "changes after which no more than \(text) can be read; they were not used")
  }
}
