// SPDX-License-Identifier: MIT

import FileAccess

/// The functions of libarchive that are used here; it is loaded when the first archive is opened.
///
/// libarchive brings a dozen libraries along that nothing else here needs. So no program is linked
/// to it, and a system without it has everything but archives.
@safe
struct ArchiveLibrary: @unchecked Sendable {
  typealias Status = @convention(c) (OpaquePointer) -> CInt

  let readNew: @convention(c) () -> OpaquePointer?
  let readFree: Status
  /// What makes libarchive read the formats and compressions that collections come in; those for
  /// which it starts other programs are not among them.
  let supports: [Status]
  /// Sets options; versions of libarchive before 3 have no such function.
  let setOptions: (@convention(c) (OpaquePointer, UnsafePointer<CChar>) -> CInt)?
  let openDescriptor: @convention(c) (OpaquePointer, CInt, Int) -> CInt
  let nextHeader: @convention(c) (OpaquePointer, UnsafeMutablePointer<OpaquePointer?>) -> CInt
  let readBlock:
    @convention(c) (
      OpaquePointer, UnsafeMutablePointer<UnsafeRawPointer?>, UnsafeMutablePointer<Int>,
      UnsafeMutablePointer<Int64>
    ) -> CInt
  let errorText: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
  let pathUTF8: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
  let path: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
  let hardLinkUTF8: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
  let hardLink: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
  let fileType: @convention(c) (OpaquePointer) -> UInt32
  let isEncrypted: @convention(c) (OpaquePointer) -> CInt

  /// The library; nil where the system has none.
  static let shared = ArchiveLibrary()

