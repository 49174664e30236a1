// SPDX-License-Identifier: MIT

import Synchronization

/// The one copy of a file that all readers read: made once with `read`, in memory.
///
/// What happens to the file afterwards does not matter. Holes of sparse files take no memory. C
/// libraries can open the copy by its ``path``: it becomes a file without a name then.
@safe
package final class FileBytes: @unchecked Sendable {
  // The bytes change only in `edited`, whose callers use no earlier object from then on.
  private let pages: Pages?
  /// The file that the pages are of, once there is one.
  private let file: Mutex<Descriptor?>
  /// The bytes that are not zeros without memory; in order.
  private let stored: [Range<Int>]
  private let held: HeldBytes

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
  /// How many bytes are moved at a time from one kind of memory to another.
  private static let stretch = 1 << 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - wanted: How many of its bytes to hold at most; nil for all of them up to ``limit``, with a
  ///     flaw where there are more.
  ///   - isShared: Whether ``path`` will be asked for. It may be in any case, but costs another
  ///     copy then.
  /// - Throws: ``FileError`` where the system provides no memory. What cannot be read of the file
  ///   is no error but a flaw, and zeros stand for it.
  package convenience init(
    _ file: OpenFile, wanted: Int? = nil, isShared: Bool = false
  ) throws(FileError) {
    try self.init(
      path: file.path, size: file.size, wanted: wanted, source: file.descriptor, isShared: isShared
    ) { (flaws) in
      guard let status = file.currentStatus, status != file.status else { return }
      if status.size >= file.size { flaws.append(.changed) }
    }
  }

  /// Reads a source, for tests of what goes wrong.
  package convenience init(
    path: String, size: Int, wanted: Int? = nil, source: some ByteSource, isShared: Bool = false,
    finally check: (inout [FileFlaw]) -> Void = { _ in }
  ) throws(FileError) {
    let end = min(size, wanted ?? Self.limit)
    guard end > 0 else {
      self.init(empty: size)
      return
    }
    do throws(SystemError) {
      let file = isShared ? try Descriptor(inMemory: "hive") : nil
      try file?.setSize(end)
      let pages = if let file { try Pages(of: file, end) } else { try Pages(end) }
      var copying = FileCopying(from: source, to: pages, of: file)
      copying.run()
      check(&copying.flaws)
      if wanted == nil, size > end { copying.flaws.append(.beyondLimit(offset: end)) }
      let count = min(copying.end, (copying.stored.last?.upperBound ?? 0) + Self.tailLimit)
      try file?.setSize(count)
      let held = HeldBytes()
      held.add(copying.stored.reduce(0) { $0 + $1.count })
      try self.init(
        pages, of: file, stored: copying.stored, held: held, count: count,
        fileSize: max(copying.end, size), flaws: copying.flaws)
    } catch {
      throw Self.noMemory(path, error)
    }
  }

  /// Holds bytes of a program's own.
  ///
  /// - Throws: ``FileError`` where the system provides no memory.
  package convenience init(copying bytes: [UInt8]) throws(FileError) {
    guard !bytes.isEmpty else {
      self.init(empty: 0)
      return
    }
    do throws(SystemError) {
      let pages = try Pages(bytes.count)
      pages.useLargePages(in: bytes.indices)
      unsafe pages[bytes.indices].copyBytes(from: bytes)
      try self.init(
        pages, of: nil, stored: [bytes.indices], count: bytes.count, fileSize: bytes.count,
        flaws: [])
    } catch {
      throw Self.noMemory("memory", error)
    }
  }

  private init(empty fileSize: Int) {
    pages = nil
    file = Mutex(nil)
    stored = []
    held = HeldBytes()
    count = 0
    self.fileSize = fileSize
    flaws = []
  }

  private init(
    _ pages: Pages, of file: Descriptor?, stored: [Range<Int>], held: HeldBytes = HeldBytes(),
    count: Int, fileSize: Int, flaws: [FileFlaw]
  ) throws(SystemError) {
    self.pages = pages
    self.file = Mutex(file)
    self.stored = stored
    self.held = held
    self.count = count
    self.fileSize = fileSize
    self.flaws = flaws
    try pages.setWritable(false)
    if file != nil {
      // To read a file's holes would fill them.
      try forEachHole { (hole) throws(SystemError) in try pages.mapZeros(over: hole) }
    }
  }

  /// Lends all bytes.
  @unsafe
  package var bytes: UnsafeRawBufferPointer {
    guard let pages else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeRawBufferPointer(pages[0..<count])
  }

  private func forEachHole(
    _ body: (Range<Int>) throws(SystemError) -> Void
  ) throws(SystemError) {
    var offset = 0
    for part in stored {
      try body(offset..<max(part.lowerBound, offset))
      offset = part.upperBound
    }
    try body(min(offset, count)..<count)
  }

  /// Hands out the bytes that are stored, in runs of whole pages.
  private func forEachStretch(
    _ body: (Range<Int>) throws(SystemError) -> Void
  ) throws(SystemError) {
    let mask = Pages.size - 1
    var offset = 0
    for part in stored {
      offset = max(part.lowerBound & ~mask, offset)
      let partEnd = min((part.upperBound + mask) & ~mask, count)
      while offset < partEnd {
        let end = min(offset + Self.stretch, partEnd)
        try body(offset..<end)
        offset = end
      }
    }
  }

  private static func noMemory(_ path: String, _ error: SystemError) -> FileError {
    FileError(
      .inputOutput, path: path, reason: "cannot be copied into memory: \(error.description)")
  }
}

