// SPDX-License-Identifier: MIT

import HiveFormat

/// The events in an XML file, each as the run of bytes that it takes, in UTF-8.
///
/// `wevtutil` writes events one after the other without an element around them, in the encoding
/// that the console has; the event viewer writes them into one `Events`. So what is around the
/// events is not looked at, and one that is broken does not spoil the next. No more than a few
/// megabytes of a file are held at a time.
struct XMLEvents {
  /// The longest event that is read.
  ///
  /// Windows takes none beyond 64 KiB, which XML makes longer.
  static let sizeLimit = 1 << 20
  private static let start = [UInt8]("<Event".utf8)
  private static let end = [UInt8]("</Event>".utf8)

  private var text: TextWindow
  private var position = 0

  init(_ file: HiveImage) {
    self.init(reading: { offset, count in
      (try? file.bytes(at: offset, count: min(count, file.count - offset))) ?? []
    })
  }

  init(reading read: @escaping TextWindow.Reading) {
    text = TextWindow(reading: read)
  }

  /// Whether an event is in the first megabyte, or the file begins as XML does with a list of
  /// events; programs may write a line of their own in front.
  static func looksLikeEvents(_ file: HiveImage) -> Bool {
    var whole = XMLEvents(file)
    whole.text.fill(to: sizeLimit)
    let start = Array(whole.text.bytes.prefix(sizeLimit))
    var events = XMLEvents(HiveImage(start))
    if let bytes = events.next()?.bytes { return bytes.contains(systemStart) }
    let blank: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF]
    return start.first { !blank.contains($0) } == UInt8(ascii: "<")
      && (events.findStart() != nil || start.contains(rootStart))
  }

  private static let systemStart = [UInt8]("<System".utf8)
  private static let rootStart = [UInt8]("<Events".utf8)

  /// The bytes of the next event, and where they begin; nil at the end.
  ///
  /// An event without an end, or longer than one can be, has no bytes.
  mutating func next() -> (offset: Int, bytes: [UInt8]?)? {
    guard let begin = findStart() else { return nil }
    position = begin + Self.start.count
    text.drop(before: begin)
    text.fill(to: begin + Self.sizeLimit)
    let limit = min(text.end, begin + Self.sizeLimit)
    // What begins inside of another one does so because that one's end is missing.
    guard let end = text.find(Self.end, from: position, to: findStart(to: limit) ?? limit) else {
      return (begin, nil)
    }
    position = end + Self.end.count
    return (begin, text.bytes(from: begin, to: position))
  }

  /// Where the next event begins: before a limit that is in the window, or anywhere.
  private mutating func findStart(to limit: Int? = nil) -> Int? {
    var from = position
    while true {
      if limit == nil {
        text.drop(before: from)
        text.fill(to: from + TextWindow.partSize)
      }
      if let start = text.find(Self.start, from: from, to: limit ?? text.end) {
        from = start + Self.start.count
        text.fill(to: from + 1)
        // Not `EventData`, `EventID`, `Events`.
        if let next = text.byte(at: from), [0x20, 0x3E, 0x09, 0x0A, 0x0D].contains(next) {
          return start
        }
      } else if limit != nil || text.isAtEnd {
        return nil
      } else {
        from = max(from, text.end - Self.start.count + 1)
      }
    }
  }
}
