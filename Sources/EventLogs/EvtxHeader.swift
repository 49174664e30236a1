// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// The header of an `.evtx` file: one page of 4096 bytes, after which chunks of 64 KiB follow.
///
/// Source: "Windows XML Event Log (EVTX) format" of J. Metz.
enum EvtxHeader {
  private static let signature = [UInt8]("ElfFile\0".utf8)
  static let size = 4096
  static let chunkSize = 65_536

  /// Whether a file begins with this header, or has lost it and continues with a chunk.
  static func isLog(_ file: HiveImage) -> Bool {
    begins(file, at: 0, with: signature) || isChunk(file, at: size)
  }

  /// The eight bytes `ElfChnk` with which a chunk begins, as two numbers.
  static let chunkSignature: (low: UInt32, high: UInt32) = (0x4366_6C45, 0x006B_6E68)

  /// Whether a chunk begins at an offset.
  static func isChunk(_ file: HiveImage, at offset: Int) -> Bool {
    (try? file.uint32(at: offset)) == chunkSignature.low
      && (try? file.uint32(at: offset + 4)) == chunkSignature.high
  }

  /// Whether a record begins at an offset.
  static func isRecord(_ file: HiveImage, at offset: Int) -> Bool {
    (try? file.uint32(at: offset)) == 0x2A2A
  }

  private static func begins(_ file: HiveImage, at offset: Int, with bytes: [UInt8]) -> Bool {
    (try? file.bytes(at: offset, count: bytes.count)) == bytes
  }

  /// Whether the fields that say where chunks are can be used.
  private static func isUsable(_ file: HiveImage) -> Bool {
    let chunks = (try? file.uint16(at: 42)) ?? 0
    return begins(file, at: 0, with: signature) && (try? file.uint16(at: 40)) == UInt16(size)
      && (chunks > 0 || !isChunk(file, at: size))
  }

  /// Makes the header usable, the last chunk whole and damaged records findable, in the copy in
  /// memory.
  ///
  /// libevtx leaves out a chunk that is not whole and a record whose size is wrong, and opens no
  /// log without the header, or with a chunk whose header is wrong.
  ///
  /// - Parameters:
  ///   - bytes: The log.
  ///   - faults: Gets what was mended.
  /// - Returns: The mended copy, or the same one where the log needs no mending; how many records
  ///   its chunks have; and whether it is an export of some events.
  /// - Throws: ``FileError`` where the system provides no memory.
  static func mend(
    _ bytes: FileBytes, reporting faults: inout [EventLogFault]
  ) throws(FileError) -> (bytes: FileBytes, recordCount: Int, isSelection: Bool) {
    let file = HiveImage(bytes)
    let lost = file.count > size ? (file.count - size) % chunkSize : 0
    let isUsable = isUsable(file)
    let survey = EvtxSurvey(file, isHeaderUsable: isUsable)
    defer { faults += survey.faults }
    if isUsable, lost == 0, survey.repairs.isEmpty {
      return (bytes, survey.recordCount, survey.isSelection)
    }
    if !isUsable {
      faults.append(
        EventLogFault(description: "the header is damaged; the records were looked for without it"))
    }
    if lost != 0 {
      faults.append(
        EventLogFault(
          description: "the file is cut short: its last chunk has \(lost) of \(chunkSize) bytes"))
    }
    let chunks = max(0, file.count - size + chunkSize - 1) / chunkSize
    let mended = try bytes.edited(size: size + chunks * chunkSize) { bytes in
      func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        for index in 0..<MemoryLayout<Number>.size {
          bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
        }
      }
      for repair in survey.repairs { store(repair.number, at: repair.offset) }
      if isUsable, lost == 0 { return }
      for (index, byte) in signature.enumerated() { bytes[index] = byte }
      store(0 as UInt64, at: 8)
      store(UInt64(max(chunks, 1) - 1), at: 16)
      store(128 as UInt32, at: 32)
      store(1 as UInt16, at: 36)
      store(3 as UInt16, at: 38)
      store(UInt16(size), at: 40)
      store(UInt16(clamping: chunks), at: 42)
    }
    return (mended.get(), survey.recordCount, survey.isSelection)
  }
}