// MARK: - The bytes as a file

extension FileBytes {
  /// A path that leads to the bytes as long as the object lives; nil where there are none, or where
  /// the system has no room for them.
  package var path: String? {
    file.withLock { file in
      if file == nil { file = try? makeFile() }
      return file?.path
    }
  }

  /// Moves the bytes into a file without a name, while they stay where they are for their readers.
  private func makeFile() throws(SystemError) -> Descriptor? {
    guard let pages else { return nil }
    let file = try Descriptor(inMemory: "hive")
    try file.setSize(count)
    try forEachStretch { (stretch) throws(SystemError) in
      guard !pages.areZeros(in: stretch) else { return }
      unsafe try file.write(UnsafeRawBufferPointer(pages[stretch]), at: stretch.lowerBound)
      try pages.map(stretch, of: file)
    }
    return file
  }
}

// MARK: - Changes

extension FileBytes {
  /// Changes the bytes, and makes room for more where that is asked for.
  ///
  /// There is no second copy: earlier objects hold the changed bytes too, or none, and are not to
  /// be used any more.
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
    guard size > 0 else { return .success(self) }
    do throws(SystemError) {
      let file = file.withLock { $0 }
      let pages = try writablePages(size, of: file)
      let buffer = unsafe pages[0..<size].bindMemory(to: UInt8.self)
      do throws(Failure) {
        var span = unsafe buffer.mutableSpan
        try body(&span)
      } catch {
        return .failure(error)
      }
      return .success(
        try FileBytes(
          pages, of: file, stored: [0..<size], held: held, count: size,
          fileSize: max(size, fileSize), flaws: flaws))
    } catch {
      throw Self.noMemory("memory", error)
    }
  }

  /// Pages that hold the bytes and can be written.
  private func writablePages(_ size: Int, of file: Descriptor?) throws(SystemError) -> Pages {
    if let file {
      if size > count { try file.setSize(size) }
      return try Pages(of: file, size)
    }
    if let pages, size == count {
      try pages.setWritable(true)
      return pages
    }
    let larger = try Pages(size)
    guard let pages else { return larger }
    for part in stored { larger.useLargePages(in: part) }
    try forEachStretch { (stretch) throws(SystemError) in
      unsafe larger[stretch].copyMemory(from: UnsafeRawBufferPointer(pages[stretch]))
      pages.discard(stretch)
    }
    return larger
  }
}
