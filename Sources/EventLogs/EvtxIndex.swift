// SPDX-License-Identifier: MIT

import HiveFormat
import WindowsEvents
import WindowsTypes

/// The records of an `.evtx` file, in its order, with what can be read of each without decoding it.
///
/// libevtx decodes a record whole before it gives anything of it, which is most of the time that
/// reading a log takes. Here it is only looked which event a record is and who wrote it, so that
/// those that nobody asks for need not be decoded.
///
/// It is made only for files whose chunks are regular, so that libevtx must find the same records;
/// and where anything of a record is not understood, the record counts as one to decode.
///
/// Source of the format: "Windows XML Event Log (EVTX) format" of J. Metz.
struct EvtxIndex {
  /// What was read of a record.
  struct Entry {
    let number: UInt64
    let time: UInt64
    /// The number of the event; nil where the record has to be decoded to know it.
    let event: UInt16?
    /// Where the names that its provider may have are in ``providers``.
    let provider: Int
  }

  private(set) var entries: [Entry] = []
  /// The names that providers may have: where one is wanted, the record is to be decoded.
  private(set) var providers: [[String]] = [[]]

  private var places: [[String]: Int] = [:]
  /// The templates of the current chunk, by where they begin.
  private var templates: [Int: Template] = [:]

  private struct Template {
    /// Nil where it is not understood.
    let template: EvtxTemplate?
    /// Where the names of its provider are, if they are the same for all records.
    let provider: Int?
  }

  /// Reads a file; nil where a chunk of it is not regular.
  init?(_ file: HiveImage) {
    let chunks = stride(
      from: EvtxHeader.size, through: file.count - EvtxHeader.chunkSize, by: EvtxHeader.chunkSize)
    for chunk in chunks {
      do throws(FormatError) {
        guard try read(chunk: chunk, of: file) else { return nil }
      } catch {
        return nil
      }
    }
  }

  /// Whether a record is certainly none that is wanted.
  func isUnwanted(
    _ index: Int, where isWanted: (_ provider: String, _ event: Int) -> Bool
  ) -> Bool {
    let entry = entries[index]
    guard let event = entry.event else { return false }
    return !providers[entry.provider].contains { isWanted($0, Int(event)) }
  }

  /// Reads a chunk; returns whether it is regular.
  private mutating func read(chunk: Int, of file: HiveImage) throws(FormatError) -> Bool {
    guard EvtxHeader.isChunk(file, at: chunk) else {
      // An unused chunk, unless records are in it all the same.
      return !EvtxHeader.isRecord(file, at: chunk + Layout.firstRecord)
    }
    templates.removeAll(keepingCapacity: true)
    let last = Int(try file.uint32(at: chunk + Layout.lastRecord))
    let end = Int(try file.uint32(at: chunk + Layout.freeSpace))
    guard end <= EvtxHeader.chunkSize else { return false }
    var offset = Layout.firstRecord
    var previous = 0
    while offset < end {
      guard end - offset >= Layout.smallestRecord,
        EvtxHeader.isRecord(file, at: chunk + offset)
      else { return false }
      let size = Int(try file.uint32(at: chunk + offset + Layout.recordSize))
      guard size >= Layout.smallestRecord, size <= end - offset,
        Int(try file.uint32(at: chunk + offset + size - 4)) == size
      else { return false }
      entries.append(try entry(at: offset, size: size, chunk: chunk, of: file))
      previous = offset
      offset += size
    }
    return offset == end && (previous == last || entries.isEmpty || end == Layout.firstRecord)
  }

  private mutating func entry(
    at offset: Int, size: Int, chunk: Int, of file: HiveImage
  ) throws(FormatError) -> Entry {
    let number = try file.uint64(at: chunk + offset + Layout.recordNumber)
    let time = try file.uint64(at: chunk + offset + Layout.recordTime)
    let cursor = EvtxCursor(
      file: file, chunk: chunk, position: offset + Layout.recordData, end: offset + size - 4)
    var known: (event: UInt16, provider: Int)?
    do throws(FormatError) {
      known = try event(cursor)
    } catch {
      known = nil
    }
    return Entry(
      number: number, time: time, event: known?.event, provider: known?.provider ?? 0)
  }

  /// The event of a record, by its template and the values for it; nil where that is not
  /// understood.
  private mutating func event(
    _ start: EvtxCursor
  ) throws(FormatError) -> (event: UInt16, provider: Int)? {
    var cursor = start
    guard try cursor.takeFragmentHeader(), try cursor.uint8() == EvtxToken.template else {
      return nil
    }
    cursor.position += 5
    let definition = Int(try cursor.uint32())
    let found = template(at: definition, in: cursor)
    guard let template = found.template else { return nil }
    if definition == cursor.position {
      cursor.position += EvtxTemplate.headerSize + template.size
    }
    guard let values = try EvtxValues(cursor), let event = try template.event(values) else {
      return nil
    }
    if let provider = found.provider { return (event, provider) }
    return try template.providers(values).map { (event, place(of: $0)) }
  }

  private mutating func template(at definition: Int, in cursor: EvtxCursor) -> Template {
    if let template = templates[definition] { return template }
    var reader = cursor
    reader.position = definition
    reader.end = EvtxHeader.chunkSize
    let template = try? EvtxTemplate(&reader)
    let found = Template(
      template: template, provider: template?.fixedNames.map { place(of: $0) })
    templates[definition] = found
    return found
  }

  private mutating func place(of names: [String]) -> Int {
    let place = places[names] ?? providers.count
    if place == providers.count {
      providers.append(names)
      places[names] = place
    }
    return place
  }

  private enum Layout {
    static let lastRecord = 44
    static let freeSpace = 48
    static let firstRecord = 512
    static let recordSize = 4
    static let recordNumber = 8
    static let recordTime = 16
    static let recordData = 24
    /// A header, and the size once more.
    static let smallestRecord = 28
  }
}
