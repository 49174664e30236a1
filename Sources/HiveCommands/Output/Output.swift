// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a command's result goes, byte by byte, through a buffer of fixed size.
///
/// A failed write is kept in ``failure`` and ends all writing, so that the code that renders need
/// not handle errors; whoever drives it looks from time to time.
@safe
final class Output {
  /// Why writing ended before its time.
  enum Failure: Error, Hashable {
    /// The reader has gone; nobody wants the rest.
    case closedPipe
    /// The system refused, with this error number.
    case system(CInt)
  }

  private static let capacity = 1 << 16

  private let buffer: UnsafeMutablePointer<UInt8>
  private var used = 0
  let descriptor: CInt
  private let closesDescriptor: Bool

  /// Why writing ended; nil as long as all went well.
  private(set) var failure: Failure?

  /// Makes an output to an open file.
  init(descriptor: CInt, closingIt closesDescriptor: Bool = false) {
    unsafe buffer = .allocate(capacity: Self.capacity)
    self.descriptor = descriptor
    self.closesDescriptor = closesDescriptor
  }

  deinit {
    if closesDescriptor { close(descriptor) }
    unsafe buffer.deallocate()
  }

  /// Writes out what is in the buffer.
  func flush() {
    var start = 0
    while start < used, failure == nil {
      let written = unsafe write(descriptor, buffer + start, used - start)
      if written >= 0 {
        start += written
      } else if errno == EPIPE {
        failure = .closedPipe
      } else if errno != EINTR {
        failure = .system(errno)
      }
    }
    used = 0
  }

  /// Hands out room for at most `count` bytes, to be filled from its start.
  ///
  /// - Parameters:
  ///   - count: How many bytes may be needed; at most 4096.
  ///   - fill: Writes bytes from the pointer on and returns how many.
  @inline(__always)
  func fill(atMost count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) {
    assert(count <= 4096)
    if used > Self.capacity - count { flush() }
    used += unsafe fill(buffer + used)
  }
}

// MARK: - Bytes and text

extension Output {
  @inline(__always)
  func append(_ byte: UInt8) {
    unsafe fill(atMost: 1) { room in
      unsafe room[0] = byte
      return 1
    }
  }

  /// Appends text that is known when the program is built.
  @inline(__always)
  func append(_ text: StaticString) {
    let start = unsafe text.utf8Start
    let count = text.utf8CodeUnitCount
    unsafe fill(atMost: count) { room in
      unsafe room.update(from: start, count: count)
      return count
    }
  }

  /// Appends so many spaces.
  func append(spaces count: Int) {
    for _ in 0..<count { append(UInt8(ascii: " ")) }
  }

  func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  func append(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  func append(text: String) {
    var text = text
    text.withUTF8 { unsafe append($0) }
  }

  private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      if used == Self.capacity { flush() }
      let count = min(bytes.count - done, Self.capacity - used)
      unsafe (buffer + used).update(from: start + done, count: count)
      used += count
      done += count
    }
  }

  /// Appends a number in decimal.
  func append(decimal number: some BinaryInteger) {
    guard let small = UInt32(exactly: number) else { return append(text: String(number)) }
    unsafe fill(atMost: 10) { room in
      var rest = small
      var count = 1
      var bound: UInt32 = 10
      while count < 10, small >= bound {
        count += 1
        bound = bound &* 10
      }
      for index in stride(from: count - 1, through: 0, by: -1) {
        unsafe room[index] = UInt8(truncatingIfNeeded: 48 + rest % 10)
        rest /= 10
      }
      return count
    }
  }
}
