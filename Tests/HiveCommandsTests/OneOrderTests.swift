// SPDX-License-Identifier: MIT

import Archives
import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// `hive timeline` and `hive events` put what all machines have in one order, however these are
/// packed and however many they are.
@Suite struct OneOrderTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  /// Builds machines pc01, pc02 … with events at times of their own, the first machine's last; as
  /// folders, and as zip files with the same names.
  private func build(_ count: Int, withArchives: Bool = false) throws {
    for number in 1...count {
      var volume = VolumeDescription(.windows10)
      volume.users[0].sid = "S-1-5-21-1-2-\(number)-1001"
      volume.applicationEvents = [
        .handlesLeaked(
          by: volume.users[0].sid, at: filetime(2024, 6, 21, 17, 59 - number),
          [(1, "C:\\program\(number).exe", "\\Environment")]),
        .profileService(1531, at: filetime(2024, 6, 21, 18, number), level: 4),
      ]
      let name = number < 10 ? "pc0\(number)" : "pc\(number)"
      for (path, bytes) in volume.files {
        try folder.write(bytes, to: "folders/\(name)/C/\(path)")
      }
      guard withArchives else { continue }
      let members = volume.files.map { ArchiveMember("C/\($0.path)", $0.bytes) }
      try folder.write(members.zip, to: "archives/\(name).zip")
    }
  }

  private func lines(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map(String.init)
  }

  /// The times that lines of NDJSON begin with.
  private func times(_ lines: [String]) -> [String] {
    lines.map { String($0.drop { $0 != "2" && $0 != "1" }.prefix { $0 != "\"" }) }
  }

  private func run(_ arguments: String...) async throws -> Outcome {
    try await Tool.hive.run(arguments)
  }

  private static let commands = readsEventLogs ? ["timeline", "events"] : ["timeline"]

  @Test(.enabled(if: Archive.canBeRead, "libarchive is not installed"), arguments: commands)
  func `folders and archives give the same`(command: String) async throws {
    try build(3, withArchives: true)
    for format in ["ndjson", "json", "csv"] {
      let folders = try await run(command, "--format", format, folder.path("folders"))
      let archives = try await run(command, "--format", format, folder.path("archives"))
      #expect(archives.text.replacing(".zip\"", with: "\"") == folders.text, "\(format)")
      #expect(folders.text.contains("\"pc02\""))
      #expect(archives.code == folders.code)
    }
    let ordered = times(
      lines(try await run(command, "--format", "ndjson", folder.path("archives")).text))
    #expect(ordered.count > 5)
    #expect(ordered == ordered.sorted())
    // Machines alternate: the events of the first lie around those of the others.
    let named = try await run(command, "--since", "2024-06-21T17:00", folder.path("archives"))
    let first = try #require(lines(named.text).firstIndex { $0.contains("pc03") })
    let last = try #require(lines(named.text).lastIndex { $0.contains("pc03") })
    #expect(lines(named.text)[first...last].contains { $0.contains("pc01") })
  }

  @Test(arguments: commands)
  func `many machines come in one order, each fact once`(command: String) async throws {
    try build(18)
    let path = folder.path("folders")
    let all = try await run(command, "--format", "ndjson", "--jobs", "1", path)
    let rows = lines(all.text)
    #expect(times(rows) == times(rows).sorted())
    for number in ["01", "09", "18"] {
      let one = try await run(command, "--format", "ndjson", "\(path)/pc\(number)")
      let own = rows.filter { $0.contains("\"machine\":\"pc\(number)\"") }
      #expect(own.map { $0.replacing("\"machine\":\"pc\(number)\",", with: "") } == lines(one.text))
      #expect(!own.isEmpty)
    }
    for format in ["ndjson", "json", "csv", "text"] {
      let one = try await run(command, "--format", format, "--jobs", "1", path)
      let many = try await run(command, "--format", format, "--jobs", "6", path)
      #expect(one.text == many.text)
      #expect(one.code == many.code)
    }
    let json = try await run(command, "--format", "json", path)
    let objects = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [NSDictionary]
    let single = try rows.map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary
    }
    #expect(objects == single)
    let csv = try await run(command, "--format", "csv", path).text.split(separator: "\r\n")
    #expect(csv.count == rows.count + 1)
    #expect(csv.count { $0 == csv[0] } == 1)
  }

  @Test(arguments: commands)
  func `a run that may be gone on with writes machine by machine`(command: String) async throws {
    try build(18)
    let list = folder.path("list")
    let arguments = [command, "--format", "ndjson", "--resume", list]
    let first = try await Tool.hive.run(arguments + [folder.path("folders")])
    let whole = try await run(command, "--format", "ndjson", folder.path("folders"))
    #expect(lines(first.text).sorted() == lines(whole.text).sorted())
    let machines = lines(first.text).map { line in
      line.components(separatedBy: "\"machine\":\"").last.map { String($0.prefix(4)) }
    }
    #expect(machines == machines.sorted { ($0 ?? "") < ($1 ?? "") })
    #expect(Set(machines).count == 18)
    // As an interrupted run leaves it: the title, and 11 machines.
    let done = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n")
    try folder.write([UInt8](done[..<12].joined(separator: "\n").utf8) + [10], to: "list")
    let second = try await Tool.hive.run(arguments + [folder.path("folders")])
    #expect(!second.text.isEmpty)
    #expect(whole.text.utf8.count > second.text.utf8.count)
    #expect(first.text.hasSuffix(second.text))
  }

  @Test(.enabled(if: readsEventLogs, "built without libevtx and libevt"))
  func `text says after all events how far the logs reach`() async throws {
    try build(17)
    let run = try await run("events", folder.path("folders"))
    let rows = lines(run.text)
    let reaches = rows.filter { $0.hasPrefix("pc") && $0.contains(".evtx: ") }
    #expect(reaches.count == 34)
    #expect(rows.suffix(reaches.count) == reaches[...])
    for number in ["01", "09", "17"] {
      #expect(
        reaches.count { $0.hasPrefix("pc\(number): Application.evtx: 2 records, 2024-06-21") } == 1)
    }
    let none = try await self.run("events", "--id", "1529", folder.path("folders"))
    #expect(none.text == "")
    #expect(none.code == 0)
    #expect(lines(none.errors).first == "hive: no event matches")
    #expect(lines(none.errors).dropFirst().map { String($0.dropFirst(6)) } == reaches)
  }

  @Test(.enabled(if: readsEventLogs, "built without libevtx and libevt"))
  func `copies of one log in folders of several machines are events of each`() async throws {
    let log = EvtxBuilder([
      .profileService(1531, at: filetime(2024, 6, 21, 6, 0), level: 4)
    ]).build()
    for number in 1...3 {
      for (path, bytes) in VolumeDescription(.windows10).files where !path.contains("/Logs/") {
        try folder.write(bytes, to: "share/PC\(number)/C/\(path)")
      }
      for name in ["Application", "Archive-Application-2024-06-21"] {
        try folder.write(
          log, to: "share/PC\(number)/C/Windows/System32/winevt/Logs/\(name).evtx")
      }
    }
    let run = try await run("events", "--format", "csv", folder.path("share"))
    #expect(
      lines(run.text).dropFirst().map { $0.split(separator: ",")[1] }
        == ["\"PC1\"", "\"PC2\"", "\"PC3\""])
  }
}
