// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

@testable import HiveCommands

@Suite(.slow, .enabled(if: Browser.path != nil, Browser.isMissing))
struct `The page about profiles` {
  private struct Finding: Decodable {
    let id: String
    let severity: String
    let subject: String
    let conclusion: String?
    let count: Int
  }

  private static let figures = """
    for (const row of document.querySelectorAll("tr[data-subject]")) {
      note(`verdict ${row.dataset.subject} ${row.dataset.conclusion}`);
    }
    for (const part of document.querySelectorAll("details.finding")) {
      const { id, severity, count } = part.dataset;
      for (let times = 0; times < Number(count); times += 1) note(`${severity} ${id}`);
    }
    """

  private func page(_ arguments: String...) async throws -> String {
    try await Tool.hiveCheck.run(arguments + ["--format", "html"]).text
  }

  @Test func `verdicts and findings are those of the JSON`() async throws {
    let volume = testHive("volume")
    let notes = try await Browser.notes(of: page(volume), script: Self.figures)
    let json = try await Tool.hiveCheck.run(volume, "--format", "json")
    let findings = try JSONDecoder().decode([Finding].self, from: Data(json.bytes))
    let expected = findings.flatMap { finding in
      finding.conclusion.map { ["verdict \(finding.subject) \($0)"] }
        ?? [String](repeating: "\(finding.severity) \(finding.id)", count: finding.count)
    }
    #expect(notes.sorted() == expected.sorted())
    #expect(notes.contains { $0.hasPrefix("verdict ") })
  }

  @Test func `a machine's page is readable in every window`() async throws {
    try await Browser.expectReadable(page(testHive("volume")))
  }

  @Test func `a machine of several is opened by its row`() async throws {
    let page = try await page(testHive("volume"), testHive("NTUSER.DAT"), testHive("SOFTWARE"))
    let notes = try await Browser.notes(
      of: page,
      script: """
        const rows = () => [...document.querySelectorAll(".machines tbody tr")]
          .filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
        note(rows().length);
        const link = document.querySelector(".machines a");
        const part = document.getElementById(link.hash.slice(1));
        note(part.open);
        location.hash = link.hash;
        await new Promise((done) => setTimeout(done, 100));
        note(part.open);
        const problems = document.querySelectorAll(".machines thead button")[4];
        problems.click();
        note(problems.parentElement.getAttribute("aria-sort"));
        const numbers = [...document.querySelectorAll(".machines tbody tr")]
          .map((row) => Number(row.cells[4].textContent));
        note(numbers.every((number, index) => index === 0 || numbers[index - 1] >= number));
        const field = document.querySelector("input[type=search]");
        field.value = "ntuser";
        field.dispatchEvent(new Event("input"));
        note(rows().length === 1 && rows()[0].endsWith("NTUSER.DAT"));
        """)
    #expect(notes == ["3", "false", "true", "descending", "true", "true"])
    try await Browser.expectReadable(page)
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.isMissing)))
  func `hostile evidence changes nothing in the structure`() async throws {
    let cases = try #require(Corpus.folder) + "/cases/hostile"
    let names = try FileManager.default.contentsOfDirectory(atPath: cases).sorted()
    let paths = names.filter { !$0.hasSuffix(".md") }.map { "\(cases)/\($0)" }
    let text = try await Tool.hiveCheck.run(paths + ["--format", "html"]).text
    let notes = try await Browser.notes(of: text, script: Browser.structure)
    #expect(notes == ["1 h1", "1 main", "0 img", "0 on", "1 script"])
    #expect(text.utf8.count < 8 << 20)
  }

  /// A volume whose machine, accounts, folders, programs and applications have hostile names.
  private static func hostileVolume() -> VolumeDescription {
    let image = "\"><img src=x onerror=alert(1)>"
    let script = "</script><script>alert(1)</script>"
    var volume = VolumeDescription(.server2019)
    volume.computerName = "\u{202E}\(script)"
    volume.anna.name = image
    volume.anna.isDirty = true
    volume.anna.loaded = filetime(2024, 6, 21, 9, 30)
    volume.anna.unloaded = filetime(2024, 6, 20, 16, 55)
    var other = VolumeUser("' onload=alert(1) x='", 1002)
    other.imagePath = "C:\\Users\\\(script)" + String(repeating: "A", count: 30_000)
    volume.users.append(other)
    volume.software.set(
      "Classes\\AppID\\{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}", .string("", "\(image)\(script)"),
      .string("RunAs", ".\\\(script)"))
    volume.applicationEvents = [
      .handlesLeaked(
        by: volume.anna.sid, at: filetime(2024, 6, 21, 17, 0),
        [(1, "C:\\\(script)\\\(image).exe", "\\Software\\\(image)")])
    ]
    return volume
  }

  @Test(arguments: ["check", "growth"])
  func `hostile names of a machine change nothing in the structure`(command: String) async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    try Self.hostileVolume().write(to: folder)
    let page = try await Tool.hive.run(command, folder.path, "--format", "html").text
    let notes = try await Browser.notes(of: page, script: Browser.structure)
    // A page about space has the data of each hive in an element of its own.
    let scripts = command == "check" ? 1 : 2 + 8
    #expect(notes == ["1 h1", "1 main", "0 img", "0 on", "\(scripts) script"])
    try await Browser.expectReadable(page)
  }

  @Test func `the totals of a fleet are those of the records`() async throws {
    let paths = [testHive("volume"), testHive("NTUSER.DAT"), testHive("damaged/checksum")]
    let page = try await Tool.hiveCheck.run(paths + ["--summary", "--format", "html"]).text
    let json = try await Tool.hiveCheck.run(paths + ["--summary", "--format", "json"])
    let notes = try await Browser.notes(
      of: page,
      script: """
        for (const row of document.querySelectorAll("tr[data-summary]")) {
          const name = row.querySelector("code") ?? row.cells[0];
          const cells = [...row.cells].slice(1).map((cell) => cell.textContent.replaceAll(",", ""));
          note([row.dataset.summary, name.textContent, ...cells].join("|"));
        }
        """)
    let records = try #require(
      try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [[String: Any]])
    let members = [
      "program": ["program", "machines", "users"],
      "finding": ["finding", "severity", "machines", "count"],
      "hive": ["hive", "machine", "bytes", "grown"],
    ]
    let expected = records.compactMap { record -> String? in
      guard let kind = record["summary"] as? String, let names = members[kind] else { return nil }
      let texts = names.map { record[$0].map { "\($0)" } ?? "" }
      return ([kind] + texts.map { $0 == "information" ? "note" : $0 }).joined(separator: "|")
    }
    #expect(notes.sorted() == expected.sorted())
    #expect(Set(notes.map { $0.prefix { $0 != "|" } }) == ["program", "finding", "hive"])
    try await Browser.expectReadable(page)
  }
}
