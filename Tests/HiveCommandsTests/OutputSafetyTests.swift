// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

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
