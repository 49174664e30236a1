// SPDX-License-Identifier: MIT

import Foundation
import Testing

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
}
