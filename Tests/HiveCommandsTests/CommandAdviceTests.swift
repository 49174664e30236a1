// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

@testable import HiveCommands

/// The libraries' advice names no command; that of `hive check` does.
@Suite struct CommandAdviceTests {
  @Test(arguments: CheckFollowUp.allCases)
  func `what to look at next is shown by a command that exists`(next: CheckFollowUp) throws {
    let quoted = try #require(next.commandSentence.split(separator: "'").first)
    let words = quoted.split(separator: " ")
    #expect(words.first == "hive")
    let command = try #require(words.dropFirst().first)
    #expect(HiveCommand.commandNames.contains(String(command)))
    #expect(next.commandSentence.hasSuffix("."))
  }

  @Test(arguments: ["text", "json", "csv", "html"])
  func `every format names the command`(format: String) async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    var hive = Fixture.sample()
    hive.extraCells = [.unreferenced([1, 2, 3, 4])]
    try folder.write(hive.build().bytes, to: "NTUSER.DAT")
    let outcome = try await Tool.hive.run(
      "check", "--format", format, folder.path + "/NTUSER.DAT")
    let advice =
      "Windows leaves such cells behind when it repairs a hive. Keys and values may be in them. "
      + "'hive dump --deleted' shows keys and values that are still there."
    let text = outcome.text.replacing("&#39;", with: "'").split { $0 == " " || $0 == "\n" }
    #expect(text.joined(separator: " ").contains(advice))
  }
}
