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

  @Test func `many paths of many definitions end at a million`() throws {
    let paths = (0..<2000).map { "'HKLM\\Software\\\($0)'" }.joined(separator: ", ")
    var yaml = "name: A\nsources:\n- type: REGISTRY_KEY\n  attributes: {keys: &p [\(paths)]}\n"
    for _ in 0..<600 { yaml += "- type: REGISTRY_KEY\n  attributes: {keys: *p}\n" }
    let rules = try ExtractionRules(yaml: yaml)
    #expect(rules.rules.count == 1_000_000)
    #expect(rules.problemCount == 1)
  }

  @Test func `ten thousand rules with wildcards`() throws {
    let rule = "    - {HiveType: NTUSER, KeyPath: '*\\*\\*\\*', DisablePlugin: true}\n"
    let (count, extraction) = try extraction(
      "Keys:\n" + String(repeating: rule, count: 10_000))
    #expect(count == 400 * RuleStates.ruleLimit)
    #expect(extraction.leftOutCount == 400 * (10_000 - RuleStates.ruleLimit))
  }
}
