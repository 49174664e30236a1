// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// `hive recover`: the file that it writes, and when it writes none.
@Suite struct RecoverTests {
  private static let fixtures = ["dirty-new-format", "dirty-old-format"]
  private let outputs: TemporaryFolder

  init() throws {
    outputs = try TemporaryFolder()
  }

  private var output: String { outputs.path("recovered") }

  private func writtenFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: outputs.url.path)
  }

  private func dump(_ path: String) async throws -> [UInt8] {
    let outcome = try await Tool.hive.run("dump", "--format", "ndjson", "--raw", path)
    #expect(outcome.code == 0)
    return outcome.bytes
  }

  private func expectRefusal(
    of arguments: String..., with message: String, code: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try writtenFiles()
    let outcome = try await Tool.hive.run(["recover"] + arguments)
    #expect(outcome.errors == message, sourceLocation: sourceLocation)
    #expect(outcome.bytes == [], sourceLocation: sourceLocation)
    #expect(outcome.code == code, sourceLocation: sourceLocation)
    #expect(try writtenFiles() == before, sourceLocation: sourceLocation)
  }

  // MARK: - What is written

  @Test(arguments: fixtures)
  func `the new file has the tree that the logs lead to, and is clean`(name: String) async throws {
    let hive = try DirtyHive(name)
    let applied =
      name == "dirty-new-format"
      ? "1 entry (7) from hive.LOG1, then 2 entries (8 to 9) from hive.LOG2"
      : "2 pages of 512 bytes from hive.LOG1"
    let outcome = try await Tool.hive.run("recover", hive.path, "-o", output)
    #expect(
      outcome.errors == """
        hive: \(hive.path): dirty; replayed in memory: \(applied)
        hive: \(output): written, 8,192 bytes

        """)
    #expect(outcome.bytes == [])
    #expect(outcome.code == 0)
    #expect(try writtenFiles() == ["recovered"])
    let goal = try outputs.write(Fixture.sample(afterStep: 3), as: "goal")
    #expect(try await dump(output) == dump(goal))
    // A second run has nothing to do.
    let again = try await Tool.hive.run("recover", output, "-o", outputs.path("again"))
    #expect(again.errors == "hive: \(output): clean: there is nothing to recover\n")
    #expect(again.code == 0)
    #expect(try writtenFiles().sorted() == ["goal", "recovered"])
  }

  @Test(.enabled(if: Peer.hivexml.isInstalled, "hivexml is not installed"), arguments: fixtures)
  func `hivexml reads the same tree in the new file`(name: String) async throws {
    let hive = try DirtyHive(name)
    #expect(try await Tool.hive.run("recover", hive.path, "-o", output).code == 0)
    let theirs = try await runProgram(try #require(Peer.hivexml.path), [output])
    #expect(theirs.code == 0)
    let ours = try await Tool.hive.run("dump", "--format", "xml", hive.path)
    #expect(
      ours.text.replacing("\n", with: "").replacing(".0000000Z", with: "Z")
        == theirs.text.replacing("\n", with: ""))
  }

  @Test func `a hive that grows is written with all of it`() async throws {
    let states = [Fixture.sample(), Fixture.wideSample()].map { $0.build().bytes }
    let path = try outputs.write(withSequences(states[0], 5, 4), as: "hive")
    _ = try outputs.write(BuiltLog(states: states, firstSequence: 4).bytes, as: "hive.LOG1")
    #expect(states[1].count > states[0].count)
    let outcome = try await Tool.hive.run("recover", path, "-o", output)
    #expect(outcome.code == 0)
    let written = [UInt8](try Data(contentsOf: URL(filePath: output)))
    #expect(written == withSequences(states[1], 4, 4))
  }

  @Test func `a hive without a base block comes wholly from its log`() async throws {
    let hive = try DirtyHive("dirty-old-format")
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: hive.path)))
    bytes.replaceSubrange(..<4096, with: repeatElement(0, count: 4096))
    try Data(bytes).write(to: URL(filePath: hive.path))
    let outcome = try await Tool.hive.run("recover", hive.path, "--list", "-o", output)
    #expect(
      outcome.errors.hasSuffix("recovered: written, 8,192 bytes\n"), "\(outcome.errors)")
    #expect(outcome.code == 0)
    let goal = try outputs.write(Fixture.sample(afterStep: 3), as: "goal")
    #expect(try await dump(output) == dump(goal))
  }

  @Test func `a hive without a base block gets a new one`() async throws {
    let whole = Fixture.wideSample().build().bytes
    var bytes = whole
    bytes.replaceSubrange(..<4096, with: repeatElement(0x41, count: 4096))
    let path = try outputs.write(bytes, as: "hive")
    let outcome = try await Tool.hive.run("recover", path, "-o", output)
    #expect(outcome.code == 1)
    #expect(
      outcome.errors == """
        hive: \(path): at offset 0x0: expected the base block of a hive, found "AAAA"; keys are \
        read from the bins after it
        hive: \(output): written, \(whole.count / 1000),\(String(whole.count).suffix(3)) bytes
        hive: \(path): 1 finding; the rest was read

        """)
    #expect(try await dump(output) == dump(outputs.write(whole, as: "whole")))
    #expect(try await Tool.hive.run("info", output).code == 0)
  }

  @Test func `what precedes damage in a log is written, and the loss is told`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    let log = URL(filePath: hive.path + ".LOG2")
    var bytes = [UInt8](try Data(contentsOf: log))
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: log)
    let outcome = try await Tool.hive.run("recover", hive.path, "-o", output)
    #expect(
      outcome.errors.contains(
        "1 entry (8) from hive.LOG2; what was changed after that is lost: hive.LOG2: at offset "),
      "\(outcome.errors)")
    #expect(outcome.code == 1)
    let goal = try outputs.write(Fixture.sample(afterStep: 2), as: "goal")
    #expect(try await dump(output) == dump(goal))
  }

  // MARK: - Logs

  @Test(arguments: [[".log1", ".Log2"], [".LOG1", ".log2"]])
  func `logs are found in any case`(endings: [String]) async throws {
    let hive = try DirtyHive("dirty-new-format", as: "ntuser.dat", logEndings: endings)
    let outcome = try await Tool.hive.run("recover", hive.path, "-o", output)
    #expect(outcome.code == 0)
    let goal = try outputs.write(Fixture.sample(afterStep: 3), as: "goal")
    #expect(try await dump(output) == dump(goal))
  }

  @Test func `logs elsewhere are used where they are named`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    let elsewhere = try DirtyHive("dirty-new-format", as: "other")
    for ending in [".LOG1", ".LOG2"] {
      try FileManager.default.removeItem(atPath: hive.path + ending)
    }
    let logs = ["--logs", elsewhere.path + ".LOG2", "--logs", elsewhere.path + ".LOG1"]
    let outcome = try await Tool.hive.run(["recover", hive.path, "-o", output] + logs)
    #expect(outcome.code == 0)
    let goal = try outputs.write(Fixture.sample(afterStep: 3), as: "goal")
    #expect(try await dump(output) == dump(goal))
  }

  @Test func `without logs nothing is written, and the reason is told`() async throws {
    let path = testHive("damaged/dirty")
    try await expectRefusal(
      of: path, "-o", output,
      with: """
        hive: \(path): The hive is dirty (sequence numbers 2 and 1 differ) and not recoverable: \
        there is no transaction log.

        """, code: 1)
  }

  @Test func `a log that does not fit is refused with the reason`() async throws {
    let hive = try DirtyHive("dirty-old-format")
    let log = URL(filePath: hive.path + ".LOG1")
    var bytes = [UInt8](try Data(contentsOf: log))
    bytes[508] ^= 1
    try Data(bytes).write(to: log)
    let outcome = try await Tool.hive.run("recover", hive.path, "-o", output)
    #expect(
      outcome.errors.hasPrefix(
        """
        hive: \(hive.path): The hive is dirty (sequence numbers 8 and 7 differ) and not \
        recoverable: no transaction log can be used (hive.LOG1: at offset 0x1fc: expected the \
        checksum 0x
        """), "\(outcome.errors)")
    #expect(outcome.code == 1)
    #expect(try writtenFiles() == [])
  }

  @Test(arguments: ["damaged/data-size", "damaged/subkey-count-low", "NTUSER.DAT"])
  func `a list of changes ends as a dump does, of a clean hive too`(name: String) async throws {
    let path = testHive(name)
    let dump = try await Tool.hive.run("dump", "--format", "csv", path)
    let list = try await Tool.hive.run("recover", "--list", path)
    #expect(list.code == dump.code)
    #expect(list.code == (name == "NTUSER.DAT" ? 0 : 1))
    #expect(list.errors == "hive: \(path): clean: there is nothing to recover\n" + dump.errors)
  }

  @Test(arguments: [["info"], ["recover", "--list"], ["dump"]])
  func `of a log that leaves little of the hive, all commands say the same`(
    command: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    var built = Fixture.named("NTUSER.DAT").build()
    built.makeDirty()
    let size = built.number(UInt32.self, at: 40)
    let zeros = [UInt8](repeating: 0, count: Int(size) - 512)
    let entry = LogEntryDescription(
      sequence: built.number(UInt32.self, at: 8), binsSize: size,
      pages: [.init(offset: 512, bytes: zeros)])
    let path = try folder.write(built.bytes, as: "NTUSER.DAT")
    _ = try folder.write(BuiltLog(entries: [entry], of: built.bytes).bytes, as: "NTUSER.DAT.LOG1")
    let outcome = try await Tool.hive.run(command + [path])
    #expect(outcome.code == 1)
    let said = outcome.text + outcome.errors
    #expect(said.contains("no transaction log can be used"))
    #expect(said.contains("(NTUSER.DAT.LOG1: "))
    #expect(said.contains("no more than 3 keys can be read; they were not used"))
    #expect(!said.contains("as requested"))
    #expect(!said.contains("is used"))
  }

  // MARK: - Refusals

  @Test func `nothing is overwritten`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    let before = try hive.evidence
    let taken = try outputs.write([1, 2, 3], as: "taken")
    let link = outputs.path("link")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: outputs.path("nowhere"))
    for (path, reason) in [
      (taken, "exists; nothing is overwritten without --force"),
      (link, "exists; nothing is overwritten without --force"),
      (outputs.url.path, "is a folder; -o takes a file"),
      (hive.path, "is an input, which is never written to"),
      (hive.path + ".LOG2", "is an input, which is never written to"),
    ] {
      try await expectRefusal(
        of: hive.path, "-o", path, with: "hive: \(path): \(reason)\n", code: 73)
    }
    #expect(try Data(contentsOf: URL(filePath: taken)) == Data([1, 2, 3]))
    #expect(try hive.evidence == before)
  }

  @Test func `a folder that is not there`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    let path = outputs.path("none/recovered")
    let outcome = try await Tool.hive.run("recover", hive.path, "-o", path)
    #expect(
      outcome.errors.hasSuffix("hive: \(path): cannot be created: no such folder\n"))
    #expect(outcome.code == 73)
  }

  @Test(.enabled("needs unshare, and leave to mount") { await FullDisk.canBeMade })
  func `a full disk leaves nothing behind`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    // Room for one page, which is less than the hive has.
    let outcome = try await FullDisk.run(
      at: outputs.url.path, "\"$1\" recover \"$2\" -o recovered; echo $?; ls -A",
      [Tool.hive.path, hive.path])
    #expect(
      outcome.errors.hasSuffix(
        "hive: recovered: cannot be written: No space left on device; there is no such file now\n"),
      "\(outcome.errors)")
    #expect(outcome.text == "74\n")
  }

  @Test func `a limit on the size of files leaves nothing behind`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    // So many blocks of 512 bytes are less than the hive has.
    let outcome = try await runProgram(
      "/bin/sh",
      [
        "-c", "ulimit -f 4 && exec \"$@\"", "sh", Tool.hive.path, "recover", hive.path, "-o",
        output,
      ])
    #expect(
      outcome.errors.hasSuffix(
        "recovered: cannot be written: File too large; there is no such file now\n"),
      "\(outcome.errors)")
    #expect(outcome.code == 74)
    #expect(try writtenFiles() == [])
  }

  @Test func `files that are no hives`() async throws {
    let hive = try DirtyHive("dirty-new-format")
    let log = hive.path + ".LOG1"
    try await expectRefusal(
      of: log, "-o", output,
      with: "hive: \(log): is a transaction log; give the hive it belongs to\n", code: 65)
    let missing = outputs.path("missing")
    try await expectRefusal(
      of: missing, "-o", output, with: "hive: \(missing): no such file\n", code: 66)
  }

  @Test(
    "Options that mean nothing are refused",
    arguments: [
      ([], "Give a file to write with -o, or --list, or both."),
      (["-o", "new", "--format", "json"], "--format has an effect with --list only."),
      (["--list", "--logs", "none"], "--logs none leaves nothing to recover the hive with."),
    ] as [([String], String)])
  func usage(arguments: [String], message: String) async throws {
    let path = testHive("damaged/dirty-new-format")
    let outcome = try await Tool.hive.run(["recover", path] + arguments)
    #expect(outcome.errors.hasPrefix("hive: \(message)\n"), "\(outcome.errors)")
    #expect(outcome.code == 64)
  }

  @Test func `hive-recover is hive recover`() async throws {
    let arguments = ["--list", testHive("damaged/dirty-new-format")]
    let outcome = try await Tool.hiveRecover.run(arguments)
    #expect(outcome.code == 0)
    #expect(outcome.bytes == (try await Tool.hive.run(["recover"] + arguments)).bytes)
  }
}

/// A file system in memory with room for 4 KiB, which only the commands run on it can see.
private enum FullDisk {
  static var canBeMade: Bool {
    get async {
      guard let folder = try? TemporaryFolder() else { return false }
      return (try? await run(at: folder.url.path, "true", []))?.code == 0
    }
  }

  /// Runs shell commands in a folder that is the file system.
  static func run(
    at folder: String, _ commands: String, _ arguments: [String]
  ) async throws -> Outcome {
    let script =
      "mount -t tmpfs -o size=4k tmpfs '\(folder)' && cd '\(folder)' || exit\n\(commands)"
    return try await runProgram(
      "/usr/bin/unshare",
      ["--user", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh"] + arguments)
  }
}
