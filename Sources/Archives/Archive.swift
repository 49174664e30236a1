// SPDX-License-Identifier: MIT

package import FileAccess

/// What of an archive was unpacked into memory.
package struct Archive: Sendable {
  /// Something that was not unpacked, or not as a whole.
  package struct Skipped: Sendable, Hashable {
    /// Its path, beginning with that of the archive.
    package let path: String
    /// Why, as a sentence without the path.
    package let reason: String
    /// Whether evidence may be missing by it.
    package let isLoss: Bool
  }

  /// Whether a member of an archive is wanted.
  package enum Interest: Sendable {
    case wanted
    /// By what it begins with, of which this many bytes have to be there.
    case perhaps(startSize: Int)
    case unwanted
  }

  /// What the beginning of a member says about it.
  package enum Look: Sendable {
    case wanted
    case unwanted
    /// What it is, and why it is not read, as a sentence without the path.
    case other(String)
  }

  /// How much of an archive is unpacked.
  package struct Limits: Sendable {
    /// How many bytes are held in memory; zeros do not count.
    package var heldBytes = 2 << 30
    /// How many bytes are unpacked, zeros too.
    package var bytes = 16 << 30
    /// How many members are looked at.
    package var members = 1_000_000
    /// How deep an archive may be in another one.
    package var depth = 2
    /// How many folders a path may have.
    package var folders = 128

    package init() {}
  }

  /// The files, as a folder.
  package let folder: VirtualFolder
  /// How many files were unpacked.
  package let fileCount: Int
  /// How many bytes they have in memory.
  package let heldCount: Int
  /// What was not unpacked.
  package let skipped: [Skipped]
  /// Whether nothing was unpacked because all that was wanted is encrypted.
  package let isEncrypted: Bool

  /// Unpacks what is wanted of an archive.
  ///
  /// - Parameters:
  ///   - path: The archive.
  ///   - limits: How much is unpacked.
  ///   - interest: Says by the names on the way to a member whether it is wanted.
  ///   - look: Says by the beginning of a member whether it is wanted.
  /// - Throws: ``FileError`` where it cannot be read, or this system has no libarchive.
  package init(
    path: String, limits: Limits = Limits(),
    interest: @escaping (_ names: [String]) -> Interest,
    look: @escaping (_ start: OpenFile) -> Look = { _ in .unwanted }
  ) throws(FileError) {
    guard let library = ArchiveLibrary.shared else {
      throw FileError(
        .inputOutput, path: path,
        reason: "is an archive, and was not read: this system has no libarchive (libarchive.so.13)")
    }
    raiseFileLimit()
    var unpacking = Unpacking(library, limits, interest, look)
    let file = try OpenFile(path: path)
    withCharactersInUTF8 {
      unpacking.read(file, path: path, below: [], depth: 0)
    }
    unpacking.finish(path: path)
    folder = VirtualFolder(unpacking.files, folders: unpacking.folders)
    fileCount = unpacking.files.count
    heldCount = unpacking.heldCount
    skipped = unpacking.skipped
    isEncrypted = fileCount == 0 && unpacking.encryptedCount > 0
  }

  /// Why what is encrypted is missing.
  package static let encryptedReason =
    "is encrypted, and was not read: unpack it with its password first"

  /// Whether this system has libarchive.
  package static var canBeRead: Bool { ArchiveLibrary.shared != nil }

  private static let endings = [
    ".zip", ".7z", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".tar.zst",
  ]

  /// Whether a file has the name of an archive.
  package static func isArchive(named name: String) -> Bool {
    let name = name.lowercased()
    return endings.contains { name.hasSuffix($0) }
  }

  /// Whether a file begins as an archive does.
  package static func isArchive(path: String) -> Bool {
    (try? OpenFile(path: path)).map(isArchive) ?? false
  }

  /// Whether a file begins as a zip file does.
  static func isZip(_ file: OpenFile) -> Bool {
    (try? file.bytes(at: 0, count: 4)) == [0x50, 0x4B, 3, 4]
  }

  /// Whether a file begins as an archive does.
  static func isArchive(_ file: OpenFile) -> Bool {
    guard let start = try? file.bytes(at: 0, count: 512) else { return false }
    let marks: [[UInt8]] = [
      [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], [0x50, 0x4B, 7, 8],
      [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], [0x1F, 0x8B, 8], [0x42, 0x5A, 0x68],
      [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x28, 0xB5, 0x2F, 0xFD],
    ]
    return marks.contains { start.starts(with: $0) }
      || start.dropFirst(257).starts(with: [UInt8]("ustar".utf8))
  }
}
