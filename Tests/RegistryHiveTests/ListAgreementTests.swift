// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@testable import RegistryHive

/// What libhivex gives as lists, beside what is read from the file without it.
@Suite struct ListAgreementTests {
  private static let sound = Fixture.all.map(\.name).filter {
    !$0.hasPrefix("damaged/") && !$0.hasSuffix(".pol")
  }

  @Test(arguments: sound)
  func `libhivex opens a sound hive, and gives the same lists`(name: String) throws {
    let hive = try Hive(bytes: Fixture.named(name).build().bytes)
    let hivex = try #require(hive.hivex)
    #expect(hive.isOpenedByLibhivex())
    for key in hive.root.walk() {
      var faults: [FormatError] = []
      #expect(
        hivex.subkeys(of: key.offset) == hive.subkeys(of: key.node, from: nil, reporting: &faults))
      #expect(
        hivex.values(of: key.offset) == hive.values(of: key.node, from: nil, reporting: &faults))
      #expect(faults == [])
    }
  }

  @Test(
    .enabled(if: Corpus.folder != nil, "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"),
    arguments: Corpus.names)
  func `where libhivex opens a real hive, it gives the same lists`(name: String) throws {
    let hive = try Hive(path: Corpus.path(name), logs: .none)
    let found = hive.check().filter { $0.rule.id == "hivex-disagrees" }
    #expect(found.flatMap(\.evidence).map(\.fact) == [])
  }

  @Test func `a hive that libhivex refuses says so`() throws {
    var built = Fixture.wideSample().build()
    built.breakBin(1)
    #expect(!(try Hive(bytes: built.bytes).isOpenedByLibhivex()))
  }
}

// MARK: - Libhivex is asked

extension ListAgreementTests {
  /// A hive of the same size in which the lists stand at the same places, in another order.
  private func swapped() throws -> (hive: Hive, other: Hive) {
    var built = Fixture.sample().build()
    let hive = try Hive(bytes: built.bytes)
    built.swapSubkeys(of: "", 0, 2)
    let (one, other) = (
      built.valueElement(of: "Beta", at: 0), built.valueElement(of: "Beta", at: 1)
    )
    let reference = built.number(UInt32.self, at: one)
    built.put(built.number(UInt32.self, at: other), at: one)
    built.put(reference, at: other)
    return (hive, try Hive(bytes: built.bytes))
  }

  @Test func `the lists of single keys come from libhivex`() throws {
    let (hive, other) = try swapped()
    var faults: [FormatError] = []
    let root = hive.root
    #expect(
      hive.subkeys(of: root.node, from: other.hivex, reporting: &faults)
        == other.root.subkeys.map(\.offset))
    #expect(other.root.subkeys.map(\.offset) == root.subkeys.map(\.offset).reversed())
    let beta = try #require(hive.key(at: "Beta"))
    #expect(
      hive.values(of: beta.node, from: other.hivex, reporting: &faults).prefix(2)
        == [beta.values[1].offset, beta.values[0].offset])
    #expect(faults == [])
  }

  @Test func `a check reports where libhivex reads something else`() throws {
    let (hive, other) = try swapped()
    #expect(hive.check(comparing: hive.hivex).isEmpty)
    let results = hive.check(comparing: other.hivex)
    #expect(results.map(\.rule.id) == ["hivex-disagrees"])
    #expect(results.first?.rule.severity == .warning)
    #expect(
      results.first?.evidence.map { "\($0.source): \($0.fact)" } == [
        "hive\\: expected 3 subkeys in libhivex too, found others",
        "hive\\Beta: expected 3 values in libhivex too, found others",
      ])
  }

  @Test func `a check reports a sound hive that libhivex does not open`() throws {
    let results = try Hive(bytes: Fixture.sample().build().bytes).check(comparing: nil)
    #expect(results.map(\.rule.id) == ["hivex-disagrees"])
    #expect(results.first?.evidence.map(\.offset) == [0])
  }
}
