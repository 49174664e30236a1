// SPDX-License-Identifier: MIT

/// The fixed part of a record, whose place was compared with the file once for all its fields.
///
/// Where the length and the places of fields are known when the program is built, the comparison of
/// the two costs nothing. For use on the spot: it does not keep the image alive.
@safe
@usableFromInline
struct RecordFields {
  private let start: UnsafeRawPointer
  private let count: Int

  @inline(__always)
  fileprivate init(start: UnsafeRawPointer, count: Int) {
    unsafe self.start = start
    self.count = count
  }

  /// The little-endian number at an offset from the beginning of the record.
  @inline(__always)
  func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    precondition(offset >= 0 && offset <= count &- MemoryLayout<T>.size)
    return unsafe T(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  @inline(__always)
  func uint16(at offset: Int) -> UInt16 { number(UInt16.self, at: offset) }

  @inline(__always)
  func uint32(at offset: Int) -> UInt32 { number(UInt32.self, at: offset) }

  @inline(__always)
  func uint64(at offset: Int) -> UInt64 { number(UInt64.self, at: offset) }
}

extension HiveImage {
  /// The first bytes of a record; nil where they do not all lie in the file.
  @inline(__always)
  func fields(at offset: Int, count length: Int) -> RecordFields? {
    guard offset >= 0, offset <= count &- length else { return nil }
    return unsafe RecordFields(start: base.advanced(by: offset), count: length)
  }
}
