// SPDX-License-Identifier: MIT

/// Faults by their kind: all are counted, and of each kind the first ones are kept.
///
/// A damaged file may have millions of faults. What is kept of them has a bound, and a fault that
/// is only counted costs no text.
package struct FaultTally: Sendable {
  /// A fault, and the key that it was met at.
  package struct Fault: Sendable {
    package let error: FormatError
    /// The key's place in the list of keys; -1 where the fault belongs to none.
    package let key: Int32
  }

  /// The faults of one kind.
  package struct Entry: Sendable {
    package let code: FormatError.Code
    /// How many there are.
    package fileprivate(set) var count = 0
    /// The first ones.
    package fileprivate(set) var faults: [Fault] = []
  }

  /// How many faults of a kind are kept.
  package static let limit = 1000

  /// The kinds of faults, in the order in which they were first met.
  package private(set) var entries: [Entry] = []
  private var places: [FormatError.Code: Int] = [:]

  package init() {}

  /// Counts a fault, and keeps it as long as there is room.
  ///
  /// - Parameters:
  ///   - code: The kind of fault.
  ///   - key: The key's place in the list of keys, or -1.
  ///   - makeError: Describes the fault; called only where it is kept.
  package mutating func add(
    _ code: FormatError.Code, key: Int32 = -1, _ makeError: () -> FormatError
  ) {
    let place: Int
    if let known = places[code] {
      place = known
    } else {
      place = entries.count
      places[code] = place
      entries.append(Entry(code: code))
    }
    entries[place].count += 1
    guard entries[place].faults.count < Self.limit else { return }
    entries[place].faults.append(Fault(error: makeError(), key: key))
  }

  /// Counts a fault that is described already.
  package mutating func add(_ error: FormatError, key: Int32 = -1) {
    add(error.code, key: key) { error }
  }

  /// Takes over the faults of another tally.
  package mutating func add(contentsOf other: FaultTally) {
    for entry in other.entries {
      for fault in entry.faults { add(fault.error, key: fault.key) }
      guard let place = places[entry.code] else { continue }
      entries[place].count += entry.count - entry.faults.count
    }
  }
}
