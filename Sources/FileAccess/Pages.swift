// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Memory in whole pages: its own, which is zeros and takes up none until something is put into it,
/// or that of a file.
@safe
final class Pages: @unchecked Sendable {
  // Whoever changes the bytes sees to it that nobody reads them meanwhile.
  private let start: UnsafeMutableRawPointer
  private let reserved: UnsafeMutableRawBufferPointer
  let count: Int

  /// The size in bytes of a page that the system manages as one where it can.
  ///
  /// A hive is read here and there. With large pages the processor finds most of them in its
  /// tables.
  private static let largeSize = 1 << 21

  /// How many bytes a page has.
  static var size: Int { max(Int(sysconf(CInt(_SC_PAGESIZE))), 4096) }

  /// Reserves memory that can be written.
  ///
  /// - Parameter count: How many bytes; at least 1.
  /// - Throws: ``SystemError`` where the system provides none.
  init(_ count: Int) throws(SystemError) {
    self.count = count
    let isLarge = count >= Self.largeSize
    unsafe reserved = try Self.map(
      count + (isLarge ? Self.largeSize : 0), PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1)
    let first = unsafe reserved.baseAddress.unsafelyUnwrapped
    unsafe start = isLarge ? first.alignedUp(toMultipleOf: Self.largeSize) : first
  }

  /// Maps the first bytes of a file that can be written.
  ///
  /// - Throws: ``SystemError`` where the system refuses.
  init(of file: Descriptor, _ count: Int) throws(SystemError) {
    self.count = count
    unsafe reserved = try Self.map(count, PROT_READ | PROT_WRITE, MAP_SHARED, file.number)
    unsafe start = reserved.baseAddress.unsafelyUnwrapped
  }

  deinit {
    unsafe munmap(reserved.baseAddress, reserved.count)
  }

  @unsafe
  private static func map(
    at place: UnsafeMutableRawPointer? = nil, _ count: Int, _ access: CInt, _ flags: CInt,
    _ file: CInt, _ offset: Int = 0
  ) throws(SystemError) -> UnsafeMutableRawBufferPointer {
    guard let start = unsafe mmap(place, count, access, flags, file, off_t(offset)),
      unsafe start != MAP_FAILED
    else { throw .last }
    return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  /// A run of the bytes.
  @unsafe
  subscript(range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe UnsafeMutableRawBufferPointer(
      start: start + range.lowerBound, count: range.count)
  }

  /// Lets the bytes be changed, or not any more.
  func setWritable(_ isWritable: Bool) throws(SystemError) {
    let access = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    guard unsafe mprotect(start, count, access) == 0 else { throw .last }
  }

  /// Asks for large pages where a run of bytes that is about to be written fills them.
  func useLargePages(in range: Range<Int>) {
    #if os(Linux)
    let first = (range.lowerBound + Self.largeSize - 1) & ~(Self.largeSize - 1)
    let end = range.upperBound & ~(Self.largeSize - 1)
    // MADV_HUGEPAGE. Where the system has none, nothing is lost.
    if first < end { unsafe madvise(start + first, end - first, 14) }
    #endif
  }

  /// Puts bytes of a file in the place of those at the same offset.
  ///
  /// - Parameters:
  ///   - range: The bytes; they begin with a page.
  ///   - file: The file.
  /// - Throws: ``SystemError`` where the system refuses.
  func map(_ range: Range<Int>, of file: Descriptor) throws(SystemError) {
    _ = unsafe try Self.map(
      at: self[range].baseAddress, range.count, PROT_READ, MAP_SHARED | MAP_FIXED, file.number,
      range.lowerBound)
  }

  /// Puts zeros that take no memory in the place of whole pages among some bytes.
  func mapZeros(over range: Range<Int>) throws(SystemError) {
    let first = (range.lowerBound + Self.size - 1) & ~(Self.size - 1)
    let end = range.upperBound & ~(Self.size - 1)
    guard first < end else { return }
    _ = unsafe try Self.map(
      at: self[first..<end].baseAddress, end - first, PROT_READ,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1)
  }

  /// Gives the memory of whole pages back that nobody reads any more.
  func discard(_ range: Range<Int>) {
    unsafe madvise(self[range].baseAddress, range.count, CInt(MADV_DONTNEED))
  }

  /// Whether all of some bytes are zeros.
  func areZeros(in range: Range<Int>) -> Bool {
    let bytes = unsafe UnsafeRawBufferPointer(self[range])
    var offset = 0
    while offset + 8 <= bytes.count {
      if unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0 { return false }
      offset += 8
    }
    return unsafe bytes[offset...].allSatisfy { $0 == 0 }
  }
}

/// Whether the system would give a program so many bytes more.
package func canReserve(_ count: Int) -> Bool {
  count <= 0 || (try? Pages(count)) != nil
}
