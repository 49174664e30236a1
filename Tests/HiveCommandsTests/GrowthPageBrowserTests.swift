// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

@testable import HiveCommands

@Suite(.enabled(if: Browser.path != nil, Browser.isMissing))
struct `The page in a browser` {
  /// Opens a page, runs a script in it, and returns what the script noted.
  private func notes(of page: GrowthPage, script: String) async throws -> [String] {
    let text = try rendered { page.write(to: $0) }
    let tools = """
      const press = (key) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      const name = () => document.activeElement.getAttribute("aria-label").split(":")[0];
      const shown = () => document.querySelector("#trail [aria-current]").textContent;

      """
    return try await Browser.notes(of: text, script: tools + script)
  }

  @Test func `the areas can be walked with the keyboard alone`() async throws {
    var description = HiveDescription(root: "ROOT")
    let data = ValueDescription.binary("data", [UInt8](repeating: 1, count: 16_000))
    description.set("Left\\Inner\\Innermost", data)
    description.set("Left\\Other", .binary("data", [UInt8](repeating: 1, count: 9_000)))
    description.set("Right", .binary("data", [UInt8](repeating: 1, count: 12_000)))
    let hive = try Hive(bytes: description.build().bytes)
    let notes = try await notes(
      of: growthPage(of: hive, name: "HIVE"),
      script: """
        note(document.querySelectorAll("#map button[tabindex='0']").length);
        document.querySelector("#map button[tabindex='0']").focus();
        note(name());
        press("ArrowRight");
        note(name());
        press("ArrowLeft");
        note(name());
        press("End");
        note(name() === "Left");
        press("Home");
        document.activeElement.click();
        note(shown());
        note(name());
        document.activeElement.click();
        note(shown());
        press("Escape");
        note(shown());
        note(name());
        press("Backspace");
        note(shown());
        note(name());
        press("Escape");
        note(shown());
        document.querySelectorAll("#trail button").length === 1 && note("one step");
        note(document.getElementById("info").textContent.split(" ")[0]);
        """)
    #expect(
      notes == [
        "1", "Left", "Right", "Left", "false", "Left", "Inner", "Inner", "Left", "Inner", "HIVE",
        "Left", "HIVE", "one step", "Left",
      ])
  }

  @Test func `hostile names stay text`() async throws {
    let hostile = "<img src=x onerror=note(1)></script><script>note(2)</script>"
    var description = HiveDescription(root: "ROOT")
    description.add(
      NameDescription(hostile), values: [.binary("data", [UInt8](repeating: 1, count: 9_000))])
    let notes = try await notes(
      of: growthPage(of: Hive(bytes: description.build().bytes), name: hostile),
      script: """
        document.querySelector("#map button").focus();
        note(document.images.length);
        note(document.querySelector("#map bdi").textContent.length);
        note(document.querySelector("#info strong").textContent.length);
        """)
    let count = "\(hostile.count)"
    #expect(notes == ["0", count, count])
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.isMissing)))
  func `the biggest keys of a real hive are named`() async throws {
    let hive = try Hive(path: Corpus.path("NTUSER_BAGMRU.DAT"))
    let notes = try await notes(
      of: growthPage(of: hive, name: "NTUSER_BAGMRU.DAT"),
      script: """
        for (const name of document.querySelectorAll("#map .label bdi")) note(name.textContent);
        for (const name of document.querySelectorAll("#map .part > bdi")) note(name.textContent);
        """)
    let names = Set(notes)
    let usage = hive.usage()
    for key in usage.root.largest(12) {
      let name = try #require(key.key?.name.description)
      #expect(names.contains(name))
    }
    #expect(names.isSuperset(of: ["SOFTWARE", "ExperimentConfigs", "Ecs", "FirstSession"]))
  }

  @Test func `a page with long paths is readable in every window`() async throws {
    var description = HiveDescription(root: "ROOT")
    description.set("Software\\Editor", .string("text", "value"))
    let before = try Hive(bytes: description.build().bytes)
    description.set(
      "Software\\" + String(repeating: "A", count: 200) + "\\Below",
      .binary("data", [UInt8](repeating: 1, count: 9_000)))
    let hive = try Hive(bytes: description.build().bytes)
    let name = "/mnt/" + String(repeating: "evidence", count: 20) + "/NTUSER.DAT"
    let page = growthPage(of: hive, from: [before], name: name)
    try await Browser.expectReadable(rendered { page.write(to: $0) })
  }
}
