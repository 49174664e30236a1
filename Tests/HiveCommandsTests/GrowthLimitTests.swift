// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

@Suite struct `The limit in hive growth` {
  private func growth(_ arguments: String...) async throws -> Outcome {
    try await Tool.hive.run(["growth"] + arguments)
  }

  private func limit(of outcome: Outcome) throws -> Limit {
    try JSONDecoder().decode(Report.self, from: Data(outcome.bytes)).limit
  }

  private struct Report: Decodable {
    let limit: Limit
  }

  private struct Limit: Decodable {
    let kind: String
    let bytes: Int?
    let used: Int
    let share: Double?
    let source: String
    let notes: [String]
  }

  @Test func `without more a hive has the limit on a hive`() async throws {
    let outcome = try await growth(testHive("NTUSER.DAT"), "--format", "json")
    let limit = try limit(of: outcome)
    #expect(limit.kind == "hiveSize")
    #expect(limit.bytes == 2 << 30)
    #expect(limit.used == 69632)
    #expect(limit.source == "Win32 documentation, Registry Storage Space")
    #expect(limit.notes.count == 2)
  }

  @Test func `a SYSTEM hive shows the limit`() async throws {
    let outcome = try await growth(
      testHive("NTUSER.DAT"), "--system", testHive("SYSTEM"), "--format", "json")
    let limit = try limit(of: outcome)
    #expect(limit.kind == "registrySizeLimit")
    #expect(limit.bytes == 200 << 20)
    #expect(limit.used == 69632)
    #expect(limit.share == 0.000332)
    #expect(limit.source == "ControlSet001\\Control\\RegistrySizeLimit; KB 124594")
    #expect(
      limit.notes.first == "RegistrySizeLimit is 200 MB (0xC800000). [ControlSet001\\Control]")
  }

  @Test func `a SYSTEM hive shows its own limit`() async throws {
    let limit = try limit(of: try await growth(testHive("SYSTEM"), "--format", "json"))
    #expect(limit.kind == "registrySizeLimit")
    #expect(limit.bytes == 200 << 20)
  }

  @Test func `given numbers come before those of the SYSTEM hive`() async throws {
    let outcome = try await growth(
      testHive("NTUSER.DAT"), "--system", testHive("SYSTEM"), "--limit", "0x2000000",
      "--paged-pool", "32M")
    #expect(outcome.code == 0)
    let lines = outcome.text.split(separator: "\n")
    #expect(lines[1] == "0.3 % of the registry size limit: 68 KB of 25.6 MB [given; KB 124594]")
    #expect(lines.contains("  RegistrySizeLimit is 32 MB (0x2000000). [given]"))
  }

  @Test func `numbers that cannot be are refused`() async throws {
    for (arguments, message) in [
      (["--limit", "4G"], "hive: --limit is a REG_DWORD: at most 4294967295 bytes."),
      (["--paged-pool", "0"], "hive: --paged-pool must be more than 0."),
      (["--limit", "many"], "hive: The value 'many' is invalid for '--limit <size>'"),
    ] {
      let outcome = try await Tool.hive.run(["growth", testHive("NTUSER.DAT")] + arguments)
      #expect(outcome.code == 64)
      #expect(outcome.errors.hasPrefix(message))
    }
  }

  @Test func `a hive without control sets is no SYSTEM hive`() async throws {
    let user = testHive("NTUSER.DAT")
    let outcome = try await growth(user, "--system", user)
    #expect(outcome.code == 65)
    #expect(outcome.text.isEmpty)
    #expect(outcome.errors == "hive: \(user): is not a SYSTEM hive: it has no control set\n")
  }

  @Test func `inputs are not written to`() async throws {
    let folder = try TemporaryFolder()
    let bytes = Fixture.named("SYSTEM").build().bytes
    let system = try folder.write(bytes, as: "SYSTEM")
    let outcome = try await growth(testHive("NTUSER.DAT"), "--system", system, "-o", system)
    #expect(outcome.code == 73)
    #expect(try [UInt8](Data(contentsOf: URL(filePath: system))) == bytes)
  }
}

