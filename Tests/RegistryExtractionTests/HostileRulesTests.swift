// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@testable import RegistryExtraction

/// Files of rules that are made to take long, or much room, do not.
@Suite struct HostileRulesTests {
  private static let hive: HiveDescription = {
    var hive = HiveDescription()
    hive.makeKey("Control Panel")
    hive.makeKey("Software")
    for index in 0..<20 {
      for inner in 0..<20 { hive.set("k\(index)\\a\\b\(inner)\\c", .dword("v", 1)) }
    }
    return hive
  }()

  private func extraction(_ yaml: String) throws -> (count: Int, extraction: Extraction) {
    var extraction = try Hive(bytes: Self.hive.build().bytes).extract(
      try ExtractionRules(yaml: yaml))
    var count = 0
    while extraction.next() != nil { count += 1 }
    return (count, extraction)
  }

  @Test func `aliases stand for what they name, not for copies`() throws {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<60 {
      let names = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      yaml += "a\(level): &a\(level) [\(names)]\n"
    }
    let error = #expect(throws: RulesError.self) {
      try ExtractionRules(yaml: yaml + "Keys: *a59\n")
    }
    #expect(error?.code == .noRules)
    #expect(error?.problems.count == 10)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `many paths of many definitions end at a million`() throws {
    let paths = (0..<2000).map { "'HKLM\\Software\\\($0)'" }.joined(separator: ", ")
    var yaml = "name: A\nsources:\n- type: REGISTRY_KEY\n  attributes: {keys: &p [\(paths)]}\n"
    for _ in 0..<600 { yaml += "- type: REGISTRY_KEY\n  attributes: {keys: *p}\n" }
    let rules = try ExtractionRules(yaml: yaml)
    #expect(rules.rules.count == 1_000_000)
    #expect(rules.problemCount == 1)
  }

  @Test func `rules with too many ways through a hive are followed no further, and that shows`()
    throws
  {
    let rule = "    - {HiveType: NTUSER, KeyPath: '*\\*\\*\\*', DisablePlugin: true}\n"
    let rules = try ExtractionRules(yaml: "Keys:\n" + rule)
    let hive = try Hive(bytes: Self.hive.build().bytes)
    var all = Extraction(rules, hive, user: nil, includesDeleted: true)
    var some = Extraction(rules, hive, user: nil, includesDeleted: true, workLimit: 500)
    #expect(all.reduce(0) { count, _ in count + 1 } == 400)
    while all.next() != nil {}
    #expect(!all.isCutShort)
    var count = 0
    while some.next() != nil { count += 1 }
    #expect(count < 400)
    #expect(some.isCutShort)
  }

  @Test func `keys that share too many values are not all decoded, and that shows`() throws {
    var description = HiveDescription()
    let path = "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\RunMRU"
    description.makeKey("Control Panel")
    description.set(path, .string("a", "1"), .string("b", "2"), .string("c", "3"))
    let hive = try Hive(bytes: description.build().bytes)
    let rules = try ExtractionRules(
      yaml: PlainRule.batch([PlainRule(hive: "NTUSER", path: path)])
        .replacing("DisablePlugin: true", with: "DisablePlugin: false"))
    let key = try #require(hive.key(at: RegistryPath(path)))
    func run(limit: Int, times: Int) -> (rows: [Int], isCutShort: Bool) {
      var run = DecoderRun(kind: .ntuser, isBatch: true, limit: limit)
      var repeats = RepeatAllowance(fileSize: 0)
      let rows = (0..<times).map { _ in
        run.rows(of: key, path: RegistryPath(path), [(0, rules.rules[0])], &repeats).list.count
      }
      return (rows, run.isCutShort)
    }
    #expect(run(limit: 4, times: 1) == ([3], false))
    #expect(run(limit: 8, times: 2) == ([3, 3], false))
    #expect(run(limit: 4, times: 3) == ([3, 0, 0], true))
    #expect(run(limit: 2, times: 1) == ([2], true))
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow")) func `a hundred thousand rules with wildcards`()
    throws
  {
    let rule = "    - {HiveType: NTUSER, KeyPath: '*\\*\\*\\*', DisablePlugin: true}\n"
    let (count, extraction) = try extraction(
      "Keys:\n" + String(repeating: rule, count: 100_000))
    #expect(count + extraction.leftOutCount == 400 * 100_000)
    // Each value is given at least once.
    #expect(count > 400 && count < 400 * RuleStates.ruleLimit)
  }

  @Test func `what rules give again is bounded, and each value is given`() throws {
    // Two million bytes.
    var allowance = RepeatAllowance(fileSize: 1 << 16)
    let taken = [(0, 1), (100, 0), (100, 1_500_000), (100, 1_500_000), (1000, 800), (1000, 800)]
      .map { allowance.take($0.0, size: $0.1) }
    #expect(taken == [0, 100, 2, 1, 578, 1])
  }
}
