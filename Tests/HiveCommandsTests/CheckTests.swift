// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// `hive check` on volumes, folders and hives.
@Suite(.enabled(if: readsEventLogs, "libevtx or expat is not installed"))
struct CheckTests {
  private typealias Folder = HiveBuilder.TemporaryFolder

  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try Folder()
  }

  private func results(_ outcome: Outcome) throws -> [[String: Any]] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.bytes)) as? [[String: Any]])
  }

  @Test func `a volume in text`() async throws {
    let outcome = try await Tool.hiveCheck.run(testHive("volume"))
    try expectSnapshot(
      "check-volume.txt", outcome.text.replacing(testHive("volume"), with: "TestHives/volume"))
    #expect(outcome.code == 1)
  }

  @Test(arguments: ["json", "csv"])
  func `a volume for scripts`(format: String) async throws {
    let outcome = try await Tool.hive.run("check", "--format", format, testHive("volume"))
    try expectSnapshot(
      "check-volume.\(format)", outcome.text.replacing(testHive("volume"), with: "TestHives/volume")
    )
    #expect(outcome.code == 1)
  }

  @Test(arguments: VolumeDescription.Layout.allCases)
  func `a volume in order has exit code 0`(layout: VolumeDescription.Layout) async throws {
    try VolumeDescription(layout).write(to: folder)
    let outcome = try await Tool.hive.run("check", "--format", "json", folder.path)
    #expect(outcome.errors == "")
    #expect(outcome.code == 0)
    let results = try results(outcome)
    #expect(results.map { $0["id"] as? String } == ["profile-verdict"])
    #expect(results.first?["severity"] as? String == "information")
    #expect(results.first?["conclusion"] as? String == "unloaded")
    let evidence = results.first?["evidence"] as? [[String: Any]]
    #expect((evidence?.first?["fact"] as? String)?.hasPrefix("unloaded: ") == true)
    let history = results.first?["history"] as? [[String: Any]]
    #expect(history?.map { $0["what"] as? String } == layout.history)
  }

  @Test func `the exit code follows what is asked for`() async throws {
    var volume = VolumeDescription(.windows10)
    volume.anna.transactionFiles = 50
    try volume.write(to: folder)
    #expect(try await Tool.hive.run("check", folder.path).code == 1)
    #expect(try await Tool.hive.run("check", "--fail-on", "problem", folder.path).code == 0)
    #expect(try await Tool.hive.run("check", "--fail-on", "warning", folder.path).code == 1)
    #expect(
      try await Tool.hive.run("check", "--fail-on", "problem", testHive("volume")).code == 1)
    #expect(try await Tool.hive.run("check", "--fail-on", "nothing", folder.path).code == 64)
  }

  @Test func `a class is looked up, with or without braces`() async throws {
    let identifier = "0f0a3c4e-1b2d-4c5e-8f90-123456789abc"
    for name in [identifier, "{\(identifier)}"] {
      let outcome = try await Tool.hive.run(
        "check", "--format", "json", "--class", name, testHive("volume"))
      let found = try results(outcome).filter { $0["id"] as? String == "com-class" }
      let evidence = found.first?["evidence"] as? [[String: Any]]
      #expect(evidence?.count == 3)
      #expect(evidence?[1]["fact"] as? String == "the application \"Order entry\" runs as orders")
    }
    let wrong = try await Tool.hive.run("check", "--class", "Orders.Entry", testHive("volume"))
    #expect(wrong.code == 64)
    #expect(
      wrong.errors.hasPrefix(
        "hive: --class: \"Orders.Entry\" is not a class identifier such as"
          + " {0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}.\n"))
  }

  @Test func `several machines are kept apart`() async throws {
    try VolumeDescription(.windows10).write(to: folder)
    let outcome = try await Tool.hive.run(
      "check", "--format", "json", folder.path, testHive("volume"))
    let machines = Set(try results(outcome).compactMap { $0["machine"] as? String })
    #expect(machines.count == 2 && machines.contains("volume"))
    let verdicts = try results(outcome).filter { $0["id"] as? String == "profile-verdict" }
    #expect(verdicts.allSatisfy { ($0["subject"] as? String)?.hasPrefix("S-1-5-21-") == true })
    let text = try await Tool.hive.run("check", folder.path, testHive("volume"))
    #expect(text.text.contains("2 checked: 2 problems, "))
    let lines = try await Tool.hive.run(
      "check", "--format", "ndjson", folder.path, testHive("volume"))
    let objects = try lines.text.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(objects.count == (try results(outcome)).count)
    // Machine by machine, as each is done.
    let order = objects.compactMap { $0?["machine"] as? String }
    #expect(order.count == objects.count)
    #expect(zip(order, order.dropFirst()).filter { $0 != $1 }.count == 1)
  }

  @Test func `a folder of hives says once what is missing`() async throws {
    try folder.write(
      Fixture.named("SOFTWARE").build().bytes, to: "SOFTWARE")
    let outcome = try await Tool.hive.run("check", folder.path)
    #expect(
      outcome.errors == """
        hive: \(folder.path): there is no SYSTEM hive: services and the registry size limit are not \
        known
        hive: \(folder.path): there are no event logs: which programs kept registries open is not \
        known
        hive: \(folder.path): there is no user's hive

        """)
    #expect(outcome.text.contains("(profile-backup-key)"))
  }

  @Test func `a profile's folder gets a verdict`() async throws {
    let outcome = try await Tool.hive.run("check", testHive("volume/Users/bernd"))
    let words = outcome.text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(
      words.contains(
        "not unloaded: its hives are dirty; no profile list available"))
    #expect(outcome.code == 0)
  }

  @Test func `what cannot be read is reported, and makes the exit code 1`() async throws {
    try VolumeDescription(.windows10).write(to: folder)
    try folder.write([1, 2, 3], to: "Windows/System32/winevt/Logs/Application.evtx")
    let log = try await Tool.hive.run("check", folder.path)
    #expect(
      log.errors
        == "hive: \(folder.path("Windows/System32/winevt/Logs/Application.evtx")): is not an event"
        + " log: neither .evtx nor .evt, nor an export of events as XML\n")
    #expect(log.code == 1)
    let missing = try await Tool.hive.run("check", folder.path("nowhere"))
    #expect(missing.code == 66)
    try folder.write([1], to: "empty/file")
    let empty = try await Tool.hive.run("check", folder.path("empty"))
    #expect(empty.code == 65)
    #expect(
      empty.errors
        == "hive: \(folder.path("empty")): has no registry hive in it, and no event log\n")
  }

  @Test func `a hive alone is checked for its structure, and for what it shows of profiles`()
    async throws
  {
    let sound = try await Tool.hive.run("check", testHive("NTUSER.DAT"))
    #expect(sound.text == "\(testHive("NTUSER.DAT")): no problems found\n")
    #expect(sound.code == 0)
    let damaged = try await Tool.hive.run(
      "check", "--format", "json", testHive("damaged/wrong-order"))
    #expect(try results(damaged).first?["id"] as? String == "subkey-order")
    #expect(damaged.code == 1)
    let software = try await Tool.hive.run("check", "--format", "json", testHive("SOFTWARE"))
    let ids = try results(software).compactMap { $0["id"] as? String }
    #expect(Set(ids).isSuperset(of: ["profile-backup-key", "profile-temporary"]))
  }

  @Test func `nothing on the volume is changed`() async throws {
    var volume = VolumeDescription.documented
    volume.isRunning = true
    try volume.write(to: folder)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    _ = try await Tool.hive.run("check", folder.path)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == paths)
    for (path, bytes) in volume.files {
      #expect(try Data(contentsOf: URL(filePath: folder.path(path))) == Data(bytes))
    }
    let refused = try await Tool.hive.run(
      "check", "-o", folder.path("Users/anna/NTUSER.DAT"), folder.path)
    #expect(refused.code == 73)
  }

  // MARK: - Logs that cannot be read

  @Test(
    "A log that cannot be read is a finding, and what to do names it",
    arguments: [("zeros", 69_632), ("empty", 0), ("cut", 4_700)])
  func unreadableLog(kind: String, size: Int) async throws {
    var volume = VolumeDescription(.windows10)
    volume.applicationEvents = [.profileService(1531, at: filetime(2024, 6, 21, 6, 0), level: 4)]
    try volume.write(to: folder)
    let log = "Windows/System32/winevt/Logs/Application.evtx"
    let whole = volume.files.first { $0.path == log }?.bytes ?? []
    let bytes = kind == "cut" ? [UInt8](whole.prefix(size)) : [UInt8](repeating: 0, count: size)
    try folder.write(bytes, to: log)
    let outcome = try await Tool.hive.run("check", "--format", "json", folder.path)
    #expect(outcome.code == 1)
    let results = try results(outcome)
    let found = try #require(results.first { $0["id"] as? String == "evidence-unreadable" })
    #expect(found["severity"] as? String == "warning")
    #expect(
      (found["advice"] as? String)?.hasPrefix("Collect \(log) again, or read it with more rights")
        == true)
    let evidence = found["evidence"] as? [[String: Any]]
    #expect(evidence?.first?["source"] as? String == folder.path(log))
    let verdict = results.first { $0["id"] as? String == "profile-verdict" }
    let facts = (verdict?["evidence"] as? [[String: Any]])?.first?["fact"] as? String
    #expect(facts?.contains("Application.evtx can") == true)
    #expect(facts?.contains("not known") == true)
  }

  @Test func `a log elsewhere may be a selection`() async throws {
    let log = EvtxBuilder(
      [.profileService(1531, at: filetime(2024, 6, 22), level: 4)], firstNumber: 77
    ).build()
    func remarks(_ path: String) async throws -> String {
      let folder = try Folder()
      try VolumeDescription(.windows10).write(to: folder)
      try folder.write(log, to: path)
      return try await Tool.hive.run("check", folder.path).errors
    }
    #expect(
      try await remarks("Windows/System32/winevt/Logs/Application.evtx").contains(
        "what was recorded before is overwritten"))
    let flat = try Folder()
    try flat.write(log, to: "saved.evtx")
    #expect(
      try await Tool.hive.run("events", flat.path).text.contains(
        "records before number 77 are not in it (overwritten, or not exported)"))
  }
}

extension VolumeDescription.Layout {
  /// What the history of a profile in order has, by the times in the profile list.
  fileprivate var history: [String] {
    switch self {
    case .windowsXP: ["loaded"]
    case .windows7: []
    case .windows10, .server2019: ["loaded", "unloaded"]
    }
  }
}
