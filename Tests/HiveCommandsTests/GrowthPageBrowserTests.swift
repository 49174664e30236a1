// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

@testable import HiveCommands

@Suite(.enabled(if: Browser.path != nil, "no chromium to open pages with"))
struct `The page in a browser` {
  /// Opens a page, runs a script in it, and returns the document as it is then.
  private func document(of page: GrowthPage, script: String) async throws -> String {
    let text = try rendered { page.write(to: $0) }
    let probe = """
      <pre id="probe"></pre><script>
      const note = (text) => {
        document.getElementById("probe").textContent += text + "\\n";
      };
      const press = (key) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      const name = () => document.activeElement.getAttribute("aria-label").split(":")[0];
      const shown = () => document.querySelector("#trail [aria-current]").textContent;
      \(script)
      </script></body>
      """
    return try await Browser.document(of: text.replacingOccurrences(of: "</body>", with: probe))
  }

  private func notes(in document: String) -> [String] {
    let parts = document.components(separatedBy: "<pre id=\"probe\">")
    let text = parts.count == 2 ? parts[1].components(separatedBy: "</pre>")[0] : "no probe"
    return text.split(separator: "\n").map(String.init)
  }

  @Test func `the areas can be walked with the keyboard alone`() async throws {
    var description = HiveDescription(root: "ROOT")
    let data = ValueDescription.binary("data", [UInt8](repeating: 1, count: 16_000))
    description.set("Left\\Inner\\Innermost", data)
    description.set("Left\\Other", .binary("data", [UInt8](repeating: 1, count: 9_000)))
    description.set("Right", .binary("data", [UInt8](repeating: 1, count: 12_000)))
    let hive = try Hive(bytes: description.build().bytes)
    let document = try await document(
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
      notes(in: document) == [
        "1", "Left", "Right", "Left", "false", "Left", "Inner", "Inner", "Left", "Inner", "HIVE",
        "Left", "HIVE", "one step", "Left",
      ])
  }

  @Test func `hostile names stay text`() async throws {
    let hostile = "<img src=x onerror=note(1)></script><script>note(2)</script>"
    var description = HiveDescription(root: "ROOT")
    description.add(
      NameDescription(hostile), values: [.binary("data", [UInt8](repeating: 1, count: 9_000))])
    let document = try await document(
      of: growthPage(of: Hive(bytes: description.build().bytes), name: hostile),
      script: """
        document.querySelector("#map button").focus();
        note(document.images.length);
        note(document.querySelector("#map bdi").textContent.length);
        note(document.querySelector("#info strong").textContent.length);
        """)
    let count = "\(hostile.count)"
    #expect(notes(in: document) == ["0", count, count])
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.isMissing)))
  func `the biggest keys of a real hive are named`() async throws {
    let hive = try Hive(path: Corpus.path("NTUSER_BAGMRU.DAT"))
    let document = try await document(
      of: growthPage(of: hive, name: "NTUSER_BAGMRU.DAT"),
      script: """
        for (const name of document.querySelectorAll("#map .label bdi")) note(name.textContent);
        for (const name of document.querySelectorAll("#map .part > bdi")) note(name.textContent);
        """)
    let names = Set(notes(in: document))
    let usage = hive.usage()
    for key in usage.root.largest(12) {
      let name = try #require(key.key?.name.description)
      #expect(names.contains(name))
    }
    #expect(names.isSuperset(of: ["SOFTWARE", "ExperimentConfigs", "Ecs", "FirstSession"]))
  }
}

/// Chromium, where it is installed; nothing else is needed to look at a page.
enum Browser {
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return names.flatMap { name in folders.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// The document that a page has become when its scripts have run.
  ///
  /// What a script has to say on the console is a mistake in the page.
  static func document(of page: String) async throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write([UInt8](page.utf8), as: "page.html")
    var arguments = [
      "--headless", "--disable-gpu", "--enable-logging=stderr", "--window-size=1200,900",
      "--user-data-dir=\(folder.path("profile"))", "--timeout=60000", "--dump-dom",
    ]
    // Chromium refuses to isolate its processes for root.
    if geteuid() == 0 { arguments.append("--no-sandbox") }
    let outcome = try await runProgram(try #require(path), arguments + ["file://\(file)"])
    #expect(outcome.errors.split(separator: "\n").filter { $0.contains("CONSOLE") } == [])
    return outcome.text
  }
}
