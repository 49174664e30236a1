// SPDX-License-Identifier: MIT

import HiveFormat
import WindowsEvents
import WindowsTypes

/// Reads the records of a damaged `.evt` file.
///
/// libevt gives no records after one whose offsets are wrong, and none without a header.
///
/// Source: EVENTLOGRECORD in the documentation of Microsoft.
final class EvtReader: RecordSource {
  var faults: [EventLogFault] { knownFaults + (textFault.map { [$0] } ?? []) }
  private var knownFaults: [EventLogFault]
  /// The records whose texts are not where the records say.
  private var wrongTexts: (count: Int, first: Int) = (0, 0)
  private let survey: EvtSurvey
  private let file: HiveImage
  private let log: String
  private var index = 0
  private var seen: Set<EventRecord> = []
  private var recorder = ReachRecorder()

  var reach: LogReach { recorder.reach(of: log, isWhole: true) }

  private enum Layout {
    static let written = 16
    static let event = 20
    static let type = 24
    static let stringCount = 26
    static let strings = 36
    static let userSize = 40
    static let user = 44
    static let data = 52
    static let names = 56
  }

  /// Makes a reader of what was found in a file.
  init(_ survey: EvtSurvey, of file: HiveImage, log: String, faults: [EventLogFault]) {
    self.survey = survey
    self.file = file
    self.log = log
    knownFaults = faults
  }

  private var textFault: EventLogFault? {
    guard wrongTexts.count > 0 else { return nil }
    let subject =
      wrongTexts.count == 1
      ? "the record at offset \(wrongTexts.first) has"
      : "\(wrongTexts.count) records, the first at offset \(wrongTexts.first), have"
    return EventLogFault(description: "\(subject) a wrong number or place of texts")
  }

  func next(where isWanted: (_ provider: String, _ event: Int) -> Bool) -> EventRecord? {
    while index < survey.places.count {
      let place = survey.places[index]
      index += 1
      guard let record = record(at: place, of: survey.image) else {
        knownFaults.append(
          EventLogFault(
            description: "the record at offset \(survey.place(place.offset)) cannot be read"))
        continue
      }
      recorder.add(number: record.number, time: record.time)
      recorder.add(host: record.host)
      if !survey.unused.isEmpty { seen.insert(record) }
      if isWanted(record.provider, record.event) { return record }
    }
    while index - survey.places.count < survey.unused.count {
      let place = survey.unused[index - survey.places.count]
      index += 1
      guard var record = record(at: place, of: file),
        isWanted(record.provider, record.event), seen.insert(record).inserted
      else { continue }
      record.isRecovered = true
      return record
    }
    return nil
  }

  private func record(at place: RecordWalk.Place, of image: HiveImage) -> EventRecord? {
    let start = place.offset
    // The size once more is not text.
    let end = place.end - 4
    do throws(FormatError) {
      let seconds = try image.uint32(at: start + Layout.written)
      let event = try image.uint32(at: start + Layout.event)
      let type = try image.uint16(at: start + Layout.type)
      var text = TextCursor(image: image, position: start + Layout.names, end: end)
      let provider = text.next() ?? ""
      let computer = text.next() ?? ""
      let user = try user(start, end, of: image)
      return EventRecord(
        time: FileTime(rawValue: (UInt64(seconds) + 11_644_473_600) * FileTime.ticksPerSecond),
        log: log, number: place.number, provider: provider, event: Int(event & 0xFFFF),
        level: EventLevel(type: type), computer: computer, user: user.identifier,
        strings: try strings(start, end, of: image, behind: user.end ?? text.position))
    } catch {
      return nil
    }
  }

  private func user(
    _ start: Int, _ end: Int, of image: HiveImage
  ) throws(FormatError) -> (identifier: SecurityIdentifier?, end: Int?) {
    let size = Int(try image.uint32(at: start + Layout.userSize))
    let offset = Int(try image.uint32(at: start + Layout.user))
    guard size > 0, offset >= Layout.names, offset <= end - start, size <= end - start - offset
    else { return (nil, nil) }
    let bytes = try image.bytes(at: start + offset, count: size)
    return (SecurityIdentifier(bytes: bytes), start + offset + size)
  }

  /// The strings of a record: from where it says, or after what comes before them where that is
  /// wrong.
  private func strings(
    _ start: Int, _ end: Int, of image: HiveImage, behind names: Int
  ) throws(FormatError) -> [String] {
    let count = Int(try image.uint16(at: start + Layout.stringCount))
    let stated = start + Int(try image.uint32(at: start + Layout.strings))
    let data = start + Int(try image.uint32(at: start + Layout.data))
    let isRight = count == 0 || (stated >= names && stated <= end)
    let first = isRight ? stated : names
    let last = data >= first && data <= end ? data : end
    var text = TextCursor(image: image, position: first, end: last)
    var strings: [String] = []
    while strings.count < count, let string = text.next() { strings.append(string) }
    if !isRight || strings.count < count {
      if wrongTexts.count == 0 { wrongTexts.first = survey.place(start) }
      wrongTexts.count += 1
    }
    return strings
  }
}

/// Reads texts in UTF-16 that a NUL ends, one after the other.
private struct TextCursor {
  let image: HiveImage
  var position: Int
  let end: Int

  /// The next text; nil at the end.
  mutating func next() -> String? {
    guard position + 2 <= end else { return nil }
    var units: [UInt16] = []
    while position + 2 <= end, let unit = try? image.uint16(at: position) {
      position += 2
      if unit == 0 { break }
      units.append(unit)
    }
    return String(decoding: units, as: UTF16.self)
  }
}
