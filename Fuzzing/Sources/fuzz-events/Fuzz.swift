// SPDX-License-Identifier: MIT

import WindowsEvents
import WindowsTypes

/// Takes any bytes for the strings of events, parted by the byte 1, and reads them in every way.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let strings = input.split(separator: 1, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  var events: [ProfileEvent] = []
  for meaning in [1517, 1530, 1401, 10006, 10016].flatMap(meanings) {
    let record = EventRecord(
      time: FileTime(rawValue: 0), log: "log", number: 1, provider: meaning.provider,
      event: meaning.event, level: .warning, strings: strings)
    guard let event = ProfileEvent(record) else { continue }
    events.append(event)
    _ = event.isAbout(strings.first ?? "")
  }
  let table = HandleTable(events)
  precondition(table.rows.allSatisfy { $0.handleCount > 0 && !$0.keys.isEmpty })
  for string in strings { _ = FileTime(string) }
  return 0
}

private func meanings(of event: Int) -> [EventMeaning] {
  EventMeaning.catalogue.filter { $0.event == event }
}
