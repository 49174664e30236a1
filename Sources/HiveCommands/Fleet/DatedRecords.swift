// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes records with their times, for an ``ItemMerger`` to put those of all items in one order.
///
/// A record is the time, the number of bytes that follow, what identifies the fact, and the text.
struct DatedRecords {
  private let output: Output
  /// Where a record is made before ``add(at:)`` takes it.
  let draft: Output

  /// Makes ready for the records of an item.
  init(to output: Output) {
    self.output = output
    draft = Output(draftFor: output)
  }

  /// Whether nobody takes any more records.
  var isClosed: Bool { output.failure != nil }

  /// Takes what is in the draft as the record of a time; nothing where that is empty.
  ///
  /// - Parameters:
  ///   - time: The time.
  ///   - identity: The same for records of the same fact and time, of which the first is kept; 0
  ///     where none can be the same.
  func add(at time: FileTime, identity: UInt64 = 0) {
    add(min(time.rawValue, .max - 1), identity)
  }

  /// Takes what is in the draft as text that follows all records of all items.
  func addAfterAll() {
    add(DatedRecords.afterAll, 0)
  }

  private func add(_ number: UInt64, _ identity: UInt64) {
    let bytes = draft.takeHeld()
    guard !bytes.isEmpty else { return }
    output.append(number: number)
    output.append(number: UInt64(Self.identitySize + bytes.count))
    output.append(number: identity)
    output.append(bytes)
  }

  /// Stands for a time after all others.
  static let afterAll = UInt64.max
  /// How many bytes are in front of those of a record.
  static let headSize = 16
  /// How many bytes of a record identify the fact.
  static let identitySize = 8
}

extension Output {
  fileprivate func append(number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
}
