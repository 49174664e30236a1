// SPDX-License-Identifier: MIT

package import HiveFormat

/// What the base block at the start of a hive file says about the hive.
///
/// Source: the description of the format by M. Suhanov, <https://github.com/msuhanov/regf>.
public struct HiveHeader: Sendable, Hashable {
  package let block: BaseBlock

  package init(_ block: BaseBlock) {
    self.block = block
  }

  /// Counts write operations begun.
  public var primarySequence: UInt32 { block.primarySequence }
  /// Counts write operations finished.
  public var secondarySequence: UInt32 { block.secondarySequence }
  /// When the hive was last written, as the header has it; Windows 8.1 and later leave it alone.
  public var lastWritten: FileTime { FileTime(rawValue: block.lastWritten) }
  /// The format's version, such as `1.5`.
  public var version: String { "\(block.majorVersion).\(block.minorVersion)" }
  /// The format's minor version: 3 to 6 in hives of Windows XP and later.
  public var minorVersion: UInt32 { block.minorVersion }
  /// The end of the path at which Windows keeps the hive: at most 32 UTF-16 units.
  public var fileName: RegistryString { RegistryString(utf16: block.fileName) }
  /// The size of all bins together in bytes: what counts against limits.
  public var binsSize: UInt32 { block.binsSize }
  /// The file offset of the root key's cell.
  public var rootOffset: Int { block.rootCell.fileOffset }
  /// Bit 0: transactions pending; bit 1: defragmented, or layered keys allowed.
  public var flags: UInt32 { block.flags }
  /// When Windows last reorganized the hive; nil where it never did, or before Windows 8.
  public var lastReorganized: FileTime? {
    // The two lowest bits say what was done; the values 1 and 2 alone are orders, not times.
    block.lastReorganized > 3 ? FileTime(rawValue: block.lastReorganized & ~3) : nil
  }
  /// When the offline registry library saved the hive; nil where it did not, or where the time is
  /// not there.
  public var savedOffline: FileTime? {
    block.savedOffline.flatMap { $0 == 0 ? nil : FileTime(rawValue: $0) }
  }
  /// Whether the header has the mark of the offline registry library, `OfRg`.
  ///
  /// Hives of running systems have it too, from the image that the system was installed with.
  public var isMarkedOffline: Bool { block.savedOffline != nil }
  /// Whether the header's checksum is right.
  public var isChecksumValid: Bool { block.isChecksumValid }
  /// Whether the last write did not finish, or the header is damaged: the newest changes may be in
  /// transaction logs.
  public var isDirty: Bool { block.isDirty }
}
