// SPDX-License-Identifier: MIT

import FileAccess
import WindowsEvents
import WindowsTypes

/// Reads events that were exported as XML.
final class XMLReader: RecordSource {
  var faults: [EventLogFault] { file.faults + ownFaults }
  private let file: PartedFile
  private var ownFaults: [EventLogFault] = []
  /// How many faults are kept one by one.
  private static let faultLimit = 1000
  /// How many are only counted.
  private var passedOver = 0
  private let log: String
  private var events: XMLEvents
  private let parser: XMLEventParser
  private var recorder = ReachRecorder()

  var reach: LogReach { recorder.reach(of: log, isWhole: false) }

  init(_ file: OpenFile, log: String, _ expat: ExpatFunctions) {
    self.log = log
    parser = XMLEventParser(expat)
    let file = PartedFile(file)
    self.file = file
    events = XMLEvents(reading: { file.bytes(at: $0, count: $1) })
  }

  func next(where isWanted: (_ provider: String, _ event: Int) -> Bool) -> EventRecord? {
    while let (offset, bytes) = events.next() {
      guard let bytes else {
        note("the event at offset \(offset) has no end, and was skipped")
        continue
      }
      switch parser.parse(bytes) {
      case .success(let element):
        if let record = record(element) {
          recorder.add(number: record.number, time: record.time)
          recorder.add(host: record.host)
          if isWanted(record.provider, record.event) { return record }
          continue
        }
        note("the event at offset \(offset) has no time or no EventID")
      case .failure(let error):
        note("the event at offset \(offset) cannot be read: \(error)")
      }
    }
    return nil
  }

  /// Keeps the first faults, and counts the others: a file may be made of nothing else.
  private func note(_ fault: String) {
    guard ownFaults.count >= Self.faultLimit else {
      return ownFaults.append(EventLogFault(description: fault))
    }
    if passedOver > 0 { ownFaults.removeLast() }
    passedOver += 1
    ownFaults.append(EventLogFault(description: "and \(passedOver) more events cannot be read"))
  }

  private func record(_ event: XMLElement) -> EventRecord? {
    guard let system = event["System"], let time = system["TimeCreated"]?.attributes["SystemTime"],
      let time = FileTime(time), let id = system["EventID"].flatMap({ UInt32($0.trimmedText) })
    else { return nil }
    let data = event["EventData"] ?? event["UserData"]
    return EventRecord(
      time: time, log: log, number: system["EventRecordID"].flatMap { UInt64($0.trimmedText) } ?? 0,
      provider: system["Provider"]?.attributes["Name"] ?? "", event: Int(id & 0xFFFF),
      level: system["Level"].flatMap { UInt8($0.trimmedText) }.map { EventLevel($0) } ?? .unknown,
      computer: system["Computer"]?.text ?? "",
      user: (system["Security"]?.attributes["UserID"]).flatMap { SecurityIdentifier($0) },
      strings: data.map(Self.strings) ?? [])
  }

  /// What a provider put into its message.
  ///
  /// That is the data in order, or the elements with text in data of its own making. Bytes
  /// (`Binary`) are not strings.
  private static func strings(in data: XMLElement) -> [String] {
    data.children.flatMap { child in
      if child.name == "Binary" { return [String]() }
      return child.children.isEmpty ? [child.text] : strings(in: child)
    }
  }
}

/// An element of XML with all that is in it.
struct XMLElement {
  let name: String
  let attributes: [String: String]
  var text = ""
  var children: [XMLElement] = []

  /// The first child of a name.
  subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  var trimmedText: String {
    var text = Substring(text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
