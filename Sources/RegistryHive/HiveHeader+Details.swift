// SPDX-License-Identifier: MIT

internal import HiveFormat

extension HiveHeader {
  /// What a file with such a header is.
  public enum FileType: String, Sendable, Hashable, CaseIterable {
    /// A hive.
    case hive
    /// A transaction log in the format before Windows 8.1.
    case dirtyVectorLog = "dirty-vector-log"
    /// A transaction log in the format since Windows 8.1.
    case entriesLog = "entries-log"
    /// Nothing that is known.
    case unknown
  }

  /// What the file is, by its header.
  public var fileType: FileType {
    switch block.fileType {
    case .primary: .hive
    case .log: .dirtyVectorLog
    case .incrementalLog: .entriesLog
    case .unknown: .unknown
    }
  }

  /// The number after ``fileType``: 0 for a hive; 1, 2 and 6 for logs.
  public var rawFileType: UInt32 { block.rawFileType }
  /// How the file is laid out: 1 in all files of Windows.
  public var fileFormat: UInt32 { block.fileFormat }
  /// The sector size of the disk in units of 512 bytes, as the writer saw it.
  public var clusteringFactor: UInt32 { block.clusteringFactor }

  /// The checksum in the header.
  public var storedChecksum: UInt32 { block.storedChecksum }
  /// The checksum that belongs there: the exclusive or of the 127 numbers before it.
  public var computedChecksum: UInt32 { block.computedChecksum }

  /// The resource manager of the hive's transactions, as the text of a GUID; nil where there is
  /// none.
  public var resourceManagerID: String? { Self.text(block.resourceManagerID) }
  /// The log of the hive's transactions, as the text of a GUID; nil where there is none.
  ///
  /// This is the log of the transaction manager, a file with the ending `.blf`; the logs that
  /// replay reads have no such names.
  public var logID: String? { Self.text(block.logID) }
  /// The transaction manager of the hive, as the text of a GUID; nil where there is none.
  public var transactionManagerID: String? { Self.text(block.transactionManagerID) }

  private static func text(_ bytes: [UInt8]) -> String? {
    bytes.allSatisfy { $0 == 0 } ? nil : guidText(bytes)
  }

  /// What is done to a hive when it is reorganized.
  public enum Reorganization: String, Sendable, Hashable, CaseIterable {
    /// Free space is gathered, so that the file gets smaller.
    case defragmented
    /// The marks of which phase of the system opened which key are wiped.
    case accessHistoryCleared = "access-history-cleared"
  }

  /// What was done at ``lastReorganized``; nil where that is not reported.
  ///
  /// Where there is no time, this is what Windows is to do when it loads the hive next.
  public var reorganization: Reorganization? {
    switch block.lastReorganized & 3 {
    case 1: .defragmented
    case 2: .accessHistoryCleared
    default: nil
    }
  }
}
