// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// What `hive check` says where a time is given, or where some evidence is left aside.
@Suite(.enabled(if: readsEventLogs, "built without libevtx and libevt"))
struct CheckSinceTests {
  private func run(_ arguments: String...) async throws -> Outcome {
    try await Tool.hive.run(["check"] + arguments)
  }

  @Test(arguments: ["text", "ndjson", "csv"])
  func `a summary counts the programs of the time that was asked for`(format: String) async throws {
    let all = try await run("--summary", "--format", format, testHive("volume"))
    let since = try await run(
      "--summary", "--since", "2025", "--format", format, testHive("volume"))
    #expect(all.text.contains("agent.exe"))
    #expect(all.text.contains("dllhost.exe"))
    #expect(!since.text.contains("agent.exe"))
    #expect(!since.text.contains("dllhost.exe"))
    #expect(!since.text.contains("handles-leaked"))
  }

  @Test func `the answer stands at the top of the text and of the page`() async throws {
    let answer = "There are no log-offs to judge by. Check again after users have logged off."
    let text = try await run("--since", "2025", testHive("volume"))
    #expect(text.text.split(separator: "\n").dropFirst(2).first == "  \(answer)")
    let page = try await run("--since", "2025", "--format", "html", testHive("volume"))
    let top = try #require(
      page.text.firstRange(of: "<p class=\"answer\"><strong>\(answer)</strong>"))
    let advice = try #require(page.text.firstRange(of: "<h3>What to do</h3>"))
    #expect(top.lowerBound < advice.lowerBound)
    let none = try await run("--format", "html", testHive("volume"))
    #expect(!none.text.contains("class=\"answer\""))
  }

  @Test func `logs that were left aside are no reason to call a dirty hive whole`() async throws {
    let outcome = try await run("--logs", "none", "--format", "ndjson", testHive("volume"))
    #expect(!outcome.text.contains("Nothing is lost"))
    let dirty = outcome.text.split(separator: "\n").filter { $0.contains("\"hive-dirty\"") }
    #expect(dirty.count == 2)
    #expect(dirty.allSatisfy { $0.contains("\"severity\":\"warning\"") })
    #expect(dirty.allSatisfy { $0.contains("its transaction logs were not used, as requested") })
  }

  @Test func `copies on a server of roaming profiles were not loaded from there`() async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    volume.anna.isDirty = true
    for (path, bytes) in volume.files where path.hasPrefix("Users/anna/NTUSER") {
      try folder.write(bytes, to: "share/anna.V6/\(path.dropFirst("Users/anna/".count))")
      try folder.write(bytes, to: "share/bert.V6/\(path.dropFirst("Users/anna/".count))")
    }
    let check = try await run("--format", "ndjson", folder.path("share"))
    let verdicts = check.text.split(separator: "\n").filter { $0.contains("\"conclusion\":") }
    #expect(verdicts.count { $0.contains("\"conclusion\":\"unclear\"") } == 2)
    #expect(verdicts.count == 2)
    let growth = try await Tool.hive.run("growth", folder.path("share"))
    #expect(growth.text.contains("of which 0 bytes count against the limit"))
    #expect(!growth.text.contains("With all these users logged on"))
    #expect(try await Tool.hive.run("policy", folder.path("share")).code == 65)
  }
}
