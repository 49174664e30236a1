// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// Many machines: one after the other in the output, each by itself.
@Suite struct FleetTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  /// Builds machines in folders pc01, pc02 …; those of some numbers are broken.
  private func build(_ count: Int, broken: Set<Int> = [], below name: String = "share") throws {
    for number in 1...count {
      var volume = VolumeDescription(.windows10)
      let user = "S-1-5-21-1-2-\(number)-1001"
      volume.users[0].sid = user
      volume.applicationEvents = [
        .handlesLeaked(
          by: user, at: filetime(2024, 6, 21, 17, 0),
          [(1, number.isMultiple(of: 2) ? "C:\\even.exe" : "C:\\odd.exe", "\\Environment")])
      ]
      let padded = number < 10 ? "0\(number)" : "\(number)"
      guard !broken.contains(number) else {
        try folder.write([UInt8]("no hive".utf8), to: "\(name)/pc\(padded)/C/Windows/readme.txt")
        continue
      }
      for (path, bytes) in volume.files {
        try folder.write(bytes, to: "\(name)/pc\(padded)/C/\(path)")
      }
    }
  }

  private func machines(_ text: String) -> [String] {
    var names: [String] = []
    for line in text.split(separator: "\n") {
      guard let start = line.firstRange(of: "\"machine\":\"")?.upperBound else { continue }
      let name = String(line[start...].prefix { $0 != "\"" })
      if names.last != name { names.append(name) }
    }
    return names
  }

  @Test(arguments: ["ndjson", "json", "csv", "text"])
  func `any number of jobs gives the same output`(format: String) async throws {
    try build(20, broken: [7])
    let one = try await Tool.hive.run(
      "check", "--jobs", "1", "--format", format, folder.path("share"))
    let many = try await Tool.hive.run(
      "check", "--jobs", "7", "--format", format, folder.path("share"))
    #expect(one.code == 1)
    #expect(one.text == many.text)
    #expect(one.errors == many.errors)
    #expect(!one.text.isEmpty)
  }

  @Test func `machines come in order, and a broken one costs itself only`() async throws {
    try build(20, broken: [7])
    let run = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share"))
    #expect(run.code == 1)
    #expect(machines(run.text) == (1...20).map { $0 < 10 ? "pc0\($0)" : "pc\($0)" })
    let broken = run.text.split(separator: "\n").filter { $0.contains("\"machine\":\"pc07\"") }
    #expect(broken.count == 1)
    #expect(broken.first?.hasPrefix(#"{"id":"evidence-unreadable","severity":"warning""#) == true)
    #expect(run.errors.split(separator: "\n").count { $0.contains("pc07") } == 1)
  }

  @Test func `one machine by itself gives what it gives among others`() async throws {
    try build(20)
    let all = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share"))
    let one = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share/pc05"))
    let lines = all.text.split(separator: "\n").filter { $0.contains("\"machine\":\"pc05\"") }
    #expect(
      one.text.split(separator: "\n").map(String.init)
        == lines.map { String($0).replacing("\"machine\":\"pc05\",", with: "") })
  }

  @Test func `json has the most serious findings of all machines first`() async throws {
    try build(20)
    let run = try await Tool.hive.run("check", "--format", "json", folder.path("share"))
    #expect(run.text.hasPrefix("[\n"))
    #expect(run.text.hasSuffix("}\n]\n"))
    let ranks = run.text.split(separator: "\n").compactMap { line in
      ["problem", "warning", "information"].firstIndex { line.contains("\"severity\":\"\($0)\"") }
    }
    #expect(ranks.count > 20)
    #expect(ranks == ranks.sorted())
  }

  @Test(arguments: ["policy", "growth", "events", "timeline", "find x", "find Environment"])
  func `other commands write machine by machine too`(command: String) async throws {
    try build(18)
    let words = command.split(separator: " ").map(String.init)
    func run(_ format: String, jobs: String) async throws -> Outcome {
      try await Tool.hive.run(
        words + ["--jobs", jobs, "--format", format, folder.path("share")])
    }
    for format in ["json", "csv", "text"] {
      let one = try await run(format, jobs: "1")
      let many = try await run(format, jobs: "5")
      #expect(one.text == many.text, "\(format)")
      #expect(one.errors == many.errors, "\(format)")
      #expect(one.code == many.code)
    }
    let json = try await run("json", jobs: "4")
    #expect(json.text.hasPrefix("["))
    #expect(json.text.hasSuffix("]\n"))
    if words.last != "x" { #expect(machines(json.text).count > 1 || words[0] == "events") }
    let csv = try await run("csv", jobs: "4")
    let rows = csv.text.split(separator: "\r\n")
    #expect(rows.count { $0 == rows.first } == 1)
  }

  @Test func `machines with one name are called by both names`() async throws {
    for number in 1...20 {
      var volume = VolumeDescription(.windows10)
      volume.computerName = "CLONE"
      volume.users[0].sid = "S-1-5-21-1-2-\(number)-1001"
      for (path, bytes) in volume.files {
        try folder.write(bytes, to: "share/host\(number)/\(path)")
      }
    }
    let run = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share"))
    let names = machines(run.text)
    #expect(names.count == 20)
    #expect(names.contains("CLONE (host3)"))
    #expect(Set(names).count == 20)
  }

  @Test func `a run goes on where an earlier one ended`() async throws {
    try build(20)
    let whole = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share"))
    let list = folder.path("list")
    let first = try await Tool.hive.run(
      "check", "--format", "ndjson", "--resume", list, folder.path("share"))
    #expect(first.text == whole.text)
    // As an interrupted run leaves it: the title, and 11 machines.
    let lines = try String(contentsOfFile: list, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 22)
    try folder.write([UInt8](lines[..<12].joined(separator: "\n").utf8) + [10], to: "list")
    let second = try await Tool.hive.run(
      "check", "--format", "ndjson", "--resume", list, folder.path("share"))
    #expect(machines(second.text) == (12...20).map { "pc\($0)" })
    #expect(whole.text.hasSuffix(second.text))
    let third = try await Tool.hive.run(
      "check", "--format", "ndjson", "--resume", list, folder.path("share"))
    #expect(third.text.isEmpty)
    let other = try await Tool.hive.run(
      "find", "x", "--format", "ndjson", "--resume", list, folder.path("share"))
    #expect(other.code == 73)
    #expect(other.errors.contains("is not a list of \"hive find --resume\""))
  }

  @Test func `a summary counts programs, findings and hives`() async throws {
    try build(20, broken: [3])
    let run = try await Tool.hive.run(
      "check", "--summary", "--format", "ndjson", folder.path("share"))
    let lines = run.text.split(separator: "\n").map(String.init)
    #expect(run.code == 1)
    #expect(lines.first == #"{"summary":"fleet","machines":20}"#)
    #expect(lines.contains(#"{"summary":"program","program":"even.exe","machines":10,"users":10}"#))
    #expect(lines.contains(#"{"summary":"program","program":"odd.exe","machines":9,"users":9}"#))
    #expect(
      lines.contains {
        $0.hasPrefix(#"{"summary":"finding","finding":"handles-leaked","severity":"#)
          && $0.contains("\"machines\":19")
      })
    #expect(
      lines.contains {
        $0.hasPrefix(#"{"summary":"finding","finding":"evidence-unreadable""#)
          && $0.contains("\"machines\":1,")
      })
    #expect(lines.count { $0.hasPrefix(#"{"summary":"hive""#) } == 20)
    let text = try await Tool.hive.run("check", "--summary", folder.path("share"))
    #expect(text.text.hasPrefix("20 machines\n"))
    let csv = try await Tool.hive.run("check", "--summary", "--format", "csv", folder.path("share"))
    #expect(csv.text.contains("\"program\",\"even.exe\",,,,\"10\",\"10\",,,\r\n"))
  }
}
