// SPDX-License-Identifier: MIT

/// Puts what is written of each item together, so that it reads as if it were written at once.
///
/// What is not a whole line yet waits, so that an interrupted run ends after a line.
struct ItemJoiner: ItemSink {
  private let layout: ItemLayout
  private let output: Output
  /// Whether something was written of an item.
  private var hasWritten: Bool
  private var rest: [UInt8] = []
  /// Whether the frame or heading of the item is behind.
  private var isInside = false

  /// Makes ready for items.
  ///
  /// - Parameters:
  ///   - layout: How they are put together.
  ///   - output: Where they go.
  ///   - goesOn: Whether items were written before, by another run.
  init(_ layout: ItemLayout, to output: Output, goesOn: Bool) {
    self.layout = layout
    self.output = output
    hasWritten = goesOn && layout == .rows
  }

  /// Writes what is before all items.
  func begin() {
    if layout == .array { output.append("[\n") }
  }

  /// Takes bytes of an item.
  mutating func write(_ bytes: [UInt8]) {
    rest += bytes
    switch layout {
    case .lines, .paragraphs: writeLines()
    case .rows: if passHeading() { writeLines() }
    case .array: writeElements()
    }
  }

  /// Takes note that an item ends.
  mutating func endItem() {
    switch layout {
    case .array: endArray()
    case .rows where !isInside: rest = []
    default: writeRest(rest.count)
    }
    isInside = false
    output.flush()
  }

  /// Writes what is after all items; what waits is left out.
  func end() {
    if layout == .array { output.append(hasWritten ? "\n]\n" : "]\n") }
  }

  func giveUp() { end() }

  private mutating func writeLines() {
    if let end = rest.lastIndex(of: UInt8(ascii: "\n")) { writeRest(end + 1) }
  }

  private mutating func writeRest(_ count: Int) {
    guard count > 0 else { return }
    if layout == .paragraphs, !isInside, hasWritten { output.append("\n") }
    isInside = true
    hasWritten = true
    output.append(rest[..<count])
    rest.removeFirst(count)
  }

  /// Goes past the heading of an item; returns whether it is behind.
  private mutating func passHeading() -> Bool {
    guard !isInside, hasWritten else { return true }
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return false }
    rest.removeFirst(end + 1)
    isInside = true
    return true
  }

  /// Writes all but what may be the end of the item's array.
  private mutating func writeElements() {
    if !isInside {
      guard rest.count > Self.frameLength else { return }
      let start = rest.prefix(Self.frameLength).firstIndex { !Self.isFrame($0) }
      rest.removeFirst(start ?? Self.frameLength)
      isInside = true
      guard rest.contains(where: { !Self.isFrame($0) }) else { return }
      if hasWritten { output.append(",\n") }
      hasWritten = true
    }
    let count = rest.count - Self.frameLength
    guard count > 0 else { return }
    output.append(rest[..<count])
    rest.removeFirst(count)
  }

  /// Writes the last elements of the item's array, without its end.
  private mutating func endArray() {
    defer { rest = [] }
    var last = rest[...]
    if !isInside { last = last.drop(while: Self.isFrame) }
    let end = last.lastIndex { !Self.isFrame($0) && $0 != UInt8(ascii: "]") }
    guard let end else { return }
    if !isInside {
      if hasWritten { output.append(",\n") }
      hasWritten = true
    }
    output.append(last[...end])
  }

  /// How many bytes the beginning or the end of an array has at most.
  private static let frameLength = 4

  private static func isFrame(_ byte: UInt8) -> Bool {
    [UInt8(ascii: "["), UInt8(ascii: "\n"), UInt8(ascii: " ")].contains(byte)
  }
}