  private init?() {
    guard
      let library = SharedLibrary(anyOf: [
        "libarchive.so.13", "/usr/lib/libarchive.2.dylib", "libarchive.13.dylib",
      ])
    else { return nil }
    guard
      let readNew = unsafe library.function(
        "archive_read_new", as: (@convention(c) () -> OpaquePointer?).self),
      let readFree = unsafe library.function("archive_read_free", as: Status.self),
      let openDescriptor = unsafe library.function(
        "archive_read_open_fd", as: (@convention(c) (OpaquePointer, CInt, Int) -> CInt).self),
      let nextHeader = unsafe library.function(
        "archive_read_next_header",
        as: (@convention(c) (OpaquePointer, UnsafeMutablePointer<OpaquePointer?>) -> CInt).self),
      let readBlock = unsafe library.function(
        "archive_read_data_block",
        as: (@convention(c) (
          OpaquePointer, UnsafeMutablePointer<UnsafeRawPointer?>, UnsafeMutablePointer<Int>,
          UnsafeMutablePointer<Int64>
        ) -> CInt).self),
      let errorText = unsafe library.function(
        "archive_error_string",
        as: (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self),
      let pathUTF8 = unsafe library.function(
        "archive_entry_pathname_utf8",
        as: (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self),
      let path = unsafe library.function(
        "archive_entry_pathname",
        as: (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self),
      let hardLinkUTF8 = unsafe library.function(
        "archive_entry_hardlink_utf8",
        as: (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self),
      let hardLink = unsafe library.function(
        "archive_entry_hardlink",
        as: (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self),
      let fileType = unsafe library.function(
        "archive_entry_filetype", as: (@convention(c) (OpaquePointer) -> UInt32).self),
      let isEncrypted = unsafe library.function(
        "archive_entry_is_data_encrypted", as: Status.self)
    else { return nil }
    unsafe self.readNew = readNew
    unsafe self.readFree = readFree
    unsafe supports = [
      "format_zip", "format_tar", "format_7zip", "filter_gzip", "filter_bzip2", "filter_xz",
      "filter_zstd",
    ].compactMap { unsafe library.function("archive_read_support_\($0)", as: Status.self) }
    unsafe setOptions = library.function(
      "archive_read_set_options",
      as: (@convention(c) (OpaquePointer, UnsafePointer<CChar>) -> CInt).self)
    unsafe self.openDescriptor = openDescriptor
    unsafe self.nextHeader = nextHeader
    unsafe self.readBlock = readBlock
    unsafe self.errorText = errorText
    unsafe self.pathUTF8 = pathUTF8
    unsafe self.path = path
    unsafe self.hardLinkUTF8 = hardLinkUTF8
    unsafe self.hardLink = hardLink
    unsafe self.fileType = fileType
    unsafe self.isEncrypted = isEncrypted
  }
}

/// An archive that libarchive reads, member after member.
@safe
final class ArchiveHandle {
  /// What a call of libarchive gives back.
  enum Result: Sendable {
    case ok
    case end
    /// It goes on, and something is wrong.
    case warning
    /// This member cannot be read; the next one may.
    case failed
    /// Nothing more can be read by this handle.
    case fatal

    init(_ code: CInt) {
      self =
        switch code {
        case 0: .ok
        case 1: .end
        case -20, -10: .warning
        case -25: .failed
        default: .fatal
        }
    }
  }

  private let library: ArchiveLibrary
  private let archive: OpaquePointer
  private var entry: OpaquePointer?
  // The descriptor is read until the handle is freed.
  private let file: OpenFile

  /// Opens an archive; nil where libarchive does not take it.
  init?(_ file: OpenFile, _ library: ArchiveLibrary) {
    guard let archive = unsafe library.readNew() else { return nil }
    self.library = library
    self.file = file
    unsafe self.archive = archive
    let supports = unsafe library.supports
    unsafe supports.forEach { _ = unsafe $0(archive) }
    // Another tar file may follow the end of the first.
    _ = unsafe library.setOptions?(archive, "tar:read_concatenated_archives")
    rewind(file)
    guard Result(unsafe library.openDescriptor(archive, file.descriptorNumber, 1 << 16)) != .fatal
    else { return nil }
  }

  deinit {
    _ = unsafe library.readFree(archive)
  }

  /// What is wrong, in the library's words.
  var errorText: String {
    unsafe library.errorText(archive).map { unsafe String(cString: $0) } ?? "unknown error"
  }

  /// Goes to the next member.
  func next() -> Result {
    unsafe entry = nil
    return Result(unsafe library.nextHeader(archive, &entry))
  }

  /// The member's path; nil where it has none that can be shown.
  var path: String? {
    guard let entry = unsafe entry else { return nil }
    return unsafe (library.path(entry) ?? library.pathUTF8(entry)).map { unsafe Self.text($0) }
  }

  /// The path of the member whose bytes this one has too; nil where it has its own.
  var hardLink: String? {
    guard let entry = unsafe entry else { return nil }
    return unsafe (library.hardLink(entry) ?? library.hardLinkUTF8(entry)).map {
      unsafe Self.text($0)
    }
  }

  private static func text(_ start: UnsafePointer<CChar>) -> String {
    var bytes: [UInt8] = []
    var place = unsafe start
    while unsafe place.pointee != 0 {
      bytes.append(UInt8(bitPattern: unsafe place.pointee))
      unsafe place += 1
    }
    return MemberName.text(bytes)
  }

  var isFile: Bool {
    unsafe entry.map { unsafe library.fileType($0) & 0o170000 == 0o100000 } ?? false
  }
  var isFolder: Bool {
    unsafe entry.map { unsafe library.fileType($0) & 0o170000 == 0o040000 } ?? false
  }
  var isEncrypted: Bool { unsafe entry.map { unsafe library.isEncrypted($0) != 0 } ?? false }

  /// Reads the next bytes of the member.
  ///
  /// - Parameter take: Gets them, and their offset in the member.
  /// - Returns: How it went.
  /// - Throws: What `take` throws.
  func readBlock<Failure: Error>(
    _ take: (UnsafeRawBufferPointer, Int) throws(Failure) -> Void
  ) throws(Failure) -> Result {
    var start: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    let result = Result(unsafe library.readBlock(archive, &start, &count, &offset))
    guard result == .ok || result == .warning, count > 0, offset >= 0 else { return result }
    unsafe try take(UnsafeRawBufferPointer(start: start, count: count), Int(offset))
    return result
  }
}
