// SPDX-License-Identifier: MIT

import FileAccess
import WindowsTypes
import WindowsEvents

/// Reads a log with a C library.
@safe
final class LibraryReader: RecordSource {
  private(set) var faults: [EventLogFault]
  private let library: LibyalFunctions
  private let log: String
  private var file: LibyalFunctions.Handle?
  /// Keeps what the library reads.
  private let bytes: FileBytes
  private var index: CInt = 0
  private var count: CInt = 0
  private var recoveredCount: CInt = 0
  /// The records that were read, where others may be found that are the same.
  private var seen: Set<EventRecord> = []
  /// Which event each record is, where that is known without decoding it.
  private var events: EvtxIndex?
  /// The records that were returned by ``events``.
  private var returned: Set<CInt> = []
  private var recorder = ReachRecorder()

  /// Opens a log.
  ///
  /// - Parameters:
  ///   - library: What reads its format.
  ///   - path: The log's path, for messages.
  ///   - bytes: The log.
  ///   - log: The name to give records.
  ///   - expected: How many records were found without the library, if they were looked for.
  ///   - faults: What is known to be wrong already.
  /// - Throws: ``EventLogError`` where the library does not open it.
  init(
    _ library: LibyalFunctions, path: String, file bytes: FileBytes, log: String,
    expecting expected: Int? = nil, faults: [EventLogFault] = []
  ) throws(EventLogError) {
    self.library = library
    self.bytes = bytes
    self.log = log
    self.faults = faults
    guard unsafe library.makeFile(&file, nil) == 1 else {
      throw EventLogError(
        code: .inputOutput, path: path, reason: "cannot be read: \(library.name) does not start")
    }
    let place = bytes.path ?? path
    guard unsafe library.openFile(file, place) else {
      unsafe _ = library.freeFile(&file, nil)
      // The copy in memory has its path from /proc, which may be missing.
      guard fileStatus(of: place) != nil else {
        throw EventLogError(
          code: .inputOutput, path: path,
          reason: "cannot be read: \(library.name) needs \(place), which this system does not have")
      }
      throw EventLogError(
        code: .notAnEventLog, path: path,
        reason: "is too damaged to be read: \(library.name) does not open it")
    }
    if unsafe library.recordCount(file, &count, nil) != 1 { count = 0 }
    if unsafe library.recoveredCount(file, &recoveredCount, nil) != 1 { recoveredCount = 0 }
    if let expected, Int(count) + Int(recoveredCount) < expected {
      self.faults.append(
        EventLogFault(
          description: "\(library.name) finds \(count + recoveredCount) of \(expected) records"))
    }
  }

  /// How many records the library finds by the log's own lists.
  var recordCount: Int { Int(count) }

  deinit {
    unsafe _ = library.freeFile(&file, nil)
  }

  func next(where isWanted: (_ provider: String, _ event: Int) -> Bool) -> EventRecord? {
    while index < count {
      let number = index
      index += 1
      if events?.isUnwanted(Int(number), where: isWanted) ?? returned.contains(number) { continue }
      switch unsafe read(number, library.record, where: isWanted) {
      case .record(let record):
        if let events {
          guard events.entries[Int(number)].number == record.number else {
            readWithoutIndex()
            continue
          }
          returned.insert(number)
        }
        if recoveredCount > 0 { seen.insert(record) }
        return record
      case .unreadable:
        faults.append(
          EventLogFault(description: "record \(number + 1) of \(count) cannot be read"))
      case .unwanted: continue
      }
    }
    while index - count < recoveredCount {
      let number = index - count
      index += 1
      // What lies outside of the lists is often but the rest of a record: no fault.
      guard
        case .record(var record) = unsafe read(
          number, library.recovered, isInLists: false, where: isWanted),
        seen.insert(record).inserted
      else { continue }
      record.isRecovered = true
      return record
    }
    return nil
  }

  /// What came of reading a record.
  private enum Reading {
    case record(EventRecord)
    case unwanted
    case unreadable
  }

  private func read(
    _ number: CInt, _ function: LibyalFunctions.RecordFunction, isInLists: Bool = true,
    where isWanted: (_ provider: String, _ event: Int) -> Bool
  ) -> Reading {
    var record: LibyalFunctions.Handle?
    defer { if unsafe record != nil { unsafe _ = library.freeRecord(&record, nil) } }
    guard unsafe function(file, number, &record, nil) == 1,
      let fields = unsafe library.fields(record)
    else { return .unreadable }
    if events == nil, isInLists { recorder.add(number: fields.number, time: fields.time) }
    let provider = unsafe library.provider(record) ?? ""
    let event = Int(fields.event & 0xFFFF)
    guard isWanted(provider, event) else { return .unwanted }
    func text(_ functions: LibyalFunctions.Text) -> String? {
      unsafe LibraryText.read(record, functions.size, functions.copy)
    }
    let decoded = unsafe EventRecord(
      time: fields.time, log: log, number: fields.number, provider: provider, event: event,
      level: fields.level, computer: text(library.computer) ?? "",
      user: text(library.user).flatMap { SecurityIdentifier($0) }, strings: strings(of: record))
    if isInLists { recorder.add(host: decoded.host) }
    return .record(decoded)
  }

  private func strings(of record: LibyalFunctions.Handle?) -> [String] {
    var count: CInt = 0
    guard unsafe library.stringCount(record, &count, nil) == 1, count > 0 else { return [] }
    return (0..<count).map { index in
      unsafe LibraryText.read(record, index, library.string.size, library.string.copy) ?? ""
    }
  }
}

// MARK: - Without decoding

extension LibraryReader {
  /// Leaves records out that nobody asks for, without decoding them.
  ///
  /// Nothing changes where the library finds other records than the index has.
  func use(_ index: EvtxIndex) {
    let last = index.entries.count - 1
    guard last >= 0, index.entries.count == Int(count) else { return }
    for place in Set([0, last / 2, last]) {
      guard
        case .record(let record) = unsafe read(
          CInt(place), library.record, isInLists: false, where: { _, _ in true }),
        record.number == index.entries[place].number
      else { return }
      recorder.add(host: record.host)
    }
    events = index
    for entry in index.entries {
      recorder.add(number: entry.number, time: FileTime(rawValue: entry.time))
    }
  }

  /// Begins again from the first record, leaving out those that were returned.
  private func readWithoutIndex() {
    events = nil
    recorder = ReachRecorder()
    index = 0
  }

  var reach: LogReach { recorder.reach(of: log, isWhole: true) }
}
