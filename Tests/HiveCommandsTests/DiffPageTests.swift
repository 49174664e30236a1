// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

@testable import HiveCommands

@Suite(.slow, .enabled(if: Browser.path != nil, Browser.isMissing))
struct `The page about differences` {
  private struct Change: Decodable {
    let change: String
    let name: String?
  }

  private static let figures = """
    const cells = [...document.querySelectorAll("table.counts tbody tr")]
      .map((row) => [...row.cells].map((cell) => cell.textContent).join(" "));
    for (const line of cells) note(line);
    """

  private func page(_ old: String, _ new: String) async throws -> String {
    try await Tool.hiveDiff.run(old, new, "--format", "html").text
  }

  @Test func `the numbers of changes are those of the JSON`() async throws {
    let (old, new) = (testHive("NTUSER-earlier.DAT"), testHive("NTUSER.DAT"))
    let notes = try await Browser.notes(of: page(old, new), script: Self.figures)
    let json = try await Tool.hiveDiff.run(old, new, "--format", "json")
    let changes = try JSONDecoder().decode([Change].self, from: Data(json.bytes))
    func line(_ noun: String, _ isMember: (Change) -> Bool) -> String {
      let counts = ["added", "changed", "removed"].map { kind in
        changes.count { isMember($0) && $0.change == kind }
      }
      return "\(noun) \(counts.map(String.init).joined(separator: " "))"
    }
    #expect(notes == [line("keys") { $0.name == nil }, line("values") { $0.name != nil }])
    #expect(!changes.isEmpty)
  }

  @Test func `bytes stand side by side, with those that differ marked`() async throws {
    var description = HiveDescription(root: "ROOT")
    var bytes = [UInt8](0..<64)
    description.set("Software\\Editor", .binary("Layout", bytes), .string("Mode", "one"))
    let folder = try TemporaryFolder()
    let old = try folder.write(description, as: "old")
    bytes[40] = 0xFF
    description.set("Software\\Editor", .binary("Layout", bytes), .string("Mode", "two"))
    description.set("Software\\New\\Below", .string("<b>", "</script>"))
    let new = try folder.write(description, as: "new")
    let page = try await page(old, new)
    let notes = try await Browser.notes(
      of: page,
      script: """
        for (const part of document.querySelectorAll("summary bdi")) note(part.textContent);
        for (const part of document.querySelectorAll("mark")) note(part.textContent);
        for (const row of document.querySelectorAll("tbody tr")) {
          if (row.cells[0].textContent.includes("Mode")) {
            note([...row.cells].map((cell) => cell.textContent).join("|"));
          }
        }
        const field = document.querySelector("input[type=search]");
        field.value = "layout";
        field.dispatchEvent(new Event("input"));
        note([...document.querySelectorAll("li")].filter((item) => item.checkVisibility()).length);
        """)
    #expect(
      notes == [
        "Software", "Editor", "New\\Below", "28", "ff",
        "changed Mode|REG_SZ one|REG_SZ two", "2",
      ])
    try await Browser.expectReadable(page)
  }

  @Test func `keys have their times and properties`() async throws {
    var old = HiveDescription(root: "ROOT")
    old.set("Kept", at: filetime(2024, 1, 2), .string("a", "1"))
    old.set("Gone", at: filetime(2023, 1, 2))
    old["Gone"].className = Array("Old".utf16)
    var new = HiveDescription(root: "ROOT")
    new.set("Kept", at: filetime(2024, 6, 1, 17, 3), .string("a", "2"))
    new.set("New", at: filetime(2024, 6, 2))
    new["New"].className = Array("Fresh".utf16)
    new["New"].flags = 0x28
    let folder = try TemporaryFolder()
    let page = try await page(
      folder.write(old, as: "old"), folder.write(new, as: "new"))
    let notes = try await Browser.notes(
      of: page,
      script: """
        for (const part of document.querySelectorAll("summary")) note(part.textContent);
        for (const row of document.querySelectorAll(".changes tbody tr")) {
          note([...row.cells].map((cell) => cell.textContent).join("|"));
        }
        """)
    #expect(
      notes == [
        "removed Gone last written 2023-01-02 00:00 UTC",
        "Kept last written 2024-06-01 17:03 UTC",
        "added New last written 2024-06-02 00:00 UTC",
        "class|Old|–", "changed a|REG_SZ 1|REG_SZ 2", "class|–|Fresh", "flags|–|0x8",
      ])
    try await Browser.expectReadable(page)
  }

  @Test func `hostile names change nothing in the structure`() async throws {
    let hostile = [
      "</script><script>alert(1)</script>", "\"' onload=alert(1) x=\"", "\u{202E}exe.gnp",
      "<img src=x onerror=alert(1)>", String(repeating: "A", count: 30_000),
    ]
    let folder = try TemporaryFolder()
    let old = try folder.write(HiveDescription(root: "ROOT"), as: "old")
    var description = HiveDescription(root: "ROOT")
    for name in hostile {
      description.add(NameDescription(name), values: [.string(NameDescription(name), name)])
    }
    let new = try folder.write(description, as: "new")
    let page = try await page(old, new)
    let notes = try await Browser.notes(of: page, script: Browser.structure)
    #expect(notes == ["1 h1", "1 main", "0 img", "0 on", "2 script"])
    try await Browser.expectReadable(page)
  }
}
