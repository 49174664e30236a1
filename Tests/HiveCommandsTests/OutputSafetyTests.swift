// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// What `-o` must never do to evidence, and logs that are there but cannot be read.
@Suite struct OutputSafetyTests {
  @Test(arguments: [".LOG1", ".LOG2"], ["auto", "none"])
  func `a log beside the hive is not written to`(ending: String, logs: String) async throws {
    let hive = try DirtyHive("dirty-new-format")
    let before = try Evidence(hive.folder.url.path)
    for command in ["dump", "growth"] {
      let outcome = try await Tool.hive.run(
        [command, "--logs", logs, "-o", hive.path + ending, hive.path])
      #expect(
        outcome.errors.hasSuffix("\(hive.path)\(ending): is an input, which is never written to\n"))
      #expect(outcome.code == 73)
    }
    #expect(try Evidence(hive.folder.url.path) == before)
  }

  @Test func `another hive is not written to`() async throws {
    let folder = try TemporaryFolder()
    let other = try folder.write(HiveDescription())
    let before = try Evidence(folder.url.path)
    let outcome = try await Tool.hive.run(["dump", "-o", other, testHive("UsrClass.dat")])
    #expect(
      outcome.errors
        == "hive: \(other): is a hive, a log or a policy file, which are never written to\n")
    #expect(outcome.code == 73)
    #expect(try Evidence(folder.url.path) == before)
  }

  @Test(arguments: ["check", "events", "policy", "growth"])
  func `nothing is written into a folder that is examined`(command: String) async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    try VolumeDescription(.windows10).write(to: folder)
    for place in ["result.json", "Users/anna/result.json", "Users/../result.json"] {
      let path = folder.path(place)
      let outcome = try await Tool.hive.run([command, "-o", path, folder.path])
      #expect(
        outcome.errors.hasSuffix(
          "hive: \(path): is inside of \(folder.path), where nothing is ever written\n"))
      #expect(outcome.code == 73)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    let beside = folder.path + "-beside"
    defer { try? FileManager.default.removeItem(atPath: beside) }
    _ = try await Tool.hive.run([command, "-o", beside, folder.path])
    #expect(FileManager.default.fileExists(atPath: beside))
  }

  @Test func `an event log is not written to`() async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    let volume = VolumeDescription(.windows10).files + VolumeDescription(.windowsXP).files
    for (path, bytes) in volume where path.lowercased().contains(".evt") {
      let log = try folder.write(bytes, to: path)
      let outcome = try await Tool.hive.run(["dump", "-o", log, testHive("UsrClass.dat")])
      #expect(outcome.code == 73)
      #expect(try Data(contentsOf: URL(filePath: log)) == Data(bytes))
    }
  }

  @Test(.slow) func `evidence is known by its name or its first bytes`() async throws {
    let folder = try TemporaryFolder()
    var damaged = HiveDescription().build().bytes
    damaged.replaceSubrange(0..<4, with: [0, 0, 0, 0])
    // The first bins are lost too.
    var lostStart = Fixture.named("NTUSER.DAT").build().bytes
    lostStart.replaceSubrange(0..<20_480, with: [UInt8](repeating: 0xA5, count: 20_480))
    let export = Array("<?xml version=\"1.0\"?>\n<Events><Event xmlns='x'></Event></Events>".utf8)
    let wide: [UInt8] = export.flatMap { byte -> [UInt8] in [byte, 0] }
    let evidence: [(String, [UInt8])] = [
      ("damaged", damaged), ("lost start", lostStart), ("others", [0x50, 0x4B, 3, 4, 0]),
      ("export.xml", export), ("wide.xml", [0xFF, 0xFE] + wide),
      ("NTUSER.DAT{fd9a35db}.TM.blf", [1, 2]), ("x.TMContainer1.regtrans-ms", []),
      ("NTUSER.DAT", [0]), ("System", []), ("x.evtx", [7]), ("Registry.pol", []),
      ("some.LOG1", [1]),
    ]
    for (name, bytes) in evidence {
      let path = try folder.write(bytes, as: name)
      for force in [[], ["--force"]] {
        let outcome = try await Tool.hive.run(
          ["dump", "-o", path, testHive("UsrClass.dat")] + force)
        #expect(
          outcome.errors
            == "hive: \(path): is a hive, a log or a policy file, which are never written to\n")
        #expect(outcome.code == 73)
      }
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(bytes))
    }
  }

  @Test func `an export is known behind however many blanks`() async throws {
    let folder = try TemporaryFolder()
    let export = Array("<Events><Event xmlns='x'></Event></Events>".utf8)
    for count in [70_000, 200_001] {
      let blanks = [UInt8](repeating: 0x20, count: count)
      let path = try folder.write(blanks + export, as: "\(count).txt")
      let outcome = try await Tool.hive.run(
        "dump", "--force", "-o", path, testHive("UsrClass.dat"))
      #expect(outcome.code == 73)
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(blanks + export))
    }
  }

  @Test func `no file is made that would be taken for evidence`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(HiveDescription(), as: "other.dat")
    for name in [
      "NTUSER.DAT{fd9a35db}.TM.blf", "x.TMContainer1.regtrans-ms", "SOFTWARE", "sam",
      "UsrClass.dat", "Registry.pol", "x.evtx", "a.hve", "NTUSER.DAT.LOG1 ", "NTUSER.DAT.log2.",
      "System .",
    ] {
      let path = folder.path(name)
      let outcome = try await Tool.hive.run("dump", "-o", path, testHive("UsrClass.dat"))
      #expect(
        outcome.errors
          == "hive: \(path): has the name of evidence, which it would be taken for\n")
      #expect(outcome.code == 73)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    // A hive may be called like one.
    let hive = try DirtyHive("dirty-new-format")
    for (name, code) in [("SYSTEM", 0), ("a.hve", 0), ("x.evtx", 73), ("SYSTEM.LOG1 ", 73)] {
      let outcome = try await Tool.hive.run("recover", hive.path, "-o", folder.path(name))
      #expect(outcome.code == code, "\(name): \(outcome.errors)")
    }
  }

  @Test func `a folder is not replaced`() async throws {
    let folder = try TemporaryFolder()
    for rest in [[], ["--force"]] {
      let outcome = try await Tool.hive.run(
        ["dump", "-o", folder.url.path] + rest + [testHive("NTUSER.DAT")])
      #expect(outcome.errors == "hive: \(folder.url.path): is a folder; -o takes a file\n")
      #expect(outcome.code == 73)
    }
  }

  @Test func `standard output is not an input`() async throws {
    let folder = try TemporaryFolder()
    let hive = try folder.write(HiveDescription(), as: "hive")
    let log = try folder.write([1, 2, 3], as: "hive.LOG1")
    let before = try Evidence(folder.url.path)
    for file in [hive, log] {
      for command in ["dump --logs none", "recover --list", "find x"] {
        let outcome = try await runProgram(
          "/bin/sh",
          ["-c", "\"$1\" \(command) \"$2\" 1<>\"$3\"", "sh", Tool.hive.path, hive, file])
        #expect(
          outcome.errors == "hive: standard output: is an input, which is never written to\n",
          "\(command)")
        #expect(outcome.code == 73)
      }
    }
    #expect(try Evidence(folder.url.path) == before)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func `help that cannot be written is a failure`() async throws {
    for arguments in ["--help", "help dump", "--version", "--generate-completion-script bash"] {
      let outcome = try await runProgram(
        "/bin/sh", ["-c", "\"$1\" \(arguments) >/dev/full", "sh", Tool.hive.path])
      #expect(
        outcome.errors == "hive: standard output: cannot be written: No space left on device\n")
      #expect(outcome.code == 74)
    }
  }

  @Test func `no file is made that would be a hive's log`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(HiveDescription(), as: "ntuser.dat")
    for name in ["NTUSER.DAT.LOG1", "ntuser.dat.log"] {
      let path = folder.path(name)
      let outcome = try await Tool.hive.run(["dump", "-o", path, testHive("UsrClass.dat")])
      #expect(
        outcome.errors
          == "hive: \(path): would be read as a transaction log of ntuser.dat\n")
      #expect(outcome.code == 73)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    let free = folder.path("other.log")
    #expect(try await Tool.hive.run(["dump", "-o", free, testHive("UsrClass.dat")]).code == 0)
  }

  @Test(arguments: ["dump", "growth", "info", "check", "policy"])
  func `another file is replaced on request only`(command: String) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2, 3], as: "result.txt")
    let input = testHive("SOFTWARE")
    let refused = try await Tool.hive.run([command, "-o", path, input])
    #expect(
      refused.errors == "hive: \(path): exists; nothing is overwritten without --force\n")
    #expect(refused.code == 73)
    #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
    let forced = try await Tool.hive.run([command, "-o", path, "--force", input])
    #expect(forced.bytes == [])
    let written = try await Tool.hive.run([command, "-o", "-", input])
    #expect(try Data(contentsOf: URL(filePath: path)) == Data(written.bytes))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["result.txt"])
  }

  @Test func `a command that is interrupted leaves nothing behind`() async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    for number in 0..<50_000 { hive.add("A key among many others \(number)") }
    let input = try folder.write(hive, as: "input")
    let outputs = try TemporaryFolder()
    for signal in ["INT", "TERM", "KILL"] {
      let script = """
        "$1" dump --format xml -o "$2" "$3" & sleep 0.05; kill -\(signal) $!; wait $!
        """
      _ = try await runProgram(
        "/bin/sh", ["-c", script, "sh", Tool.hive.path, outputs.path("out"), input])
      let left = try FileManager.default.contentsOfDirectory(atPath: outputs.url.path)
      // On a fast machine the command may have come to its end.
      #expect(left == [] || left == ["out"])
      try? FileManager.default.removeItem(atPath: outputs.path("out"))
    }
  }

  @Test func `a log that cannot be read is told`() async throws {
    let hive = try DirtyHive("dirty-new-format", logEndings: [".LOG1"])
    try FileManager.default.createDirectory(
      atPath: hive.path + ".LOG2", withIntermediateDirectories: false)
    let outcome = try await Tool.hive.run(["dump", "--depth", "0", hive.path])
    #expect(
      outcome.errors.contains(
        "expected the transaction log hive.LOG2 to be readable, found is a folder"))
    #expect(outcome.code == 1)
  }

  @Test func `a log that leads elsewhere is not followed`() async throws {
    let hive = try DirtyHive("dirty-new-format", logEndings: [])
    let other = try DirtyHive("dirty-new-format")
    try FileManager.default.createSymbolicLink(
      atPath: hive.path + ".LOG1", withDestinationPath: other.path + ".LOG1")
    let outcome = try await Tool.hive.run(["dump", "--depth", "0", hive.path])
    #expect(
      outcome.errors.contains(
        "expected the transaction log hive.LOG1 to be readable, "
          + "found is a symbolic link, which is not followed"), "\(outcome.errors)")
    #expect(outcome.code == 1)
  }
}
