// SPDX-License-Identifier: MIT

/// Elements of lists that were handed out to one key and belong to another; each is taken once more.
///
/// To take a row of them takes time for those that are left, however often rows overlap.
struct ReopenedElements: Sendable {
  /// Those at multiples of 8, and those between.
  private var halves: [Half] = []

  private struct Half: Sendable {
    /// The elements' offsets, sorted.
    let places: [Int]
    /// For each element, one at or after it that may be left.
    var next: [Int]

    init(_ places: [Int]) {
      self.places = places.sorted()
      next = Array(0...places.count)
    }

    /// The first element from an index on that is left, or the end.
    mutating func left(from start: Int) -> Int {
      var found = start
      while next[found] != found { found = next[found] }
      var index = start
      while index < found { (index, next[index]) = (next[index], found) }
      return found
    }

    mutating func take(from start: Int, to end: Int, into taken: inout [Int]) {
      var low = 0
      var high = places.count
      while low < high {
        let middle = low + (high - low) / 2
        if places[middle] < start { low = middle + 1 } else { high = middle }
      }
      var index = left(from: low)
      while index < places.count, places[index] < end {
        taken.append(places[index])
        next[index] = index + 1
        index = left(from: index + 1)
      }
    }
  }

  init() {}

  init(_ elements: [Int]) {
    guard !elements.isEmpty else { return }
    let places = Set(elements)
    halves = [Half(places.filter { $0 & 4 == 0 }), Half(places.filter { $0 & 4 != 0 })]
  }

  var isEmpty: Bool { halves.isEmpty }

  /// Takes those of a row that are left.
  ///
  /// - Parameters:
  ///   - start: Where the row begins in the file.
  ///   - end: Where it ends.
  ///   - distance: How far its elements stand apart: 4 or 8.
  ///   - taken: The elements are appended here, not in order.
  mutating func take(from start: Int, to end: Int, distance: Int, into taken: inout [Int]) {
    for half in halves.indices where distance == 4 || half == (start >> 2) & 1 {
      halves[half].take(from: start, to: end, into: &taken)
    }
  }
}
