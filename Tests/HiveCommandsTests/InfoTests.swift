// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// `hive info`: what is reported of hives in every state, and of files that are none.
@Suite struct InfoTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func info(_ arguments: String...) async throws -> [String: Any] {
    let outcome = try await Tool.hive.run(["info", "--format", "json"] + arguments)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.bytes))
    return try #require(object as? [String: Any])
  }

  private func uses(in info: [String: Any]) -> [String?] {
    (info["logs"] as? [[String: Any]] ?? []).map { $0["use"] as? String }
  }

  @Test(
    arguments: [
      "damaged/dirty-new-format", "damaged/dirty-old-format", "damaged/dirty", "format/header",
      "NTUSER.DAT", "damaged/bins-size", "damaged/truncated",
    ])
  func `a report in both forms`(name: String) async throws {
    let path = testHive(name)
    for (format, suffix) in [("text", "txt"), ("json", "json")] {
      let outcome = try await Tool.hive.run("info", "--format", format, path)
      let hasFindings = name == "damaged/bins-size" || name == "damaged/truncated"
      #expect(outcome.code == (hasFindings ? 1 : 0))
      #expect(outcome.errors.isEmpty == !hasFindings)
      // In JSON as in text, the package's folder is in front of the name.
      try expectSnapshot(
        "info-\(name.replacing("/", with: "-")).\(suffix)",
        outcome.text.replacing(path, with: name))
    }
  }

  @Test func `a clean hive does not need the logs beside it`() async throws {
    let hive = try folder.write(Fixture.sample(), as: "hive")
    let states = (0...1).map { Fixture.sample(afterStep: $0).build().bytes }
    _ = try folder.write(BuiltLog(states: states, firstSequence: 1).bytes, as: "hive.LOG1")
    _ = try folder.write([], as: "hive.LOG2")
    _ = try folder.write([1, 2, 3], as: "hive.LOG")
    let info = try await info(hive)
    #expect(info["state"] as? String == "clean")
    #expect(info["changes"] is NSNull)
    #expect(uses(in: info) == ["refused", "not-needed", "empty"])
  }

  @Test func `logs are left aside on demand`() async throws {
    let info = try await info("--logs", "none", testHive("damaged/dirty-new-format"))
    #expect(info["state"] as? String == "logs-ignored")
    #expect(info["dirty"] as? Bool == true)
    #expect(info["changes"] is NSNull)
    #expect(uses(in: info) == [])
    #expect(
      info["summary"] as? String
        == "The hive is dirty (sequence numbers 8 and 7 differ); its transaction logs were not"
        + " used, as requested.")
  }

  @Test func `a log that is not the hive's is refused, with the reason`() async throws {
    let hive = testHive("damaged/dirty-new-format")
    let states = (0...1).map { Fixture.sample(afterStep: $0).build().bytes }
    let log = try folder.write(BuiltLog(states: states, firstSequence: 3).bytes, as: "old.LOG1")
    let info = try await info("--logs", log, hive)
    #expect(info["state"] as? String == "unrecoverable")
    #expect((info["obstacle"] as? [String: Any])?["id"] as? String == "no-log-fits")
    #expect(uses(in: info) == ["refused"])
    let reason = (info["logs"] as? [[String: Any]])?.first?["reason"] as? [String: Any]
    #expect(reason?["id"] as? String == "log-older")
    #expect(reason?["found"] as? String == "3")
  }

  @Test func `a damaged base block is reported, and where a sound one comes from`() async throws {
    let hive = try DirtyHive("dirty-old-format")
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: hive.path)))
    bytes[508] ^= 1
    try Data(bytes).write(to: URL(filePath: hive.path))
    let info = try await info(hive.path)
    #expect(info["state"] as? String == "recoverable")
    let reasons = info["dirtyReasons"] as? [[String: Any]] ?? []
    #expect(reasons.map { $0["id"] as? String } == ["checksum", "sequence-numbers"])
    #expect((info["recovery"] as? [String: Any])?["headerFrom"] as? String == "hive.LOG1")
    #expect((info["header"] as? [String: Any])?["checksumValid"] as? Bool == false)
  }

  // MARK: - Files that cannot be opened

  @Test func `of a log, what is in it is reported`() async throws {
    let path = testHive("damaged/dirty-new-format.LOG2")
    let outcome = try await Tool.hive.run("info", path)
    #expect(
      outcome.errors == "hive: \(path): is a transaction log; give the hive it belongs to\n")
    #expect(outcome.code == 65)
    #expect(
      outcome.text.hasPrefix(
        """
        \(path): This is a transaction log, not a hive.

        The log
          dirty-new-format.LOG2 has 2 entries (8 to 9).
            9,728 bytes; format since Windows 8.1; 2 sound entries, 8 to 9; sequence numbers 8 and 8

        The file
          file  9,728 bytes

        The log's copy of the base block
          sequence numbers  8 begun, 8 finished

        """), "\(outcome.text)")
    let info = try await info(path)
    #expect(info["content"] as? String == "log")
    #expect(info["state"] is NSNull)
    let old = try await self.info(testHive("damaged/dirty-old-format.LOG1"))
    #expect(
      (old["logs"] as? [[String: Any]])?.first?["summary"] as? String
        == "dirty-old-format.LOG1 has 2 pages of 512 bytes for the hive.")
  }

  @Test func `of a hive without a readable key, all else is reported`() async throws {
    var hive = Fixture.sample().build()
    for key in hive.keys { hive.flipAllocation(of: key.node) }
    let path = try folder.write(hive.bytes, as: "hive")
    let outcome = try await Tool.hive.run("info", path)
    #expect(outcome.code == 65)
    #expect(outcome.errors.hasPrefix("hive: \(path): its root key cannot be read, nor any "))
    #expect(outcome.text.hasPrefix("\(path): The hive is clean.\n"))
    #expect(
      outcome.text.contains("\n  keys  its root key cannot be read, nor any other: at offset 0x"))
    #expect(outcome.text.contains("\n  sequence numbers  1 begun, 1 finished\n"))
  }

  @Test func `files that are neither hive nor log`() async throws {
    let missing = folder.path("missing")
    let picture = try folder.write(
      [0x89, 0x50, 0x4E, 0x47] + [UInt8](repeating: 0, count: 8_192), as: "picture.png")
    let empty = try folder.write([], as: "empty")
    for (path, message, code) in [
      (missing, "no such file", 66),
      (
        picture, "is not a hive: it begins with bytes 89 50 4e 47 instead of \"regf\"", 65
      ),
      (empty, "is empty (0 bytes), not a hive", 65),
    ] {
      let outcome = try await Tool.hive.run("info", path)
      #expect(outcome.errors == "hive: \(path): \(message)\n")
      #expect(outcome.bytes == [])
      #expect(outcome.code == code)
    }
  }

  // MARK: - The program

  @Test func `nothing is written over an input`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    let before = try hive.evidence
    let outcome = try await Tool.hive.run("info", hive.path, "-o", hive.path)
    #expect(
      outcome.errors == "hive: \(hive.path): is an input, which is never written to\n")
    #expect(outcome.code == 73)
    #expect(try hive.evidence == before)
  }

  @Test func `hive-info is hive info`() async throws {
    let path = testHive("damaged/dirty-new-format")
    let outcome = try await Tool.hiveInfo.run(path)
    #expect(outcome.code == 0)
    #expect(outcome.bytes == (try await Tool.hive.run("info", path)).bytes)
  }

  @Test(arguments: ["info", "recover"])
  func `a command shows its options`(command: String) async throws {
    let outcome = try await Tool.hive.run(command, "--help")
    #expect(outcome.code == 0)
    try expectSnapshot("hive-\(command)-help.txt", outcome.text)
  }
}
