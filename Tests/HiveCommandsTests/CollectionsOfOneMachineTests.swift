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
}
