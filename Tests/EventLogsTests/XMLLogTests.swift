// SPDX-License-Identifier: MIT

import EventLogs
import Foundation
import HiveBuilder
import RegistryHive
import Testing
import WindowsEvents

/// Exports of events as XML, in the forms that Windows writes.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct XMLLogTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// An event as `wevtutil qe Application /f:xml` writes it.
  private static func event(_ number: Int, data: String = "<Data Name='Detail'>text</Data>")
    -> String
  {
    """
    <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
    <Provider Name='Microsoft-Windows-User Profiles Service' \
    Guid='{89B1E9F0-5AFF-44A6-9B44-0A07A7CE5845}'/><EventID>1530</EventID><Version>0</Version>\
    <Level>3</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>\
    <TimeCreated SystemTime='2022-11-24T16:59:5\(number).500000000Z'/>\
    <EventRecordID>\(number)</EventRecordID><Correlation/><Execution ProcessID='840' \
    ThreadID='1168'/><Channel>Application</Channel><Computer>PC1</Computer>\
    <Security UserID='S-1-5-18'/></System><EventData Name='EVENT_HIVE_LEAK'>\(data)</EventData>\
    </Event>
    """
  }

  private func open(_ bytes: [UInt8]) throws -> EventLog {
    try EventLog(path: folder.write(bytes, to: "events.xml"))
  }

  private static func record(_ number: Int, _ strings: [String] = ["text"]) -> EventRecord {
    let time = filetime(2022, 11, 24, 16, 59, 50 + number, ticks: 5_000_000)
    return EventRecord(
      time: FileTime(rawValue: time), log: "events.xml", number: UInt64(number),
      provider: "Microsoft-Windows-User Profiles Service", event: 1530, level: .warning,
      computer: "PC1", user: SecurityIdentifier("S-1-5-18"), strings: strings)
  }

  @Test func `events one after the other, as wevtutil writes them`() throws {
    let log = try open(Array((Self.event(1) + "\r\n" + Self.event(2)).utf8))
    #expect(log.format == .xml)
    #expect(log.records() == [Self.record(1), Self.record(2)])
    #expect(log.faults == [])
  }

  @Test func `events in one element, as the event viewer writes them`() throws {
    let text =
      "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<Events>"
      + Self.event(1) + Self.event(2) + "</Events>"
    #expect(try open(Array(text.utf8)).records() == [Self.record(1), Self.record(2)])
  }

  @Test func `a line in front, as evtxexport writes it`() throws {
    let log = try open(Array(("evtxexport 20181227\n\n" + Self.event(1) + "\n").utf8))
    #expect(log.records() == [Self.record(1)])
    #expect(throws: EventLogError.self) {
      try open(Array("a text about <Event > and </Event>".utf8))
    }
  }

  @Test(arguments: [true, false])
  func `UTF-16, as a shell writes it`(isLittle: Bool) throws {
    let data = "<Data>Bücher &amp; 😀&#xD;&#xA;</Data><Data/><Binary>00FF</Binary>"
    let units = Array("\u{FEFF}\(Self.event(1, data: data))".utf16)
    let bytes = units.flatMap { unit -> [UInt8] in
      let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      return isLittle ? pair : pair.reversed()
    }
    #expect(try open(bytes).records() == [Self.record(1, ["Bücher & 😀\r\n", ""])])
  }

  @Test func `data of a provider's own making gives its texts`() throws {
    let event = Self.event(1).replacing(
      "<EventData Name='EVENT_HIVE_LEAK'><Data Name='Detail'>text</Data></EventData>",
      with: "<UserData><E xmlns='x'><A>one</A><B><C>two</C></B></E></UserData>")
    #expect(try open(Array(event.utf8)).records() == [Self.record(1, ["one", "two"])])
  }

  @Test func `what is not UTF-8 is replaced`() throws {
    var bytes = Array(Self.event(1).utf8)
    let place = try #require(bytes.firstRange(of: Array(">text<".utf8)))
    bytes.replaceSubrange(place, with: [0x3E, 0x42, 0x81, 0x63, 0x3C])
    #expect(try open(bytes).records() == [Self.record(1, ["B\u{FFFD}c"])])
  }

  @Test func `a broken event is reported, and the others are read`() throws {
    let broken = Self.event(2).replacing("</System>", with: "</Sys>")
    let endless = Self.event(3).replacing("</Event>", with: "")
    let timeless = Self.event(4).replacing("SystemTime", with: "Time")
    let first = Self.event(1)
    let log = try open(Array((first + broken + endless + timeless + Self.event(5)).utf8))
    #expect(log.records() == [Self.record(1), Self.record(5)])
    let offsets = [
      first.utf8.count, (first + broken).utf8.count, (first + broken + endless).utf8.count,
    ]
    #expect(
      log.faults.map(\.description) == [
        "the event at offset \(offsets[0]) cannot be read: mismatched tag",
        "the event at offset \(offsets[1]) has no end, and was skipped",
        "the event at offset \(offsets[2]) has no time or no EventID",
      ])
  }

  @Test func `what an event must not have does no harm`() throws {
    let deep = String(repeating: "<a>", count: 50_000)
    let close = String(repeating: "</a>", count: 50_000)
    let nested = Self.event(1, data: "<Data>\(deep)x\(close)</Data>")
    let entity = Self.event(2, data: "<Data>&lol;</Data>")
    let declared =
      "<!DOCTYPE x [<!ENTITY lol \"lol\"><!ENTITY big SYSTEM \"file:///etc/passwd\">]>" + entity
    let log = try open(Array((declared + nested).utf8))
    #expect(log.records().map(\.number) == [1])
    #expect(log.faults.count == 1)
    #expect(log.faults.first?.description.hasSuffix("cannot be read: undefined entity") == true)
  }

  @Test func `many beginnings without an end take time that grows with the file`() throws {
    let log = try open(
      [UInt8](repeating: 0, count: 0)
        + Array(
          String(
            repeating: "<Event >", count: 200_000
          ).utf8))
    #expect(log.records() == [])
    #expect(log.faults.count == 1_001)
    #expect(log.faults.last?.description == "and 199000 more events cannot be read")
  }

  @Test func `the first event may be long`() throws {
    let long = String(repeating: "x", count: 200_000)
    let event = Self.event(1, data: "<Data>\(long)</Data>")
    #expect(try open(Array(("a line in front\n" + event).utf8)).records().count == 1)
  }

  @Test(
    "A file of several megabytes is read in parts", .disabled(if: slowTestsAreLeftOut, "slow"),
    arguments: [false, true])
  func parts(isUTF16: Bool) throws {
    // Of odd lengths, so that parts end within characters.
    let data = "<Data>" + String(repeating: "x😀ü", count: 7_777) + "</Data>"
    let events = (0..<120).map { Self.event($0 % 10, data: data) }
    let text = "\u{FEFF}" + events.joined(separator: "\n?")
    let bytes =
      isUTF16
      ? text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } : Array(text.utf8)
    #expect(bytes.count > 5 << 20)
    let log = try open(bytes)
    let records = log.records()
    #expect(records.map(\.number) == (0..<120).map { $0 % 10 })
    #expect(records.allSatisfy { $0.strings == [String(data.dropFirst(6).dropLast(7))] })
    #expect(log.faults == [])
  }
}
