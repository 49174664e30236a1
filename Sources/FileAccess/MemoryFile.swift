// SPDX-License-Identifier: MIT

import Synchronization

/// A file in memory that has a path like others, such as a member of an archive.
///
/// The system lets a program have only so many files open. So where there are many, a small one is
/// kept among the program's own data, and becomes a file of the system when it is opened.
package final class MemoryFile: @unchecked Sendable {
  // One thread writes it, before others see it.
  private enum Content {
    case bytes([UInt8])
    case file(Descriptor)
  }

  private var content: Content
  private let held = HeldBytes()
  /// What tells it from all other files in memory.
  private let number = MemoryFile.numbers.add(1, ordering: .relaxed).newValue

  private static let numbers = Atomic(0)
  private static let fileCount = Atomic(0)
  /// How many files of the system there are before small ones are kept otherwise.
  private static let fewFiles = 512
  /// How many bytes a small file has at most.
  private static let smallSize = 1 << 18

  /// Makes an empty file.
  package init() {
    content = .bytes([])
    if Self.fileCount.load(ordering: .relaxed) < Self.fewFiles { _ = try? makeFile() }
  }

  deinit {
    if case .file = content { Self.fileCount.subtract(1, ordering: .relaxed) }
  }

  /// Writes bytes at an offset.
  ///
  /// - Throws: ``FileError`` where the system provides no memory.
  @unsafe
  package func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, path: String
  ) throws(FileError) {
    held.add(bytes.count)
    do throws(SystemError) {
      if case .bytes(var known) = content, offset + bytes.count <= Self.smallSize {
        content = .bytes([])
        let end = offset + bytes.count
        if known.count < end { known += [UInt8](repeating: 0, count: end - known.count) }
        unsafe known.replaceSubrange(offset..<end, with: bytes)
        content = .bytes(known)
      } else {
        unsafe try makeFile().write(bytes, at: offset)
      }
    } catch {
      throw Self.noMemory(path, error)
    }
  }

  /// Gives the file its size: holes take no memory.
  package func setSize(_ size: Int, path: String) throws(FileError) {
    do throws(SystemError) {
      if case .bytes(let known) = content, size <= Self.smallSize {
        let zeros = [UInt8](repeating: 0, count: max(0, size - known.count))
        content = .bytes(Array(known.prefix(size)) + zeros)
      } else {
        try makeFile().setSize(size)
      }
    } catch {
      throw Self.noMemory(path, error)
    }
  }

  /// The file of the system that holds the bytes from now on.
  private func makeFile() throws(SystemError) -> Descriptor {
    if case .file(let file) = content { return file }
    let file = try copy()
    content = .file(file)
    Self.fileCount.add(1, ordering: .relaxed)
    return file
  }

  /// Another file of the system with the same bytes.
  private func copy() throws(SystemError) -> Descriptor {
    let file = try Descriptor(inMemory: "member")
    guard case .bytes(let bytes) = content, !bytes.isEmpty else { return file }
    let result: SystemError? = unsafe bytes.withUnsafeBytes { bytes in
      do throws(SystemError) {
        unsafe try file.write(bytes, at: 0)
        return nil
      } catch {
        return error
      }
    }
    if let result { throw result }
    return file
  }

  /// A file of the system to read the bytes from.
  func opened() throws(SystemError) -> Descriptor {
    if case .file(let file) = content { return file }
    return try copy()
  }

  func status() throws(SystemError) -> FileStatus {
    switch content {
    case .bytes(let bytes): FileStatus(memoryFile: number, size: bytes.count)
    case .file(let file): try file.status()
    }
  }

  private static func noMemory(_ path: String, _ error: SystemError) -> FileError {
    FileError(
      .inputOutput, path: path, reason: "cannot be unpacked into memory: \(error.description)")
  }
}
