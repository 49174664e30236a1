// SPDX-License-Identifier: MIT

import HiveFormat

/// The events in an XML file, each as the run of bytes that it takes, in UTF-8.
///
/// `wevtutil` writes events one after the other without an element around them, in the encoding
/// that the console has; the event viewer writes them into one `Events`. So what stands around the
/// events is not looked at, and one that is broken does not spoil the next.
struct XMLEvents {
  /// The longest event that is read.
  ///
  /// Windows takes none beyond 64 KiB, which XML makes longer.
  static let sizeLimit = 1 << 20
  private static let start = [UInt8]("<Event".utf8)
  private static let end = [UInt8]("</Event>".utf8)

  private let text: HiveImage
  private var position = 0

  init(_ file: HiveImage) {
    text = Self.utf8(file).map { HiveImage($0) } ?? file
  }

  /// Makes UTF-8 of a file in UTF-16, which its first bytes give away; nil for any other.
  private static func utf8(_ file: HiveImage) -> [UInt8]? {
    guard let first = try? file.uint16(at: 0) else { return nil }
    let isLittle = first == 0xFEFF || first == 0x003C
    guard isLittle || first == 0xFFFE || first == 0x3C00 else { return nil }
    var offset = 0
    let units = sequence(state: ()) { _ -> UInt16? in
      guard let unit = try? file.uint16(at: offset) else { return nil }
      offset += 2
      return isLittle ? unit : unit.byteSwapped
    }
    return Array(String(decoding: Array(units), as: UTF16.self).utf8)
  }

  /// Whether an event stands in the first megabyte, or the file begins as XML does with a list of
  /// events; programs may write a line of their own in front.
  var looksLikeEvents: Bool {
    let start = (try? text.bytes(at: 0, count: min(text.count, Self.sizeLimit))) ?? []
    var events = XMLEvents(HiveImage(start))
    if let bytes = events.next()?.bytes { return bytes.contains(Self.systemStart) }
    let blank: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF]
    return start.first { !blank.contains($0) } == UInt8(ascii: "<")
      && (events.findStart() != nil || start.contains(Self.rootStart))
  }

  private static let systemStart = [UInt8]("<System".utf8)
  private static let rootStart = [UInt8]("<Events".utf8)

  /// The bytes of the next event, and where they begin; nil at the end.
  ///
  /// An event without an end, or longer than one can be, has no bytes.
  mutating func next() -> (offset: Int, bytes: [UInt8]?)? {
    guard let begin = findStart() else { return nil }
    position = begin + Self.start.count
    let limit = min(text.count, begin + Self.sizeLimit)
    // What begins inside of another one does so because that one's end is missing.
    guard let end = find(Self.end, from: position, to: findStart(to: limit) ?? limit) else {
      return (begin, nil)
    }
    position = end + Self.end.count
    return (begin, try? text.bytes(at: begin, count: position - begin))
  }

  /// Where the next event begins.
  private func findStart(to limit: Int? = nil) -> Int? {
    var from = position
    while let start = find(Self.start, from: from, to: limit ?? text.count) {
      from = start + Self.start.count
      // Not `EventData`, `EventID`, `Events`.
      if let next = try? text.uint8(at: from), [0x20, 0x3E, 0x09, 0x0A, 0x0D].contains(next) {
        return start
      }
    }
    return nil
  }

  private func find(_ wanted: [UInt8], from: Int, to limit: Int) -> Int? {
    guard from <= limit else { return nil }
    let found = try? text.withBytes(at: from, count: limit - from) { bytes -> Int? in
      var index = 0
      while index + wanted.count <= bytes.count {
        if bytes[index] == wanted[0],
          (1..<wanted.count).allSatisfy({ bytes[index + $0] == wanted[$0] })
        {
          return index
        }
        index += 1
      }
      return nil
    }
    return found.flatMap { $0 }.map { from + $0 }
  }
}
