// SPDX-License-Identifier: MIT

import Archives
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// Hives under other names and in other places, on a volume of Windows.
@Suite struct StrayHivesTests {
  private let folder: HiveBuilder.TemporaryFolder
  private static let strays = [
    "NTUSER-old.DAT", "ProgramData/App/Store.dat",
    "Users/anna/AppData/Local/Packages/App/settings.dat", "Users/anna/Desktop/NTUSER.DAT",
    "Users/anna/NTUSER.DAT.bak", "Users/anna/backup.hiv", "tools/deep/er/x.bin",
  ]
  private static let packings = Archive.canBeRead ? [false, true] : [false]

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  private func hive(_ path: String) -> [UInt8] {
    var hive = HiveDescription()
    hive.set("WinRAR", .string("place", path))
    return hive.build().bytes
  }

  /// A volume with hives that have a key of their own, each in a place of its own.
  private func write(to place: String = "v") throws {
    for (path, bytes) in VolumeDescription(.windows10).files {
      try folder.write(bytes, to: "\(place)/\(path)")
    }
    for path in Self.strays { try folder.write(hive(path), to: "\(place)/\(path)") }
    // What is no hive, and what is left out.
    try folder.write([UInt8](repeating: 1, count: 8192), to: "\(place)/Users/anna/plain.dat")
    try folder.write(hive("left"), to: "\(place)/Windows/System32/SMI/schema.dat")
    try folder.write(hive("left"), to: "\(place)/Program Files/App/app.dat")
  }

  private func run(_ arguments: String...) async throws -> Outcome {
    try await Tool.hive.run(arguments)
  }

  @Test(arguments: [["dump"], ["info"], ["find", "--in", "keys", "WinRAR"], ["timeline"]])
  func `commands that go through hives read them`(command: [String]) async throws {
    try write()
    let outcome = try await Tool.hive.run(command + ["--format", "ndjson", folder.path("v")])
    #expect(outcome.code == 0)
    for path in Self.strays {
      #expect(
        outcome.text.contains("/\(path)\"") || outcome.text.contains("\"\(path)\""), "\(path)")
    }
    #expect(!outcome.text.contains("schema.dat"))
    #expect(!outcome.text.contains("app.dat"))
    #expect(outcome.errors == "")
  }

  @Test(arguments: packings)
  func `each is found once, in archives too`(asArchive: Bool) async throws {
    try write()
    if asArchive {
      let files = VolumeDescription(.windows10).files + Self.strays.map { ($0, hive($0)) }
      try folder.write(files.map { ArchiveMember("C/\($0.0)", $0.1) }.zip, to: "v.zip")
    }
    let outcome = try await run(
      "find", "--in", "keys", "WinRAR", "--format", "ndjson",
      folder.path(asArchive ? "v.zip" : "v"))
    #expect(outcome.text.split(separator: "\n").count == Self.strays.count)
  }

  @Test func `check and growth name them, and judge and count nothing by them`() async throws {
    try write()
    for (path, bytes) in VolumeDescription(.windows10).files {
      try folder.write(bytes, to: "plain/\(path)")
    }
    let named =
      "hive: \(folder.path("v")): hives in other places or under other names "
      + "(\(Self.strays.prefix(5).joined(separator: ", ")) and 2 more)"
    let check = try await run("check", "--format", "json", folder.path("v"))
    #expect(check.errors.contains("\(named) belong to no profile, and were not judged\n"))
    #expect(check.code == 0)
    let plain = try await run("check", "--format", "json", folder.path("plain"))
    #expect(
      check.text.replacing(folder.path("v"), with: "X")
        == plain.text.replacing(folder.path("plain"), with: "X"))
    let growth = try await run("growth", "--format", "json", folder.path("v"))
    #expect(growth.errors.contains("\(named) were not measured\n"))
    #expect(!growth.text.contains("backup.hiv"))
  }

  @Test func `no full path leads to them`() async throws {
    try write()
    let all = try await run("dump", "--key", "WinRAR", folder.path("v"))
    #expect(all.text.contains("NTUSER-old.DAT"))
    let full = try await run("dump", "--key", "HKCU\\WinRAR", folder.path("v"))
    #expect(full.text == "")
    let own = try await run("dump", "--key", "HKCU\\Environment", folder.path("v"))
    #expect(!own.text.contains("NTUSER-old.DAT"))
    #expect(own.text.contains("Environment"))
  }

  @Test func `a difference pairs them by their places`() async throws {
    try write(to: "old")
    try write(to: "new")
    var changed = HiveDescription()
    changed.makeKey("Added")
    try folder.write(changed.build().bytes, to: "new/Users/anna/backup.hiv")
    let outcome = try await run(
      "diff", "--format", "ndjson", folder.path("old"), folder.path("new"))
    #expect(outcome.code == 1)
    let lines = outcome.text.split(separator: "\n")
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0.contains("backup.hiv") })
  }
}
