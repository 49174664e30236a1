// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

@testable import HiveCommands

@Suite(.slow, .enabled(if: Browser.path != nil, Browser.isMissing))
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

  /// A hive with values of several sizes, and more keys than rows.
  private static func described() -> HiveDescription {
    var description = HiveDescription(root: "ROOT")
    let data = ValueDescription.binary("big", [UInt8](repeating: 1, count: 12_000))
    description.set("Left\\Inner", at: filetime(2024, 1, 2), data, .string("small", "text"))
    description.set("Right", at: filetime(2019, 5, 6), .binary("data", [UInt8](0..<200)))
    let many = description.makeKey("Many")
    for number in 0..<180 { description.add(NameDescription("K\(number)"), to: many) }
    return description
  }

  @Test func `values are the lowest level, and smaller keys can be opened`() async throws {
    let hive = try Hive(bytes: Self.described().build().bytes)
    let notes = try await notes(
      of: growthPage(of: hive, name: "HIVE"),
      script: """
        const rows = [...document.querySelectorAll(".row.value")];
        note(rows.map((row) => row.children[0].textContent).join());
        const smaller = document.querySelector(".row.smaller");
        note(smaller.children[0].textContent);
        smaller.parentElement.open = true;
        await new Promise((done) => setTimeout(done, 50));
        note(smaller.parentElement.querySelectorAll("li").length);
        location.hash = "#key=Left/Inner";
        await new Promise((done) => setTimeout(done, 50));
        note(shown());
        note([...document.querySelectorAll("#map button > .label bdi")]
          .map((name) => name.textContent)[0]);
        note(document.getElementById("info").textContent.startsWith("Left\\\\Inner "));
        note(document.getElementById("map").getAttribute("aria-roledescription"));
        """)
    #expect(
      notes == ["big", "30 smaller keys", "30", "Inner", "big", "true", "treemap"])
  }

  @Test func `keys are found, sorted and colored`() async throws {
    let hive = try Hive(bytes: Self.described().build().bytes)
    let notes = try await notes(
      of: growthPage(of: hive, name: "HIVE"),
      script: """
        const names = () => [...document.querySelectorAll("#keys > li > * > .row, #keys > li > .row")]
          .filter((row) => row.dataset.place !== undefined)
          .map((row) => row.children[0].textContent).join();
        const [color, order] = document.querySelectorAll("select");
        const set = (field, value) => {
          field.value = value;
          field.dispatchEvent(new Event("change"));
        };
        set(order, "name");
        note(names());
        set(order, "time");
        note(names().split(",").indexOf("Right") > names().split(",").indexOf("Left"));
        set(color, "age");
        note(document.querySelectorAll(".legend li").length);
        const field = document.querySelector("input[type=search]");
        field.value = "inn";
        field.dispatchEvent(new Event("input"));
        note(document.querySelector(".found button").textContent);
        document.querySelector(".found button").click();
        note(shown());
        """)
    #expect(notes == ["Left,Many,Right", "true", "5", "Left\\Inner", "Inner"])
  }

  @Test func `one can go back, copy a path, and print`() async throws {
    let hive = try Hive(bytes: Self.described().build().bytes)
    let notes = try await notes(
      of: growthPage(of: hive, name: "HIVE"),
      script: """
        const wait = () => new Promise((done) => setTimeout(done, 50));
        location.hash = "#key=Left";
        await wait();
        location.hash = "#key=Left/Inner";
        await wait();
        note(shown());
        history.back();
        await wait();
        note(shown());
        let copied = "";
        document.execCommand = () => { copied = document.activeElement.value; return true; };
        [...document.querySelectorAll(".tool")].find((tool) => tool.textContent === "Copy path")
          .click();
        await wait();
        note(copied);
        note(document.querySelector(".row.value").closest("details").open);
        dispatchEvent(new Event("beforeprint"));
        note(document.querySelector(".row.value").closest("details").open);
        dispatchEvent(new Event("afterprint"));
        note(document.querySelector(".row.value").closest("details").open);
        """)
    #expect(notes == ["Inner", "Left", "Left", "false", "true", "false"])
  }

  @Test func `a row shows exact bytes beside rounded ones`() async throws {
    let hive = try Hive(bytes: Self.described().build().bytes)
    let left = try #require(hive.usage().key(at: "Left"))
    let text = try rendered { growthPage(of: hive, name: "HIVE").write(to: $0) }
    #expect(text.contains("<small>\(grouped(left.bytes))</small>"))
    let right = try #require(hive.usage().key(at: "Right"))
    #expect(right.bytes < 1024)
    #expect(text.contains("<b>\(right.bytes) bytes</b></span>"))
    try await Browser.expectReadable(text)
  }

  private struct Volume: Decodable {
    struct Sum: Decodable {
      let file: Int
    }

    struct Hive: Decodable {
      struct Bytes: Decodable {
        let file: Int
      }

      let hive: String
      let bytes: Bytes
    }

    let sum: Sum
    let hives: [Hive]
  }

  @Test func `the hives of a volume are those of the JSON`() async throws {
    let volume = testHive("volume")
    let page = try await Tool.hiveGrowth.run(volume, "--format", "html")
    let json = try await Tool.hiveGrowth.run(volume, "--format", "json")
    #expect(page.code == json.code)
    let expected = try JSONDecoder().decode(Volume.self, from: Data(json.bytes))
    let notes = try await Browser.notes(
      of: page.text,
      script: """
        for (const row of document.querySelectorAll("tr[data-hive]")) {
          note(`${row.dataset.hive} ${row.dataset.bytes}`);
        }
        note(document.querySelector("tfoot td:nth-child(5)").textContent.replaceAll(",", ""));
        const hive = document.querySelector("details.hive");
        hive.open = true;
        await new Promise((done) => setTimeout(done, 100));
        note(hive.querySelectorAll(".map button").length > 0);
        """)
    #expect(
      notes == expected.hives.map { "\($0.hive) \($0.bytes.file)" }
        + ["\(expected.sum.file)", "true"])
    try await Browser.expectReadable(page.text)
  }
}