@Suite struct `hive growth of a volume` {
  /// A volume with hives of the machine and of a user.
  private func volume() throws -> HiveBuilder.TemporaryFolder {
    let folder = try HiveBuilder.TemporaryFolder()
    for (name, path) in [
      ("SOFTWARE", "Windows/System32/config/SOFTWARE"),
      ("SYSTEM", "Windows/System32/config/SYSTEM"), ("NTUSER.DAT", "Users/anna/ntuser.dat"),
      ("UsrClass.dat", "Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat"),
    ] {
      try folder.write(Fixture.named(name).build().bytes, to: path)
    }
    return folder
  }

  private struct Report: Decodable {
    struct Sum: Decodable {
      let hives: Int
      let file: Int
      let bins: Int
      let reclaimable: Int
    }
    struct Limit: Decodable {
      let kind: String
      let bytes: Int
      let used: Int
      let notes: [String]
    }
    struct Hive: Decodable {
      let hive: String
      let kind: String
      let profile: String?
      let bytes: [String: Int]
      let limit: Limit
    }
    let volume: String
    let windows: String
    let sum: Sum
    let limit: Limit
    let hives: [Hive]
  }

  @Test func `all hives are listed with their sum against the limit`() async throws {
    let volume = try volume()
    let outcome = try await Tool.hive.run("growth", "--format", "json", volume.path)
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.bytes))
    #expect(report.volume == volume.path)
    #expect(report.windows == "Windows 11 Pro")
    #expect(report.hives.map(\.kind) == ["SOFTWARE", "SYSTEM", "NTUSER", "UsrClass"])
    #expect(report.hives.map(\.profile) == [nil, nil, "anna", "anna"])
    #expect(report.hives[2].hive == volume.path("Users/anna/ntuser.dat"))
    for hive in report.hives {
      let size = try FileManager.default.attributesOfItem(atPath: hive.hive)[.size] as? Int
      #expect(hive.bytes["file"] == size)
      #expect(hive.bytes.reduce(0) { $0 + $1.value } == 2 * (size ?? 0))
      #expect(hive.limit.kind == "registrySizeLimit")
    }
    #expect(report.sum.hives == 4)
    #expect(report.sum.file == report.hives.reduce(0) { $0 + ($1.bytes["file"] ?? 0) })
    #expect(report.sum.bins == report.sum.file - 4 * 4096)
    #expect(report.limit.bytes == 200 << 20)
    #expect(report.limit.used == report.sum.bins)
    #expect(
      report.limit.notes.contains(
        "Only loaded hives count: those of the machine, and of users who are logged on. "
          + "[KB 124594]"))
  }

  @Test func `text is for people`() async throws {
    let volume = try volume()
    let outcome = try await Tool.hive.run("growth", volume.path)
    #expect(outcome.code == 0)
    let lines = outcome.text.components(separatedBy: "\n")
    #expect(lines[0].hasPrefix("ARBEITSPLATZ, \(volume.path) (Windows 11 Pro): 4 hives, "))
    #expect(lines[1].hasPrefix("0.1 % of the registry size limit: 116 KB of 200 MB ["))
    #expect(
      lines[8].hasSuffix(
        "  UsrClass  anna  Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat"))
    #expect(lines[9].hasSuffix("  together"))
  }

  @Test(
    "Hives of users who are not loaded do not count, and would if they were",
    arguments: [(true, 5, "yes"), (false, 3, "no")])
  func loadedHives(isLoaded: Bool, count: Int, word: String) async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    var volume = VolumeDescription(.windowsXP)
    volume.anna.referenceCount = isLoaded ? 1 : 0
    volume.system.set(
      "ControlSet001\\Control", .dword("RegistrySizeLimit", 4 << 20))
    try volume.write(to: folder)
    let outcome = try await Tool.hive.run("growth", "--format", "json", folder.path)
    let report = try JSONDecoder().decode(CountedReport.self, from: Data(outcome.bytes))
    let bins = report.hives.map { ($0.bytes["file"] ?? 0) - 4096 }
    #expect(report.hives.compactMap(\.loaded).count == report.hives.count)
    let counted = zip(report.hives, bins).filter { $0.0.loaded == true }
    #expect(counted.count == count)
    #expect(report.limit.used == counted.reduce(0) { $0 + $1.1 })
    // The template of new profiles is never loaded.
    let template = zip(report.hives, bins).filter { $0.0.hive.hasSuffix("Default/NTUSER.DAT") }
    #expect(template.map(\.0.loaded) == [false])
    #expect(report.allLoaded.used == bins.reduce(0, +) - template.reduce(0) { $0 + $1.1 })
    let text = try await Tool.hive.run("growth", folder.path).text
    #expect(text.contains("would count") == !isLoaded)
    let line = text.split(separator: "\n").first { $0.hasSuffix("anna/NTUSER.DAT") }
    #expect(line?.contains("  \(word)  ") == true)
    let page = try await Tool.hive.run("growth", "--format", "html", folder.path).text
    #expect(page.contains("would count") == !isLoaded)
  }

  @Test(
    "Whether a hive is loaded is not known where an event says that it could not be unloaded",
    .enabled(if: readsEventLogs, "libevtx or expat is not installed"),
    arguments: [([1517], "not known"), ([1517, 1516], "no"), ([], "no")])
  func heldHives(events: [UInt16], word: String) async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    var volume = VolumeDescription(.windowsXP)
    volume.applicationEvents = events.enumerated().map { index, event in
      EventDescription(
        time: filetime(2024, 6, 21, 17, index), provider: "Userenv", event: event, level: 2,
        computer: "WS1", data: [("", "WS1\\anna")])
    }
    volume.anna.loaded = filetime(2024, 6, 21, 8)
    try volume.write(to: folder)
    let text = try await Tool.hive.run("growth", folder.path).text
    let line = text.split(separator: "\n").first { $0.hasSuffix("anna/NTUSER.DAT") }
    #expect(line?.contains("  \(word)  ") == true)
    #expect(text.contains("of users were loaded is not known") == (word == "not known"))
  }

  /// The sizes of a volume's hives, with whether they were loaded.
  private struct CountedReport: Decodable {
    struct Used: Decodable {
      let used: Int
    }
    struct Hive: Decodable {
      let hive: String
      let loaded: Bool?
      let bytes: [String: Int]
    }
    let limit: Used
    let allLoaded: Used
    let hives: [Hive]
  }

  @Test func `csv has a row for each hive`() async throws {
    let volume = try volume()
    let outcome = try await Tool.hive.run("growth", "--format", "csv", volume.path)
    let lines = outcome.text.components(separatedBy: "\r\n")
    #expect(lines.count == 6)
    #expect(
      lines[0] == "Path,CurrentValueCount,CurrentValueSize,ValueCount,KeyCount,KeySize,WriteTime")
    #expect(
      lines[3].hasPrefix("\"\(volume.path("Users/anna/ntuser.dat"))\",0,0,279,205,"))
  }

  @Test func `a hive that cannot be read does not hide the others`() async throws {
    let volume = try volume()
    let broken = try volume.write([1, 2], to: "Users/bob/NTUSER.DAT")
    let outcome = try await Tool.hive.run("growth", "--format", "json", volume.path)
    #expect(outcome.code == 1)
    #expect(outcome.errors == "hive: \(broken): is too short to be a hive: a file of 2 bytes\n")
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.bytes))
    #expect(report.sum.hives == 4)
  }

  @Test func `what is for one hive is refused`() async throws {
    let volume = try volume()
    for arguments in [["--key", "Software"], ["--top", "3"]] {
      let outcome = try await Tool.hive.run(["growth", volume.path] + arguments)
      #expect(outcome.code == 64)
      #expect(outcome.text.isEmpty)
      #expect(outcome.errors.hasPrefix("hive: \(volume.path): more than one hive; "))
    }
  }

  @Test func `a folder that is no volume is refused`() async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    let outcome = try await Tool.hive.run("growth", folder.path)
    #expect(outcome.code == 65)
    #expect(
      outcome.errors
        == "hive: \(folder.path): has no registry hive in it, and no event log\n")
  }
}
