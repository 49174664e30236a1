// SPDX-License-Identifier: MIT

import Archives
import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

@testable import HiveCommands

/// Many machines: each by itself, and always the same output.
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

  @Test(.slow, arguments: ["ndjson", "json", "csv", "text"])
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

  @Test(.slow, arguments: ["policy", "growth", "events", "timeline", "find x", "find Environment"])
  func `other commands give the same for any number of jobs`(command: String) async throws {
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

  @Test(.slow) func `a run goes on where an earlier one ended`() async throws {
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

  @Test func `names that end as those of hives do double nothing`() async throws {
    try build(17)
    let files = VolumeDescription(.windows10).files
    for (path, bytes) in files { try folder.write(bytes, to: "share/erp-system/C/\(path)") }
    func title() async throws -> String {
      let run = try await Tool.hive.run("check", "--summary", folder.path("share"))
      return run.text.split(separator: "\n").first.map(String.init) ?? ""
    }
    #expect(try await title() == "18 machines")
    let run = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share"))
    #expect(machines(run.text).count == 18)
    // A hive beside the folders is of a machine of its own.
    let system = try #require(files.first { $0.path.hasSuffix("config/SYSTEM") })
    try folder.write(system.bytes, to: "share/SYSTEM")
    #expect(try await title() == "19 machines")
  }

  @Test func `names that differ in a line end or a backslash alone are two`() async throws {
    var hive = HiveDescription()
    hive.makeKey("Findme")
    let names = ["m\nx", "m\\x", "m\rx", "m\\nx"]
    for name in names { try folder.write(hive.build().bytes, to: "\(name)/NTUSER.DAT") }
    let list = folder.path("list")
    let options = ["find", "Findme", "--format", "ndjson", "--resume", list]
    let first = try await Tool.hive.run(options + [folder.path(names[0])])
    #expect(first.text.split(separator: "\n").count == 1)
    let all = try await Tool.hive.run(options + names.map { folder.path($0) })
    #expect(all.text.split(separator: "\n").count == 3)
    let none = try await Tool.hive.run(options + names.map { folder.path($0) })
    #expect(none.text == "")
    #expect(none.errors.contains("nothing is left to do: \(list) has all of 4 inputs\n"))
    // A list of an earlier version is gone on with as it was begun.
    let text = try String(contentsOfFile: list, encoding: .utf8)
    try folder.write(
      [UInt8](text.replacing(": done items", with: ": done").replacing("\\n", with: "\\").utf8),
      to: "list")
    let old = try await Tool.hive.run(options + [folder.path(names[0])])
    #expect(old.text == "")
  }

  @Test func `names that differ in the form of their letters alone are two`() async throws {
    var hive = HiveDescription()
    hive.makeKey("Findme")
    let list = folder.path("list")
    let names = ["caf\u{E9}", "cafe\u{301}"]
    for name in names { try folder.write(hive.build().bytes, to: "\(name)/NTUSER.DAT") }
    for (index, name) in (names + names).enumerated() {
      let run = try await Tool.hive.run(
        "find", "Findme", "--format", "ndjson", "--resume", list, folder.path(name))
      #expect(run.text.split(separator: "\n").count == (index < 2 ? 1 : 0))
      #expect(run.errors.contains("nothing is left to do") == (index > 1))
    }
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
    #expect(csv.text.contains("program,10,\"even.exe\",10,,,,,,,,,\r\n"))
  }

  @Test func `a summary of few machines counts each of them`() async throws {
    try build(4)
    let run = try await Tool.hive.run(
      "check", "--summary", "--format", "ndjson", folder.path("share"))
    let lines = run.text.split(separator: "\n").map(String.init)
    #expect(lines.contains(#"{"summary":"program","program":"even.exe","machines":2,"users":2}"#))
    #expect(
      lines.contains {
        $0.hasPrefix(#"{"summary":"finding","finding":"handles-leaked","severity":"#)
          && $0.contains("\"machines\":4,")
      })
  }

  @Test(.slow) func `broken, cut and hostile machines cost themselves only`() async throws {
    try build(100)
    let whole = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share"))
    #expect(whole.code == 1)
    // One without a hive, one with noise for a hive, one that is cut, an archive that is cut.
    let volume = VolumeDescription(.windows10)
    for name in ["pc17", "pc63", "pc88"] {
      try FileManager.default.removeItem(atPath: folder.path("share/\(name)"))
    }
    try folder.write([UInt8]("no hive".utf8), to: "share/pc17/C/Windows/readme.txt")
    let config = "C/Windows/System32/config"
    var random = SplitMix(state: 40)
    let noise = (0..<8192).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    try folder.write(Array("regf".utf8) + noise, to: "share/pc40/\(config)/SOFTWARE")
    for (path, bytes) in volume.files {
      try folder.write(Array(bytes.prefix(bytes.count / 2)), to: "share/pc63/C/\(path)")
    }
    let archive = volume.files.map { ArchiveMember("C/\($0.path)", $0.bytes) }.tar
    try folder.write(Array(archive.prefix(30_000)), to: "share/pc88.tar")

    let run = try await Tool.hive.run("check", "--format", "ndjson", folder.path("share"))
    #expect(run.code == 1)
    let others = { (text: String) in
      text.split(separator: "\n").filter {
        line in !["pc17", "pc40", "pc63", "pc88"].contains { line.contains($0) }
      }
    }
    #expect(others(run.text) == others(whole.text))
    for name in ["pc17", "pc40", "pc63", "pc88.tar"] {
      let findings = run.text.split(separator: "\n").filter {
        $0.contains("\"machine\":\"\(name)\"")
          && ($0.contains("evidence-unreadable") || $0.contains("hive-damaged"))
      }
      #expect(!findings.isEmpty, "\(name)")
    }
    for name in ["pc17", "pc88.tar"] {
      let lines = run.errors.split(separator: "\n").filter {
        $0.contains(name) && ($0.contains("no registry hive") || $0.contains("could not be read"))
      }
      #expect(lines.count == (name == "pc17" || Archive.canBeRead ? 1 : 0), "\(lines)")
    }
  }

  /// Interrupts a command when the first of its output is read.
  private func interrupt(_ arguments: [String]) async throws -> Outcome {
    let script = """
      folder=$1; shift
      mkfifo "$folder/pipe"
      "$@" > "$folder/pipe" 2> "$folder/errors" & pid=$!
      exec 3< "$folder/pipe"
      head -c 100 <&3
      kill -INT $pid
      cat <&3
      wait $pid; code=$?
      cat "$folder/errors" >&2
      rm "$folder/pipe"
      exit $code
      """
    return try await runProgram(
      "/bin/sh", ["-c", script, "sh", folder.path, Tool.hive.path] + arguments)
  }

  @Test(.slow) func `an interrupted run ends after a line, and is gone on with`() async throws {
    try build(90)
    let arguments = ["check", "--format", "ndjson", "--jobs", "2"]
    let whole = try await Tool.hive.run(arguments + [folder.path("share")])
    // A pipe does not hold all of it, so the command is at work when it is interrupted.
    #expect(whole.bytes.count > 200_000)
    let list = folder.path("list")
    let first = try await interrupt(arguments + ["--resume", list, folder.path("share")])
    #expect(first.code == 130, "\(first.errors)")
    #expect(first.text.hasSuffix("}\n"))
    #expect(whole.text.hasPrefix(first.text))
    #expect(first.text.utf8.count < whole.text.utf8.count)
    let done = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").dropFirst()
    let last = try #require(done.last)
    #expect(
      first.errors.hasSuffix(
        "hive: interrupted after \(done.count) of 90; the last one is \(last)\n"))
    let second = try await Tool.hive.run(
      arguments + ["--resume", list, folder.path("share")])
    #expect(first.text + second.text == whole.text)

    let array = try await interrupt(["check", "--format", "csv", folder.path("share")])
    #expect(array.code == 130)
    #expect(array.text.hasSuffix("\r\n"))
  }

  @Test(
    arguments: [
      ["dump", "--format", "ndjson"], ["diff", "--format", "ndjson", "empty"],
      ["timeline", "--format", "ndjson"],
    ])
  func `a command that works on one hive ends after a line too`(words: [String]) async throws {
    var hive = HiveDescription()
    try folder.write(hive.build().bytes, to: "empty")
    let filler = String(repeating: "a rather long name ", count: 10)
    for number in 0..<2000 { hive.makeKey("\(number / 20)\\\(number) \(filler)") }
    try folder.write(hive.build().bytes, to: "large")
    let arguments = words.map { $0 == "empty" ? folder.path("empty") : $0 } + [folder.path("large")]
    let whole = try await Tool.hive.run(arguments)
    #expect(whole.bytes.count > 300_000)
    let part = try await interrupt(arguments)
    #expect(part.code == 130, "\(part.errors)")
    #expect(part.errors == "hive: interrupted; the output ends with a whole record\n")
    #expect(part.text.hasSuffix("}\n"))
    #expect(whole.text.hasPrefix(part.text))
    #expect(part.text.utf8.count < whole.text.utf8.count)
  }

  @Test func `progress says how many are done and failed, how fast, and what is left`() {
    var progress = FleetProgress("machines", of: 1200)
    #expect(progress.text(after: 0) == "0 of 1,200 machines")
    for number in 1...300 { progress.advance(failed: number.isMultiple(of: 100)) }
    #expect(
      progress.text(after: 15_000) == "300 of 1,200 machines, 3 failed, 20 a second, 0:45 left")
    #expect(
      progress.text(after: 120_000) == "300 of 1,200 machines, 3 failed, 2.5 a second, 6:00 left")
  }
}
