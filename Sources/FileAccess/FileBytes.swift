// SPDX-License-Identifier: MIT

/// The one copy of a file that all readers read: made once with `read`, in memory.
///
/// What happens to the file afterwards does not matter. Holes of sparse files take no memory. The
/// copy is a file without a name, so that C libraries can open it by ``path``.
@safe
package final class FileBytes: @unchecked Sendable {
  // The bytes change only in `edited`, whose callers use no earlier object from then on.
  private let mapping: UnsafeMutableRawBufferPointer
  private let memory: Descriptor?

  /// How many bytes are held; fewer than ``fileSize`` where the end was not wanted or is a hole.
  package let count: Int
  /// The size of the file in bytes.
  package let fileSize: Int
  /// What went wrong while the file was read.
  package let flaws: [FileFlaw]

  /// How much of a file is held at most, in bytes: more than any hive can have.
  package static let limit = 1 << 32 + tailLimit
  /// How much of a hole at the end of what is held, in bytes.
  private static let tailLimit = 64 << 20
  /// Holes of so many bytes take no memory when they are read.
  private static let smallestHole = 1 << 18

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - wanted: How many of its bytes to hold at most; nil for all of them up to ``limit``, with a
  ///     flaw where there are more.
  /// - Throws: ``FileError`` where the system provides no memory. What cannot be read of the file
  ///   is no error but a flaw, and zeros stand for it.
  package convenience init(_ file: OpenFile, wanted: Int? = nil) throws(FileError) {
    try self.init(
      path: file.path, size: file.size, wanted: wanted, source: file.descriptor
    ) { (flaws) in
      guard let status = try? file.descriptor.status(), status != file.status else { return }
      if status.size >= file.size { flaws.append(.changed) }
    }
  }

  /// Reads a source, for tests of what goes wrong.
  package convenience init(
    path: String, size: Int, wanted: Int? = nil, source: some ByteSource,
    finally check: (inout [FileFlaw]) -> Void = { _ in }
  ) throws(FileError) {
    let end = min(size, wanted ?? Self.limit)
    do throws(SystemError) {
      let memory = try Descriptor(inMemory: "hive")
      var copying = FileCopying(from: source, to: memory, end: end)
      try copying.run()
      check(&copying.flaws)
      if wanted == nil, size > end { copying.flaws.append(.beyondLimit(offset: end)) }
      let count = min(copying.end, copying.lastStoredEnd + Self.tailLimit)
      try memory.setSize(count)
      try self.init(memory, count: count, fileSize: max(copying.end, size), flaws: copying.flaws)
    } catch {
      throw Self.noMemory(path, error)
    }
  }

  /// Holds bytes of a program's own.
  ///
  /// - Throws: ``FileError`` where the system provides no memory.
  package convenience init(copying bytes: [UInt8]) throws(FileError) {
    do throws(SystemError) {
      let memory = try Descriptor(inMemory: "hive")
      let failure: SystemError? = unsafe bytes.withUnsafeBytes { bytes in
        do throws(SystemError) {
          unsafe try memory.write(bytes, at: 0)
          return nil
        } catch {
          return error
        }
      }
      if let failure { throw failure }
      try self.init(memory, count: bytes.count, fileSize: bytes.count, flaws: [])
    } catch {
      throw Self.noMemory("memory", error)
    }
  }

  /// Reads standard input to its end, up to ``limit``.
  ///
  /// - Throws: ``FileError`` where it cannot be read, or the system provides no memory.
  package convenience init(standardInput name: String) throws(FileError) {
    var count = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    do throws(SystemError) {
      let memory = try Descriptor(inMemory: "hive")
      var flaws: [FileFlaw] = []
      while true {
        let result: Result<Int, SystemError> = unsafe buffer.withUnsafeMutableBytes { buffer in
          do throws(SystemError) {
            let read = unsafe try Descriptor.standardInput.read(into: buffer)
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<read])
            unsafe try memory.write(bytes, at: count)
            return .success(read)
          } catch {
            return .failure(error)
          }
        }
        let read = try result.get()
        guard read > 0 else { break }
        count += read
        if count >= Self.limit {
          flaws.append(.beyondLimit(offset: count))
          break
        }
      }
      try self.init(memory, count: count, fileSize: count, flaws: flaws)
    } catch {
      throw FileError(reading: name, error)
    }
  }

  private init(
    _ memory: Descriptor, count: Int, fileSize: Int, flaws: [FileFlaw]
  ) throws(SystemError) {
    self.count = count
    self.fileSize = fileSize
    self.flaws = flaws
    guard count > 0 else {
      self.memory = nil
      unsafe mapping = UnsafeMutableRawBufferPointer(start: nil, count: 0)
      return
    }
    self.memory = memory
    let mapping = unsafe try memory.map(count, writable: false)
    unsafe self.mapping = mapping
    unsafe try Self.freeHoles(of: mapping, memory)
  }

  deinit {
    if unsafe mapping.count > 0 { unsafe Descriptor.unmap(mapping) }
  }

  /// A path that leads to the bytes as long as the object lives; nil where there are none.
  package var path: String? { memory?.path }

  /// Lends all bytes.
  @unsafe
  package var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(mapping) }

  /// Puts zeros that take no memory where the copy has holes: to read them would fill them.
  private static func freeHoles(
    of mapping: UnsafeMutableRawBufferPointer, _ memory: Descriptor
  ) throws(SystemError) {
    let page = Descriptor.pageSize
    var offset = 0
    while offset < mapping.count {
      let stored = memory.nextStoredBytes(from: offset, size: mapping.count)
      let start = (offset + page - 1) & ~(page - 1)
      let end = (stored?.lowerBound ?? mapping.count) & ~(page - 1)
      if end - start >= smallestHole {
        unsafe try Descriptor.mapZeros(
          over: UnsafeMutableRawBufferPointer(rebasing: mapping[start..<end]))
      }
      offset = stored?.upperBound ?? mapping.count
    }
  }

  private static func noMemory(_ path: String, _ error: SystemError) -> FileError {
    FileError(
      .inputOutput, path: path, reason: "cannot be copied into memory: \(error.description)")
  }
}

extension FileBytes {
  /// Changes the bytes, and makes room for more where that is asked for.
  ///
  /// There is no second copy: earlier objects hold the changed bytes too, and are not to be used
  /// any more.
  ///
  /// - Parameters:
  ///   - size: How many bytes are needed; there are never fewer than before.
  ///   - body: Changes the bytes.
  /// - Returns: The changed bytes, or the error that `body` throws.
  /// - Throws: ``FileError`` where the system provides no memory.
  package func edited<Failure: Error>(
    size: Int, _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Void
  ) throws(FileError) -> Result<FileBytes, Failure> {
    let size = max(size, count)
    do throws(SystemError) {
      let memory = if let memory { memory } else { try Descriptor(inMemory: "hive") }
      guard size > 0 else { return .success(self) }
      if size > count { try memory.setSize(size) }
      let mapping = unsafe try memory.map(size, writable: true)
      defer { unsafe Descriptor.unmap(mapping) }
      let buffer = unsafe mapping.bindMemory(to: UInt8.self)
      do throws(Failure) {
        var span = unsafe buffer.mutableSpan
        try body(&span)
      } catch {
        return .failure(error)
      }
      return .success(
        try FileBytes(memory, count: size, fileSize: max(size, fileSize), flaws: flaws))
    } catch {
      throw Self.noMemory("memory", error)
    }
  }
}
