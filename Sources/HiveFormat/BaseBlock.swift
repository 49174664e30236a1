// SPDX-License-Identifier: MIT

/// The first 4,096 bytes of a hive: what the whole file is and what state its writer left it in.
///
/// A transaction log begins with a copy of the first 512 bytes. See `Docs/HiveFormat.md`.
package struct BaseBlock: Sendable, Hashable {
  /// The size of the base block in bytes; bins begin after it.
  package static let size = 4096
  /// The size in bytes of the part that the checksum covers and that a log repeats.
  package static let sectorSize = 512

  /// What a file that begins with `regf` is.
  package enum FileType: Sendable, Hashable {
    case primary
    /// A transaction log in the format before Windows 8.1.
    case log
    /// A transaction log in the format since Windows 8.1.
    case incrementalLog
    case unknown(UInt32)
  }

  /// Counts write operations begun.
  package var primarySequence: UInt32
  /// Counts write operations finished; equal to the primary one when none was cut short.
  package var secondarySequence: UInt32
  /// A FILETIME; not updated since Windows 8.1.
  package var lastWritten: UInt64
  package var majorVersion: UInt32
  package var minorVersion: UInt32
  package var rawFileType: UInt32
  package var fileFormat: UInt32
  /// The root key's cell, relative to the first bin.
  package var rootCell: UInt32
  /// The size of all bins together in bytes.
  package var binsSize: UInt32
  /// The sector size of the disk in units of 512 bytes.
  package var clusteringFactor: UInt32
  /// The end of the path that the hive had when it was created, at most 32 UTF-16 units.
  package var fileName: [UInt16]
  package var resourceManagerID: [UInt8]
  package var logID: [UInt8]
  package var transactionManagerID: [UInt8]
  /// Bit 0: transactions pending; bit 1: defragmented, or layered keys allowed.
  package var flags: UInt32
  /// A FILETIME whose two lowest bits say what was done, as stored; 0 before Windows 8.
  package var lastReorganized: UInt64
  /// When the offline registry library saved the hive, as a FILETIME; nil when it did not, 0 when
  /// the time is not there.
  package var savedOffline: UInt64?
  /// The checksum in the file.
  package var storedChecksum: UInt32
  /// The checksum that belongs there.
  package var computedChecksum: UInt32

  package var fileType: FileType {
    switch rawFileType {
    case 0: .primary
    case 1, 2: .log
    case 6: .incrementalLog
    default: .unknown(rawFileType)
    }
  }

  package var isChecksumValid: Bool { storedChecksum == computedChecksum }

  /// Whether the last write operation did not finish, or the block itself is damaged.
  package var isDirty: Bool { !isChecksumValid || primarySequence != secondarySequence }
}

// MARK: - Parsing

extension BaseBlock {
  /// Reads the base block at the start of a file.
  ///
  /// Damage that leaves the block readable, a wrong checksum among it, is not an error here.
  ///
  /// - Throws: ``FormatError`` with code `too-short` or `not-a-hive`.
  package init(parsing image: HiveImage) throws(FormatError) {
    guard image.count >= Self.sectorSize else {
      throw FormatError(
        .tooShort, at: 0, expected: "a base block of \(Self.sectorSize) bytes or more",
        found: image.count == 1 ? "a file of 1 byte" : "a file of \(image.count) bytes")
    }
    guard try image.uint32(at: 0) == Self.signature else {
      throw FormatError(
        .notAHive, at: 0, expected: "the signature \"regf\"",
        found: describeSignature(try image.bytes(at: 0, count: 4)))
    }
    primarySequence = try image.uint32(at: 4)
    secondarySequence = try image.uint32(at: 8)
    lastWritten = try image.uint64(at: 12)
    majorVersion = try image.uint32(at: 20)
    minorVersion = try image.uint32(at: 24)
    rawFileType = try image.uint32(at: 28)
    fileFormat = try image.uint32(at: 32)
    rootCell = try image.uint32(at: 36)
    binsSize = try image.uint32(at: 40)
    clusteringFactor = try image.uint32(at: 44)
    fileName = []
    for index in 0..<32 {
      let unit = try image.uint16(at: 48 + 2 * index)
      if unit == 0 { break }
      fileName.append(unit)
    }
    resourceManagerID = try image.bytes(at: 112, count: 16)
    logID = try image.bytes(at: 128, count: 16)
    flags = try image.uint32(at: 144)
    transactionManagerID = try image.bytes(at: 148, count: 16)
    lastReorganized = try image.uint64(at: 168)
    savedOffline = nil
    // The library's Windows 7 version marks offset 168, later ones 176.
    for mark in [168, 176] where try image.uint32(at: mark) == Self.offlineSignature {
      // A log has the mark without the time: its own content is there.
      savedOffline = rawFileType == 0 && image.count >= 520 ? try image.uint64(at: 512) : 0
      if mark == 168 { lastReorganized = 0 }
    }
    storedChecksum = try image.uint32(at: 508)
    computedChecksum = try Self.checksum(of: image)
  }

  /// The checksum that belongs into a base block: XOR of its first 127 32-bit words.
  ///
  /// The results 0 and FFFFFFFF are stored as 1 and FFFFFFFE.
  package static func checksum(of image: HiveImage) throws(FormatError) -> UInt32 {
    var sum: UInt32 = 0
    for offset in stride(from: 0, to: 508, by: 4) {
      sum ^= try image.uint32(at: offset)
    }
    return sum == 0 ? 1 : sum == .max ? .max - 1 : sum
  }

  /// The signature `regf`.
  package static let signature: UInt32 = 0x6667_6572
  /// The mark `OfRg`.
  private static let offlineSignature: UInt32 = 0x6752_664F
}

/// Bytes where a signature was expected, for messages: as text where they are text.
package func describeSignature(_ bytes: [UInt8]) -> String {
  if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) {
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
  }
  return "bytes "
    + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    .joined(separator: " ")
}
