// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents
import WindowsTypes

/// Each rule finds what it is for, and leaves alone what is next to it.
@Suite struct RuleCasesTests {
  @Test func `every rule has a case that provokes it and one that it refuses`() {
    let rules = Set(ProfileRules.all.map(\.rule.id))
    let cases = RuleCase.all.map(\.id)
    #expect(Set(cases).count == cases.count)
    #expect(Set(cases).symmetricDifference(rules) == [])
  }

  @Test(arguments: RuleCase.all.indices)
  func `a rule is provoked and refused`(index: Int) throws {
    let rule = RuleCase.all[index]
    let provoked = try results(rule.layout, rule.provoke)
    #expect(provoked.contains { $0.rule.id == rule.id }, "\(rule.id) is not provoked")
    let refused = try results(rule.layout, rule.refuse)
    #expect(!refused.contains { $0.rule.id == rule.id }, "\(rule.id) is not refused")
    for result in provoked + refused {
      #expect(!namesCommand(result.advice), "\(result.rule.id): \(result.advice)")
    }
  }

  @Test func `the advice of no rule names a command`() {
    for rule in ProfileRules.all.map(\.rule) { #expect(!namesCommand(rule.advice), "\(rule.id)") }
  }

  private func namesCommand(_ advice: String) -> Bool {
    advice.contains(/hive (check|dump|events|growth|info|policy|recover)\b/)
  }

  @Test(arguments: ["LogOff.md", "LogOff.sv.md"])
  func `every identifier stands in the guides`(name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Docs/\(name)")
    let text = try String(contentsOf: file, encoding: .utf8)
    let others = ["evidence-unreadable", "collections-not-judged"]
    for id in Set(ProfileRules.all.map(\.rule.id)).union(others) {
      #expect(text.contains("`\(id)`"), "\(id) is not in Docs/\(name)")
    }
  }

  private func results(
    _ layout: VolumeDescription.Layout, _ change: RuleCase.Change
  ) throws -> [CheckResult] {
    var evidence = RuleEvidence(volume: VolumeDescription(layout))
    change(&evidence)
    let folder = try TemporaryFolder()
    let replaced = Set(evidence.files.map(\.path)).union(evidence.missing)
    for (path, bytes) in evidence.volume.files where !replaced.contains(path) {
      try folder.write(bytes, to: path)
    }
    for (path, bytes) in evidence.files { try folder.write(bytes, to: path) }
    for (path, target) in evidence.links { try folder.link(path, to: target) }
    let check = try ProfileCheck(
      path: folder.path, events: evidence.volume.events.compactMap { ProfileEvent($0) },
      options: .init(
        classes: evidence.classes, since: evidence.since.map { FileTime(rawValue: $0) }))
    return check.results
  }
}
