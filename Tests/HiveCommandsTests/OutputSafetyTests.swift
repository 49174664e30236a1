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

  @Test func `a log that cannot be read is told`() async throws {
    let hive = try DirtyHive("dirty-new-format", logEndings: [".LOG1"])
    try FileManager.default.createDirectory(
      atPath: hive.path + ".LOG2", withIntermediateDirectories: false)
    let outcome = try await Tool.hive.run(["dump", "--depth", "0", hive.path])
    #expect(
      outcome.errors.contains(
        "expected the transaction log hive.LOG2 to be readable, found is a directory, not a hive"))
    #expect(outcome.code == 1)
  }
}
