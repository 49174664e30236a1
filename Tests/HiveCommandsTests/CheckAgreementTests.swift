// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// What `hive check` finds does not depend on the format, on the order of paths, or on how the files
/// lie.
@Suite(.enabled(if: readsEventLogs, "libevtx or expat is not installed"))
struct CheckAgreementTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
    var first = VolumeDescription.documented
    first.computerName = "WS1"
    for (path, bytes) in first.files { try folder.write(bytes, to: "a/C/\(path)") }
    var second = VolumeDescription(.windows7)
    second.computerName = "WS2"
    second.software.set(
      "WOW6432Node\\Policies\\Microsoft\\Windows\\System", .dword("DisableForceUnload", 1))
    for (path, bytes) in second.files { try folder.write(bytes, to: "b/C/\(path)") }
  }

  private func run(_ format: String, _ paths: String...) async throws -> String {
    let paths = paths.map { "\(folder.path)/\($0)" }
    return try await Tool.hive.run(["check", "--format", format] + paths).text
  }

  private func ids(_ records: [[String: Any]]) -> [String] {
    records.map { record in
      ["machine", "id", "subject", "severity"].map { record[$0] as? String ?? "" }.joined(
        separator: " "
      ).replacing("/./", with: "/")
    }.sorted()
  }

  private func array(_ text: String) throws -> [[String: Any]] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
  }

  @Test func `all formats find the same`() async throws {
    let found = try array(try await run("json", "a", "b"))
    let lines = try await run("ndjson", "a", "b").split(separator: "\n").map {
      try #require(
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(ids(lines) == ids(found))
    let text = try await run("text", "a", "b")
    for record in found where record["id"] as? String != "profile-verdict" {
      let id = try #require(record["id"] as? String)
      #expect(text.contains("(\(id)"))
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains("/") })
  }

  @Test func `the order of paths, and one folder above them, make no difference`() async throws {
    let found = ids(try array(try await run("json", "a", "b")))
    #expect(!found.isEmpty)
    #expect(ids(try array(try await run("json", "b", "a"))) == found)
    #expect(ids(try array(try await run("json", "."))) == found)
  }

  @Test func `logs that lie apart are those of the machine that they name`() async throws {
    let found = ids(try array(try await run("json", "a", "b")))
    let logs = "a/C/Windows/System32/winevt/Logs"
    for name in ["Application.evtx", "System.evtx"] {
      let from = URL(fileURLWithPath: "\(folder.path)/\(logs)/\(name)")
      try folder.write([UInt8](try Data(contentsOf: from)), to: "logs/\(name)")
      try FileManager.default.removeItem(at: from)
    }
    #expect(ids(try array(try await run("json", "."))) == found)
    #expect(ids(try array(try await run("json", "a", "b", "logs"))) == found)
    // A second copy of the same records changes nothing.
    let copy = try Data(
      contentsOf: URL(fileURLWithPath: "\(folder.path)/logs/Application.evtx"))
    try folder.write([UInt8](copy), to: "more/Archive-Application-2024.evtx")
    #expect(ids(try array(try await run("json", "."))) == found)
  }

  @Test func `events name their machine where there are several`() async throws {
    let events = try await Tool.hive.run(
      ["events", "--format", "ndjson", "--id", "1530", folder.path])
    let machines = try events.text.split(separator: "\n").map {
      (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["machine"]
        as? String
    }
    // The machine has a name, so its events have it too.
    #expect(machines == ["WS1", "WS1"])
    var other = VolumeDescription(.windows10)
    other.applicationEvents = [
      EventDescription(
        time: filetime(2024, 6, 1), provider: "Microsoft-Windows-User Profiles Service",
        event: 1531, level: 4, computer: "WS3.example.com")
    ]
    for (path, bytes) in other.files where path.hasSuffix("Application.evtx") {
      try folder.write(bytes, to: "c/\(path)")
    }
    let all = try await Tool.hive.run(["events", "--format", "ndjson", folder.path])
    let names = try all.text.split(separator: "\n").map {
      (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["machine"]
        as? String
    }
    #expect(Set(names.map { $0 ?? "" }) == ["WS1", "WS3"])
  }
}
