// SPDX-License-Identifier: MIT

/// What the base block says.
///
/// The defaults are what a cleanly written hive has.
package struct HeaderDescription: Sendable {
  package var primarySequence: UInt32 = 1
  package var secondarySequence: UInt32 = 1
  /// A FILETIME; the first bin repeats it.
  package var lastWritten = filetime(2024, 3, 15, 10)
  package var majorVersion: UInt32 = 1
  package var minorVersion: UInt32 = 5
  /// 0 for a hive, 1, 2 or 6 for a log.
  package var fileType: UInt32 = 0
  package var fileFormat: UInt32 = 1
  /// The root cell's offset, counted from the first bin, where it is not to be the right one.
  package var rootOffset: UInt32?
  /// The size of all bins, where it is not to be the right one.
  package var binsSize: UInt32?
  package var clusteringFactor: UInt32 = 1
  /// The last 31 units of this are kept, as by Windows.
  package var fileName = ""
  /// The GUIDs of resource manager, log and transaction manager; 16 bytes each.
  package var transactionIDs: (resourceManager: [UInt8], log: [UInt8], transaction: [UInt8])?
  package var flags: UInt32 = 0
  /// When the hive was last reorganized; its two lowest bits say how.
  package var lastReorganized: UInt64 = 0
  /// The time at which the offline registry library saved the hive, which also leaves `OfRg`.
  package var offlineSaveTime: UInt64?
  /// The checksum, where it is not to be the right one.
  package var checksum: UInt32?

  package init() {}

  /// Writes the fields into the first 4096 bytes.
  func write(to bytes: inout [UInt8], rootOffset: Int, binsSize: Int) {
    bytes.put(Array("regf".utf8), at: 0)
    bytes.put(primarySequence, at: 4)
    bytes.put(secondarySequence, at: 8)
    bytes.put(lastWritten, at: 12)
    bytes.put(majorVersion, at: 20)
    bytes.put(minorVersion, at: 24)
    bytes.put(fileType, at: 28)
    bytes.put(fileFormat, at: 32)
    bytes.put(self.rootOffset ?? UInt32(rootOffset), at: 36)
    bytes.put(self.binsSize ?? UInt32(binsSize), at: 40)
    bytes.put(clusteringFactor, at: 44)
    bytes.put(littleEndianBytes(of: fileName.utf16.suffix(31)), at: 48)
    if let ids = transactionIDs {
      bytes.put(Array(ids.resourceManager.prefix(16)), at: 112)
      bytes.put(Array(ids.log.prefix(16)), at: 128)
      bytes.put(Array(ids.transaction.prefix(16)), at: 148)
      bytes.put(Array("rmtm".utf8), at: 164)
    }
    bytes.put(flags, at: 144)
    bytes.put(lastReorganized, at: 168)
    if let offlineSaveTime {
      bytes.put(Array("OfRg".utf8), at: 176)
      bytes.put(UInt32(1), at: 180)
      bytes.put(offlineSaveTime, at: 512)
    }
    bytes.put(checksum ?? headerChecksum(of: bytes), at: 508)
  }
}

/// The checksum that the first 508 bytes call for.
package func headerChecksum(of bytes: [UInt8]) -> UInt32 {
  var sum: UInt32 = 0
  for offset in stride(from: 0, to: 508, by: 4) {
    sum ^= bytes.number(UInt32.self, at: offset)
  }
  return sum == .max ? .max - 1 : max(sum, 1)
}
