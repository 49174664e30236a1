// SPDX-License-Identifier: MIT

import Archives
import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// Several collections of one machine, and machines that share a name: one rule for all commands,
/// however many there are, and however they are packed.
@Suite struct CollectionsOfOneMachineTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  /// A state of SRV1 on a day.
  private func state(_ day: Int, user number: Int = 1) -> VolumeDescription {
    var volume = VolumeDescription(.windows10)
    volume.computerName = "SRV1"
    volume.users[0].sid = "S-1-5-21-1-2-\(number)-1001"
    volume.users[0].loaded = filetime(2024, 6, day, 8)
    volume.users[0].unloaded = filetime(2024, 6, day, 17)
    return volume
  }

  private func write(_ volume: VolumeDescription, _ path: String, asArchive: Bool) throws {
    if asArchive {
      try folder.write(
        volume.files.map { ArchiveMember("C/\($0.path)", $0.bytes) }.zip, to: "\(path).zip")
    } else {
      for (name, bytes) in volume.files { try folder.write(bytes, to: "\(path)/C/\(name)") }
    }
  }

  private func run(_ arguments: String...) async throws -> Outcome {
    try await Tool.hive.run(arguments)
  }

  private func machines(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").compactMap { line in
        line.firstRange(of: "\"machine\":\"").map {
          String(line[$0.upperBound...].prefix { $0 != "\"" })
        }
      })
  }

  private static let packings = Archive.canBeRead ? [false, true] : [false]

  @Test(.slow, arguments: [2, 16, 17, 24], packings)
  func `collections of one machine are one machine`(count: Int, asArchive: Bool) async throws {
    for day in 1...count {
      try write(state(day), "share/day\(day < 10 ? "0" : "")\(day)", asArchive: asArchive)
    }
    let alone = try await run("check", "--summary", folder.path("share"))
    #expect(alone.text.hasPrefix("1 machine\n") || alone.text.hasPrefix("1 machine;"))
    // The newest is judged, wherever it stands.
    let check = try await run("check", "--format", "ndjson", folder.path("share"))
    let verdicts = check.text.split(separator: "\n").filter { $0.contains("profile-verdict") }
    #expect(verdicts.count == 1)
    #expect(verdicts.first?.contains("2024-06-\(count < 10 ? "0" : "")\(count)T17") == true)
    // Others beside it change nothing.
    for number in 2...3 {
      try write(state(1, user: number), "share/twin\(number)", asArchive: asArchive)
    }
    let more = try await run("check", "--summary", folder.path("share"))
    #expect(more.text.hasPrefix("3 machines"))
  }

  @Test(arguments: packings)
  func `machines have one name in all commands`(asArchive: Bool) async throws {
    for number in 1...18 {
      try write(
        state(1, user: number), "share/host\(number < 10 ? "0" : "")\(number)",
        asArchive: asArchive)
    }
    let ending = asArchive ? ".zip" : ""
    let names = Set((1...18).map { "SRV1 (host\($0 < 10 ? "0" : "")\($0)\(ending))" })
    let commands = [
      ["dump"], ["info"], ["find", "Environment"], ["check"], ["policy"], ["growth"],
    ]
    for command in commands {
      let outcome = try await Tool.hive.run(
        command + ["--format", "ndjson", folder.path("share")])
      #expect(machines(outcome.text) == names, "\(command)")
    }
  }

  @Test func `a path that is given twice counts once`() async throws {
    try write(state(1), "m", asArchive: false)
    let hive = folder.path("m/C/Users/anna/NTUSER.DAT")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("m"))
    for command in [["check", "--summary"], ["dump"], ["find", "Environment"], ["info"]] {
      for (one, other) in [
        (folder.path("m"), folder.path("m")), (folder.path("m"), folder.path("m") + "/"),
        (folder.path("m"), folder.path("link")), (hive, hive),
      ] {
        let once = try await Tool.hive.run(command + [one])
        let twice = try await Tool.hive.run(command + [one, other])
        #expect(once.text == twice.text, "\(command)")
        #expect(!once.text.isEmpty)
      }
    }
  }

  @Test(.enabled(if: Archive.canBeRead, "libarchive is not installed"))
  func `archives are found however far down they are`() async throws {
    try write(state(1, user: 1), "letters/z/PC1", asArchive: true)
    try write(state(1, user: 2), "letters/a/b/PC2", asArchive: true)
    let letters = try await run("check", "--format", "ndjson", folder.path("letters"))
    #expect(machines(letters.text) == ["SRV1 (PC1.zip)", "SRV1 (PC2.zip)"])
    try write(state(1, user: 1), "case/PC1/2024/PC1", asArchive: true)
    try write(state(1, user: 2), "case/PC2/2024/deep/PC2", asArchive: true)
    try folder.write([UInt8]("notes".utf8), to: "case/readme.txt")
    try folder.write([UInt8]("notes".utf8), to: "case/PC1/readme.txt")
    let both: Set<String> = ["SRV1 (PC1.zip)", "SRV1 (PC2.zip)"]
    for command in [["check"], ["dump"], ["find", "Environment"]] {
      let outcome = try await Tool.hive.run(command + ["--format", "ndjson", folder.path("case")])
      #expect(machines(outcome.text) == both, "\(command)")
      #expect(outcome.errors == "", "\(command)")
      #expect(outcome.code == 0, "\(command)")
    }
    let one = try await run("check", "--format", "ndjson", folder.path("case/PC1"))
    #expect(machines(one.text) == ["SRV1"])
    // A volume beside them, and a loose hive, are read too.
    try write(state(1, user: 3), "case/PC3", asArchive: false)
    let system = try #require(state(1, user: 4).files.first { $0.path.hasSuffix("config/SYSTEM") })
    try folder.write(system.bytes, to: "case/PC1/collected.bin")
    let all = try await run("dump", "--format", "ndjson", folder.path("case"))
    #expect(all.text.contains("\"hive\":\"\(folder.path("case/PC3/C/Windows"))"))
    #expect(all.text.contains("\"hive\":\"\(folder.path("case/PC1/collected.bin"))\""))
    #expect(all.text.contains("PC1.zip") && all.text.contains("PC2.zip"))
  }

  // MARK: - What is not judged is named

  /// Three collections of SRV1, the second one the newest, with the policy on in the last.
  private func writeThree() throws {
    try write(state(3), "few/a", asArchive: false)
    try write(state(9), "few/b", asArchive: false)
    var last = state(1)
    last.software.set(
      "Policies\\Microsoft\\Windows\\System", .dword("DisableForceUnload", 1))
    try write(last, "few/c", asArchive: false)
  }

  @Test func `collections that were not judged are in every format of check`() async throws {
    try writeThree()
    let (first, last) = (folder.path("few/a/C"), folder.path("few/c/C"))
    let ndjson = try await run("check", "--format", "ndjson", folder.path("few"))
    let records = ndjson.text.split(separator: "\n")
      .filter { $0.contains("\"id\":\"collections-not-judged\"") }
    #expect(records.count == 1)
    #expect(records.first?.contains("\"severity\":\"information\"") == true)
    let fact = "an earlier state of the machine: 6 hives, 2 event logs"
    for path in [first, last] {
      #expect(records.first?.contains("{\"source\":\"\(path)\",\"fact\":\"\(fact)\"}") == true)
    }
    #expect(
      ndjson.errors.contains(
        "is the newest state of the machine, and the one that was judged; other collections of it "
          + "were only compared: "))
    for format in ["json", "csv", "text", "html"] {
      let outcome = try await run("check", "--format", format, folder.path("few"))
      #expect(outcome.text.contains("collections-not-judged"), "\(format)")
      #expect(outcome.code == 0, "\(format)")
    }
    let one = try await run("check", "--format", "ndjson", folder.path("few/a"))
    #expect(!one.text.contains("collections-not-judged"))
  }

  @Test func `a summary counts collections that were not judged`() async throws {
    try writeThree()
    func summary(_ format: String) async throws -> String {
      let outcome = try await run("check", "--summary", "--format", format, folder.path("few"))
      return outcome.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
    #expect(
      try await summary("text")
        == "1 machine; 2 other collections of it were compared, and not judged")
    #expect(
      try await summary("ndjson") == #"{"summary":"fleet","machines":1,"notJudged":2}"#)
    let csv = try await run("check", "--summary", "--format", "csv", folder.path("few"))
    #expect(csv.text.contains("fleet,1,,,,,,,,,,,2\r\n"))
    let page = try await run("check", "--summary", "--format", "html", folder.path("few"))
    #expect(page.text.contains("2 other collections of it were compared, and not judged."))
  }

  @Test(arguments: [false, true])
  func `every collection that is given has its policies, and is judged`(
    asPaths: Bool
  ) async throws {
    try writeThree()
    let paths = asPaths ? ["a", "b", "c"].map { folder.path("few/\($0)") } : [folder.path("few")]
    let outcome = try await Tool.hive.run(["policy", "--format", "ndjson"] + paths)
    let records = outcome.text.split(separator: "\n")
    let software = ["a", "b", "c"].map {
      folder.path("few/\($0)/C/Windows/System32/config/SOFTWARE")
    }
    for (path, state) in zip(software, ["notConfigured", "notConfigured", "enabled"]) {
      let record = records.first { $0.contains("\"source\":\"\(path)\"") }
      #expect(record?.contains("\"state\":\"\(state)\"") == true, "\(path)")
      #expect(record?.contains("\"machine\":\"SRV1\"") == true)
    }
    #expect(records.count == 3)
    let judged = try await Tool.hive.run(["policy", "--expect", "notConfigured"] + paths)
    #expect(judged.code == 1)
    #expect(judged.errors.contains("hive: \(software[2]): DontForceUnloadHive is "))
    #expect(judged.text.contains(software[0]))
  }

  @Test func `sizes of other collections do not count, and are named`() async throws {
    try writeThree()
    let outcome = try await run("growth", "--format", "ndjson", folder.path("few"))
    let states = ["a", "c"].map { "\"\(folder.path("few/\($0)/C"))\"" }
    #expect(outcome.text.contains("\"earlierStates\":["))
    for state in states {
      #expect(outcome.text.contains(state))
      #expect(outcome.errors.contains(state.dropFirst().dropLast()))
    }
    let page = try await run("growth", "--format", "html", folder.path("few"))
    #expect(page.text.contains("saved copy, \(folder.path("few/a/C"))"))
  }
}
