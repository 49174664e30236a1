// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// Reading and writing.
extension Descriptor {
  /// Reads up to a number of bytes; none at the end of the file.
  @unsafe
  func readBytes(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Int {
    while true {
      let count = unsafe pread(number, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      let error = SystemError.last
      guard error == .interrupted else {
        if error == .inputOutput { forgetPages(at: offset, count: buffer.count) }
        throw error
      }
    }
  }

  /// Writes all bytes at an offset.
  @unsafe
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = unsafe pwrite(number, rest.baseAddress, rest.count, off_t(offset + done))
      if count == 0 { throw .noSpace }
      if count < 0, errno != EINTR { throw .last }
      done += max(count, 0)
    }
  }

  /// Lets the next, smaller reads not fail with the bad sectors beside them: the system reads ahead,
  /// and keeps what it could not read in pieces that are larger than asked for.
  private func forgetPages(at offset: Int, count: Int) {
    #if os(Linux)
    posix_fadvise(number, 0, 0, POSIX_FADV_RANDOM)
    posix_fadvise(number, off_t(offset), off_t(count), POSIX_FADV_DONTNEED)
    #endif
  }

  /// Reads on where the last call ended; none at the end of a file or a pipe.
  @unsafe
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      let count = unsafe systemRead(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw .last }
    }
  }

  /// Reads all that is left, up to a number of bytes.
  package func contents(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      var failure: SystemError?
      let count = unsafe buffer.withUnsafeMutableBytes { buffer in
        do throws(SystemError) {
          return unsafe try read(into: buffer)
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Writes all bytes behind what was written before.
  @unsafe
  package func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      // A system may take no more than 2 GB at a time.
      let rest = unsafe bytes[done..<min(done + 1 << 24, bytes.count)]
      let count = unsafe systemWrite(number, UnsafeRawBufferPointer(rebasing: rest))
      if count == 0 { throw .noSpace }
      if count < 0, errno != EINTR { throw .last }
      done += max(count, 0)
    }
  }

  /// Copies bytes to the same place in another file; returns how many, none at the end of the file.
  func sendBytes(_ count: Int, at offset: Int, to target: Descriptor) throws(SystemError) -> Int {
    #if os(Linux)
    var position = offset
    guard lseek(target.number, off_t(offset), SEEK_SET) >= 0 else { throw .last }
    let copied = unsafe sendfile(target.number, number, &position, count)
    guard copied >= 0 else { throw .last }
    return copied
    #else
    throw .unsupported
    #endif
  }

  /// Lets readers that go on where the last one ended begin at the start.
  func rewind() {
    lseek(number, 0, SEEK_SET)
  }

  func setSize(_ size: Int) throws(SystemError) {
    guard ftruncate(number, off_t(size)) == 0 else { throw .last }
  }

  /// Lets what was written reach the disk.
  func synchronize() throws(SystemError) {
    guard fsync(number) == 0 else { throw .last }
  }

  /// The next stored bytes at or behind an offset; nil where only a hole follows.
  ///
  /// A system that cannot say it has no holes.
  func nextStoredBytes(from offset: Int, size: Int) -> Range<Int>? {
    #if os(Linux)
    let (data, hole): (CInt, CInt) = (3, 4)
    #else
    let (data, hole) = (SEEK_DATA, SEEK_HOLE)
    #endif
    guard offset < size else { return nil }
    let start = lseek(number, off_t(offset), data)
    if start < 0 { return errno == ENXIO ? nil : offset..<size }
    guard start < size else { return nil }
    let end = lseek(number, start, hole)
    return Int(start)..<(end > start ? min(Int(end), size) : size)
  }
}

/// The C library's own function, whose name a method hides.
private func systemRead(
  _ number: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
  unsafe read(number, buffer, count)
}

/// The C library's own function.
private func systemWrite(_ number: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(number, bytes.baseAddress, bytes.count)
}
