// SPDX-License-Identifier: MIT

/// How much may still be read on one way through a hive.
///
/// A made-up cell may begin in the middle of another one, thousands of them in a page, and each
/// could be read to its end: a small file would stand for gigabytes. Where cells stand beside each
/// other, all of them together have no more bytes than the file; twice as many leave room for
/// single records that lie about their size.
package struct ReadingBudget: Sendable {
  /// How many elements of lists are left; each takes at least four bytes.
  package private(set) var elements: Int
  /// How many bytes of records and data are left.
  package private(set) var bytes: Int

  package init(for image: HiveImage) {
    elements = image.count / 2
    bytes = 2 * image.count
  }

  private init() {
    elements = .max
    bytes = .max
  }

  /// The budget of a single list, which its own cell bounds.
  package static let unlimited = ReadingBudget()

  /// Takes away the elements of a list, or what is left.
  ///
  /// - Returns: How many of them may be read.
  package mutating func take(elements count: Int) -> Int {
    let taken = min(count, elements)
    elements -= taken
    return taken
  }

  /// Takes away the bytes of a record; false where there are not so many left.
  ///
  /// A record with its name is never longer than 64 KiB and a little, whatever its cell.
  package mutating func take(record cell: Cell) -> Bool {
    let size = min(cell.size, (1 << 16) + 128)
    guard size <= bytes else { return false }
    bytes -= size
    return true
  }

  /// Takes away bytes of data, of which there must be so many left.
  package mutating func take(data count: Int) {
    bytes -= min(count, bytes)
  }
}
