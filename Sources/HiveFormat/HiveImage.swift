// SPDX-License-Identifier: MIT

package import FileAccess

/// The bytes of a hive or of a transaction log: read-only, little-endian, every read checked.
///
/// Copying an image copies a reference; the bytes stay where they are and are freed with the last
/// copy. All offsets are file offsets, counted from the first byte of the base block.
@safe
public struct HiveImage: @unchecked Sendable {
  // The bytes never change and `owner` keeps them alive: reading them from any thread is safe.
  @usableFromInline let base: UnsafeRawPointer
  /// The number of bytes in the file.
  public let count: Int
  /// The offset just after the last bin, at most `count`: no cell reaches past it.
  public let binsEnd: Int
  private let owner: AnyObject

  /// Makes an image of bytes that something else keeps alive.
  ///
  /// - Parameters:
  ///   - bytes: The bytes; they must not change for as long as `owner` lives.
  ///   - owner: Whoever frees the bytes when it goes.
  @unsafe
  public init(borrowing bytes: UnsafeRawBufferPointer, ownedBy owner: AnyObject) {
    unsafe self.init(
      base: bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped,
      count: bytes.count, binsEnd: bytes.count, owner: owner)
  }

  /// Makes an image of what is held of a file.
  package init(_ file: FileBytes) {
    unsafe self.init(borrowing: file.bytes, ownedBy: file)
  }

  /// Makes an image by copying an array.
  public init(_ bytes: [UInt8]) {
    let copy = HeapBytes(copying: bytes)
    unsafe self.init(borrowing: UnsafeRawBufferPointer(copy.bytes), ownedBy: copy)
  }

  private init(
    base: UnsafeRawPointer, count: Int, binsEnd: Int, owner: AnyObject
  ) {
    unsafe self.base = base
    self.count = count
    self.binsEnd = binsEnd
    self.owner = owner
  }

  /// The same bytes with cells allowed up to `end` only.
  public func limited(toBinsEnd end: Int) -> HiveImage {
    unsafe HiveImage(base: base, count: count, binsEnd: min(max(end, 0), count), owner: owner)
  }
}

/// Bytes on the heap that are freed with their object.
@safe
private final class HeapBytes {
  // Written only by the initializer.
  let bytes: UnsafeMutableRawBufferPointer

  init(copying source: [UInt8]) {
    unsafe bytes = .allocate(byteCount: source.count, alignment: 16)
    unsafe bytes.copyBytes(from: source)
  }

  deinit {
    unsafe bytes.deallocate()
  }
}

// MARK: - Numbers

extension HiveImage {
  @inlinable @inline(__always)
  func load<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, at offset: Int
  ) throws(FormatError) -> T {
    guard offset >= 0, offset <= count &- MemoryLayout<T>.size else {
      throw endOfFile(at: offset, needing: MemoryLayout<T>.size)
    }
    return unsafe T(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The byte at `offset`.
  ///
  /// - Throws: ``FormatError`` with code `end-of-file` where the file ends before it.
  @inlinable @inline(__always)
  public func uint8(at offset: Int) throws(FormatError) -> UInt8 {
    try load(UInt8.self, at: offset)
  }

  /// The 16-bit number at `offset`.
  ///
  /// - Throws: ``FormatError`` with code `end-of-file` where the file ends before it.
  @inlinable @inline(__always)
  public func uint16(at offset: Int) throws(FormatError) -> UInt16 {
    try load(UInt16.self, at: offset)
  }

  /// The 32-bit number at `offset`.
  ///
  /// - Throws: ``FormatError`` with code `end-of-file` where the file ends before it.
  @inlinable @inline(__always)
  public func uint32(at offset: Int) throws(FormatError) -> UInt32 {
    try load(UInt32.self, at: offset)
  }

  /// The 64-bit number at `offset`.
  ///
  /// - Throws: ``FormatError`` with code `end-of-file` where the file ends before it.
  @inlinable @inline(__always)
  public func uint64(at offset: Int) throws(FormatError) -> UInt64 {
    try load(UInt64.self, at: offset)
  }

  @usableFromInline @inline(never)
  func endOfFile(at offset: Int, needing size: Int) -> FormatError {
    FormatError(
      .endOfFile, at: offset, expected: "\(size) bytes",
      found: "the end of the file at \(hex(count))")
  }
}

// MARK: - Runs of bytes

extension HiveImage {
  /// Lends a run of bytes to `body`.
  ///
  /// - Throws: ``FormatError`` with code `end-of-file` where the run is not inside the file.
  @inlinable @inline(__always)
  public func withBytes<Result>(
    at offset: Int, count length: Int, _ body: (Span<UInt8>) -> Result
  ) throws(FormatError) -> Result {
    guard offset >= 0, length >= 0, offset <= count, length <= count &- offset else {
      throw endOfFile(at: offset, needing: length)
    }
    let bytes = unsafe UnsafeBufferPointer(
      start: base.advanced(by: offset).assumingMemoryBound(to: UInt8.self), count: length)
    return unsafe body(bytes.span)
  }

  /// A copy of a run of bytes.
  ///
  /// - Throws: ``FormatError`` with code `end-of-file` where the run is not inside the file.
  public func bytes(at offset: Int, count length: Int) throws(FormatError) -> [UInt8] {
    guard offset >= 0, length >= 0, offset <= count, length <= count &- offset else {
      throw endOfFile(at: offset, needing: length)
    }
    return unsafe [UInt8](
      UnsafeRawBufferPointer(start: base.advanced(by: offset), count: length))
  }

  /// Lends all bytes of the file, for code that hands them to the system or to C.
  @inlinable
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }
}
