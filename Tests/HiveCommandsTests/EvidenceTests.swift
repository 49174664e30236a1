// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// No command changes what it reads, or leaves anything beside it.
@Suite struct EvidenceTests {
  @Test(
    arguments: [
      ["dump"], ["dump", "--logs", "none"], ["dump", "--format", "xml"], ["growth"], ["info"],
      ["info", "--format", "json"], ["policy", "--all"], ["recover", "--list"],
      ["recover", "--list", "--format", "json"], ["recover", "-o", "OUT"],
    ], ["dirty-new-format", "dirty-old-format"])
  func `files keep their bytes and times`(arguments: [String], name: String) async throws {
    let hive = try DirtyHive(name)
    let outputs = try TemporaryFolder()
    let before = try hive.evidence
    let outcome = try await Tool.hive.run(
      arguments.map { $0 == "OUT" ? outputs.path("new") : $0 } + [hive.path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try hive.evidence == before)
  }
}
