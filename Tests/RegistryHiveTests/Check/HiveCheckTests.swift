// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Damage of one kind, and what a check must find: the results that it leads to, and no others.
struct CheckCase: Sendable, CustomTestStringConvertible {
  /// What is meant to be found.
  let id: String
  /// What is found by the way: how other places look after such damage.
  let besides: [String]
  let bytes: [UInt8]

  var testDescription: String { id }

  init(
    _ id: String, besides: [String] = [], _ hive: HiveDescription = Fixture.sample(),
    _ damage: (inout BuiltHive) -> Void = { _ in }
  ) {
    self.id = id
    self.besides = besides
    var built = hive.build()
    damage(&built)
    bytes = built.bytes
  }
}

@Suite struct HiveCheckTests {
  private static let cases =
    CheckCase.files + CheckCase.cells + CheckCase.keys + CheckCase.lists + CheckCase.values

  @Test(arguments: cases)
  func `a fault is found, and nothing that is not there`(damage: CheckCase) throws {
    let results = try Hive(bytes: damage.bytes).check()
    #expect(Set(results.map(\.rule.id)) == Set([damage.id] + damage.besides))
    let result = try #require(results.first { $0.rule.id == damage.id })
    #expect(result.count > 0)
    #expect(result.evidence.count == min(result.count, 1000))
  }

  @Test func `there is a case for every rule`() {
    let provoked = Set(Self.cases.map(\.id)).union([
      "dirty-replayed", "replay-incomplete", "hivex-disagrees", "log-unreadable",
    ])
    #expect(Set(CheckRule.hiveRules.map(\.id)) == provoked)
    #expect(CheckRule.hiveRules.count == provoked.count)
  }

  @Test func `the advice of no rule names a command`() {
    for rule in CheckRule.hiveRules {
      #expect(!rule.advice.contains(/hive (check|dump|events|growth|info|recover)\b/), "\(rule.id)")
    }
    let next = Set(CheckRule.hiveRules.flatMap(\.followUps))
    #expect(next == [.deletedRecords, .recovery, .transactionLogs])
  }

  @Test(
    arguments: Fixture.all.filter { !$0.name.hasPrefix("damaged/") && !$0.name.hasSuffix(".pol") })
  func `sound hives have no problem and no warning`(fixture: Fixture) throws {
    let found = try Hive(bytes: fixture.build().bytes).check()
      .filter { $0.rule.severity != .information }
    // One of the hives has all kinds of names, the impossible among them.
    let expected = fixture.name == "format/names" ? ["key-name-backslash"] : []
    #expect(found.map(\.rule.id) == expected)
  }

  @Test func `what a list has of letters beyond ASCII is no fault, as Windows writes others`()
    throws
  {
    var description = HiveDescription(minorVersion: 3)
    description.add("ab")
    description.add("\u{E9}t\u{E9}")
    var built = description.build()
    built.put([0x82, 0x74, 0x82, 0], at: built.subkeyElement(of: "", at: 1) + 4)
    #expect(try Hive(bytes: built.bytes).check().map(\.rule.id) == [])
    built.put([0x78], at: built.subkeyElement(of: "", at: 0) + 4)
    #expect(try Hive(bytes: built.bytes).check().map(\.rule.id) == ["list-hint"])
  }

  @Test func `the most serious come first`() throws {
    var description = Fixture.sample()
    description.extraCells = [.unreferenced([1, 2, 3, 4])]
    var built = description.build()
    built.makeDirty()
    built.swapSubkeys(of: "", 0, 2)
    let results = try Hive(bytes: built.bytes).check()
    #expect(results.map(\.rule.severity) == [.problem, .warning, .information])
    #expect(results.map(\.rule.id) == ["subkey-order", "dirty", "cell-unreferenced"])
    #expect(results.map(\.count) == [2, 1, 1])
    #expect(Set(results.map(\.subject)) == ["hive"])
  }

  @Test func `evidence shows place and fact`() throws {
    var built = Fixture.sample().build()
    built.set(.parent, of: "Gamma\\Delta", to: built.relative(built.key("Beta").node))
    let result = try #require(try Hive(bytes: built.bytes).check().first)
    let evidence = try #require(result.evidence.first)
    #expect(evidence.source == "hive\\Gamma\\Delta")
    #expect(evidence.path == "Gamma\\Delta")
    #expect(evidence.offset == built.key("Gamma\\Delta").node + 20)
    let (gamma, beta) = (
      String(built.relative(built.key("Gamma").node), radix: 16),
      String(built.relative(built.key("Beta").node), radix: 16)
    )
    #expect(
      evidence.fact == "expected 0x\(gamma), the key that lists this one, found 0x\(beta)")
  }

  @Test func `all is counted, and a thousand cases are kept`() throws {
    var description = HiveDescription()
    for number in 0..<1500 { description.add(NameDescription("k\(number)")) }
    var built = description.build()
    for key in built.keys.dropFirst() { built.put(UInt32(8), at: key.node + 20) }
    let result = try #require(try Hive(bytes: built.bytes).check().first)
    #expect(result.rule.id == "key-parent")
    #expect(result.count == 1500)
    #expect(result.evidence.count == 1000)
  }

  @Test func `a deep tree does not exhaust the stack`() throws {
    var description = HiveDescription()
    var parent = HiveDescription.KeyID.root
    for _ in 0..<20_000 { parent = description.add("k", to: parent) }
    let results = try Hive(bytes: description.build().bytes).check()
    #expect(results.map(\.rule.id) == ["key-depth"])
  }

  @Test func `a hive that its logs made whole is no cause for concern`() throws {
    let before = Fixture.sample().build().bytes
    var after = Fixture.sample()
    after["Beta"].values[0] = .dword("one", 7)
    let log = BuiltLog(states: [before, after.build().bytes], firstSequence: 1)
    let results = try Hive(bytes: withSequences(before, 2, 1), logs: [log.bytes]).check()
    #expect(results.map(\.rule.id) == ["dirty-replayed"])
    #expect(results.map(\.rule.severity) == [.information])
  }

  @Test func `logs that end in damage are a warning`() throws {
    let states = (0..<3).map { step in
      var hive = Fixture.sample()
      hive["Beta"].values[0] = .dword("one", UInt32(step))
      return hive.build().bytes
    }
    var log = BuiltLog(states: states, firstSequence: 1)
    log.flipPageByte(inEntry: 1)
    let results = try Hive(bytes: withSequences(states[0], 2, 1), logs: [log.bytes]).check()
    #expect(results.map(\.rule.id) == ["replay-incomplete"])
    #expect(results.map(\.rule.severity) == [.warning])
  }
}
