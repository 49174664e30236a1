// SPDX-License-Identifier: MIT

/// A transaction log, surveyed: what it holds and how far it is sound, without regard to its hive.
package struct LogFile: Sendable {
  /// How a log is laid out.
  package enum Format: String, Sendable, Hashable {
    /// Before Windows 8.1: one dirty vector and its pages.
    case dirtyVector = "dirty-vector"
    /// Since Windows 8.1: entries, each sealed by hashes.
    case entries
  }

  /// Why a log in the format since Windows 8.1 has no further entries.
  package enum End: Sendable, Hashable {
    /// No entry begins here: the end of the file, or bytes that are none.
    case noEntry(offset: Int)
    /// An entry of an earlier round of the log begins here.
    case olderEntry(offset: Int, sequence: UInt32)
    /// An entry begins here that is damaged, or that leaves out numbers.
    case stopped(FormatError)
  }

  /// The name for messages.
  package let name: String
  package let image: HiveImage
  /// The log's copy of the hive's base block, when there is one.
  package let baseBlock: BaseBlock?
  /// The layout, as far as it can be determined.
  package let format: Format?
  /// Why the log cannot be used for any hive.
  package let fault: FormatError?

  /// Where each sound entry begins; their sequence numbers follow one another.
  package let entryOffsets: [Int]
  /// The first sound entry's sequence number.
  package let firstSequence: UInt32?
  /// Why there are no further entries; nil in the older format.
  package let end: End?
  /// The dirty vector, in the format before Windows 8.1.
  package let dirtyVector: LogDirtyVector?

  /// Whether the file has no bytes, as logs not in use have.
  package var isEmpty: Bool { image.count == 0 && !isUnreadable }
  /// Whether the file is there but could not be read.
  package let isUnreadable: Bool
  /// The last sound entry's sequence number.
  package var lastSequence: UInt32? {
    firstSequence.map { $0 &+ UInt32(truncatingIfNeeded: entryOffsets.count - 1) }
  }
}

// MARK: - Surveying

extension LogFile {
  /// Surveys a log.
  ///
  /// Nothing is an error here: a file that is not a log at all, or an empty one, says so in
  /// ``fault`` or ``isEmpty``. The work is bounded by the file's size.
  package init(name: String, image: HiveImage) {
    self.name = name
    self.image = image
    var fault: FormatError?
    var baseBlock: BaseBlock?
    do throws(FormatError) {
      baseBlock = try BaseBlock(parsing: image)
    } catch {
      fault = error
    }
    self.baseBlock = baseBlock
    format = Self.format(of: image, baseBlock: baseBlock)
    if let baseBlock { fault = Self.fault(of: baseBlock, format: format) }

    var dirtyVector: LogDirtyVector?
    var survey = Survey()
    switch format {
    case .dirtyVector?:
      if let baseBlock {
        do throws(FormatError) {
          dirtyVector = try LogDirtyVector(parsing: image, baseBlock: baseBlock)
        } catch {
          fault = fault ?? error
        }
      }
    case .entries?:
      survey.run(image)
      if survey.offsets.isEmpty { fault = fault ?? survey.faultWithoutEntries }
    case nil:
      break
    }
    self.dirtyVector = dirtyVector
    entryOffsets = survey.offsets
    firstSequence = survey.first
    end = survey.end
    self.fault = fault
    isUnreadable = false
  }

  /// Stands for a log that is there but cannot be read.
  ///
  /// - Parameters:
  ///   - name: The name for messages.
  ///   - reason: Why it cannot be read.
  package init(name: String, unreadable reason: String) {
    self.name = name
    image = HiveImage([])
    baseBlock = nil
    format = nil
    fault = FormatError(
      .logUnreadable, at: 0, expected: "a log that can be read", found: reason)
    entryOffsets = []
    firstSequence = nil
    end = nil
    dirtyVector = nil
    isUnreadable = true
  }

  /// The layout: what follows the base block says, or else the file type.
  private static func format(of image: HiveImage, baseBlock: BaseBlock?) -> Format? {
    if let signature = try? image.uint32(at: BaseBlock.sectorSize) {
      if signature == LogEntry.signature { return .entries }
      if signature == LogDirtyVector.signature { return .dirtyVector }
    }
    return switch baseBlock?.fileType {
    case .log?: .dirtyVector
    case .incrementalLog?: .entries
    default: nil
    }
  }

  private static func fault(of baseBlock: BaseBlock, format: Format?) -> FormatError? {
    guard baseBlock.isChecksumValid else {
      return FormatError(
        .logChecksum, at: 508, expected: "the checksum \(hex(baseBlock.computedChecksum))",
        found: hex(baseBlock.storedChecksum))
    }
    let expectedType: String? =
      switch (baseBlock.fileType, format) {
      case (.log, .dirtyVector?), (.incrementalLog, .entries?): nil
      case (_, .dirtyVector?): "the file type of a log with a dirty vector, 1 or 2"
      case (_, .entries?): "the file type of a log with entries, 6"
      case (_, nil): "the file type of a log: 1, 2 or 6"
      }
    if let expectedType {
      return FormatError(
        .logFileType, at: 28, expected: expectedType, found: "\(baseBlock.rawFileType)")
    }
    guard baseBlock.primarySequence == baseBlock.secondarySequence else {
      return FormatError(
        .logUnfinished, at: 8, expected: "\(baseBlock.primarySequence) as at offset 0x4",
        found: "\(baseBlock.secondarySequence)")
    }
    return nil
  }
}

/// Finds the sound entries of a log.
private struct Survey {
  var offsets: [Int] = []
  var first: UInt32?
  var end: LogFile.End?

  mutating func run(_ image: HiveImage) {
    var offset = BaseBlock.sectorSize
    do throws(FormatError) {
      // After the last entry may be anything; in the place of the first one only zeros.
      if offset <= image.count - 4, try image.uint32(at: offset) != 0 {
        _ = try LogEntry(parsing: image, at: offset)
      }
      while offset <= image.count - 4, try image.uint32(at: offset) == LogEntry.signature {
        let entry = try LogEntry(parsing: image, at: offset)
        if let first {
          let expected = first &+ UInt32(truncatingIfNeeded: offsets.count)
          guard entry.sequence == expected else {
            if entry.sequence.precedes(expected) {
              end = .olderEntry(offset: offset, sequence: entry.sequence)
              return
            }
            throw FormatError(
              .logGap, at: offset + 12, expected: "entry \(expected)",
              found: "entry \(entry.sequence)")
          }
        }
        try entry.validate(in: image)
        if first == nil { first = entry.sequence }
        offsets.append(offset)
        offset = entry.end
      }
      end = .noEntry(offset: offset)
    } catch {
      end = .stopped(error)
    }
  }

  /// What to say of a log in which not even the first entry is sound.
  var faultWithoutEntries: FormatError? {
    switch end {
    case .stopped(let error)?: error
    default:
      FormatError(
        .logWithoutEntries, at: BaseBlock.sectorSize, expected: "a log entry", found: "none")
    }
  }
}

extension UInt32 {
  /// Whether a sequence number comes before another, across the wrap from FFFFFFFF to 0.
  func precedes(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) < 0 }
}
