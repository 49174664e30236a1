// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// The part of a text that is looked at, in UTF-8: a file is read on when more of it is needed, and
/// what lies after is given up.
struct TextWindow {
  /// Reads bytes at an offset of the file; none at its end.
  typealias Reading = (_ offset: Int, _ count: Int) -> [UInt8]

  /// How many bytes of the file are read at a time.
  static let partSize = 1 << 18
  /// How many bytes are given up at a time: to move the others takes time.
  private static let dropSize = 1 << 20

  /// The offset in the text where the window begins.
  private(set) var start = 0
  private(set) var bytes: [UInt8] = []
  /// Whether the window reaches to the end of the text.
  private(set) var isAtEnd = false

  private let read: Reading
  /// Where the file is read on.
  private var fileOffset = 0
  /// How the file's units of UTF-16 are stored; nil where it is not UTF-16.
  private let isLittle: Bool?
  /// What was read and is not in the window: half a unit, or half of a pair of units.
  private var rest: [UInt8] = []

  /// The offset in the text where the window ends.
  var end: Int { start + bytes.count }

  init(reading read: @escaping Reading) {
    self.read = read
    // Its first bytes give UTF-16 away.
    let first = read(0, 2)
    isLittle =
      switch first.count == 2 ? UInt16(first[0]) | UInt16(first[1]) << 8 : 0 {
      case 0xFEFF, 0x003C: true
      case 0xFFFE, 0x3C00: false
      default: nil
      }
  }

  /// Reads on until the window reaches an offset, or the text ends.
  mutating func fill(to offset: Int) {
    while end < offset, !isAtEnd {
      let part = read(fileOffset, Self.partSize)
      fileOffset += part.count
      isAtEnd = part.isEmpty
      guard let isLittle else {
        bytes += part
        continue
      }
      rest += part
      var units = stride(from: 0, to: rest.count - 1, by: 2).map { index in
        let unit = UInt16(rest[index]) | UInt16(rest[index + 1]) << 8
        return isLittle ? unit : unit.byteSwapped
      }
      if !isAtEnd, let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
      rest.removeFirst(units.count * 2)
      bytes += String(decoding: units, as: UTF16.self).utf8
    }
  }

  /// Gives up what is before an offset.
  mutating func drop(before offset: Int) {
    guard offset - start >= Self.dropSize else { return }
    bytes.removeFirst(offset - start)
    start = offset
  }

  /// Where some bytes are first between two offsets that are in the window.
  func find(_ wanted: [UInt8], from: Int, to limit: Int) -> Int? {
    let bytes = bytes.span
    var index = from - start
    let last = min(limit - start, bytes.count) - wanted.count
    while index <= last {
      if bytes[index] == wanted[0] {
        var count = 1
        while count < wanted.count, bytes[index + count] == wanted[count] { count += 1 }
        if count == wanted.count { return start + index }
      }
      index += 1
    }
    return nil
  }

  func byte(at offset: Int) -> UInt8? {
    offset < end ? bytes[offset - start] : nil
  }

  func bytes(from: Int, to limit: Int) -> [UInt8] {
    Array(bytes[(from - start)..<(limit - start)])
  }
}

/// A file that is read in parts.
///
/// Zeros stand for what the system cannot read.
final class PartedFile {
  private let file: OpenFile
  /// What could not be read.
  private(set) var faults: [EventLogFault] = []
  private var isInFault = false

  /// How much is given up where the system cannot read.
  private static let blockSize = 4096

  init(_ file: OpenFile) {
    self.file = file
  }

  func bytes(at offset: Int, count: Int) -> [UInt8] {
    if let bytes = try? file.bytes(at: offset, count: count) {
      isInFault = false
      return bytes
    }
    let count = min(count, Self.blockSize - offset % Self.blockSize, max(0, file.size - offset))
    do throws(FileError) {
      return try file.bytes(at: offset, count: count)
    } catch {
      if !isInFault {
        faults.append(
          EventLogFault(description: "the bytes from offset \(offset) on: \(error.reason)"))
      }
      isInFault = true
      return [UInt8](repeating: 0, count: count)
    }
  }
}
