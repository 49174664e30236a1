// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct HiveComparisonTests {
  private func hive(_ describe: (inout HiveDescription) -> Void) throws -> Hive {
    var description = HiveDescription()
    describe(&description)
    return try Hive(bytes: description.build().bytes)
  }

  /// What is not the same, one line a change.
  private func changes(from before: Hive, to after: Hive) -> [String] {
    var lines: [String] = []
    var comparison = HiveComparison(from: before, to: after)
    while let change = comparison.next() {
      let value: String
      switch change.subject {
      case .key: value = ""
      case .value(let before, let after): value = "|\((after ?? before)?.name.description ?? "")"
      }
      let aspects = change.aspects.map(\.rawValue).joined(separator: ",")
      lines.append("\(change.kind) \(comparison.path)\(value) \(aspects)")
    }
    return lines
  }

  @Test(arguments: ["NTUSER.DAT", "SYSTEM", "format/names", "format/big-data", "format/list-ri"])
  func `a hive does not differ from itself`(name: String) throws {
    let hive = try Hive(bytes: Fixture.named(name).build().bytes)
    #expect(changes(from: hive, to: hive) == [])
    #expect(HiveComparison(from: hive, to: hive).counts().isEmpty)
  }

  @Test func `what only one copy has is reported with everything in it`() throws {
    let small = try hive { $0.set("B", .dword("b", 1)) }
    let large = try hive {
      $0.set("A\\Below", .dword("x", 1), .dword("y", 1))
      $0.set("B", .dword("b", 1), .dword("c", 1))
      $0.set("C", .dword("", 1))
    }
    let lines = [" A ", " A\\Below ", " A\\Below|x ", " A\\Below|y ", " B|c ", " C ", " C| "]
    #expect(changes(from: small, to: large) == lines.map { "added" + $0 })
    #expect(changes(from: large, to: small) == lines.map { "removed" + $0 })
    let counts = HiveComparison(from: small, to: large).counts()
    #expect(counts.keysAdded == 3)
    #expect(counts.valuesAdded == 4)
    #expect(counts.keysChanged + counts.keysRemoved == 0)
    #expect(counts.valuesChanged + counts.valuesRemoved == 0)
  }

  @Test func `names belong together whatever their case, and the case is reported`() throws {
    let before = try hive { $0.set("Größe\\below", .dword("one", 1), .dword("Zwei", 2)) }
    let after = try hive { $0.set("GRÖßE\\below", .dword("ONE", 1), .dword("Zwei", 3)) }
    #expect(
      changes(from: before, to: after) == [
        "changed GRÖßE name", "changed GRÖßE\\below|ONE name", "changed GRÖßE\\below|Zwei data",
      ])
  }

  @Test func `each aspect is reported`() throws {
    let before = try hive {
      $0.set(
        "Key", .string("type", "text"), .binary("size", [1, 2]), .binary("data", [1, 2, 3]),
        .binary("same", [1, 2, 3]))
    }
    let after = try hive {
      $0.set(
        "Key", at: 5, .expandString("type", "text"), .binary("size", [1]),
        .binary("data", [1, 2, 4]), .binary("same", [1, 2, 3]))
      $0["Key"].className = Array("Class".utf16)
      $0["Key"].security = SecurityDescription.user(Fixture.userSID).bytes
      $0["Key"].userFlags = 1
    }
    #expect(
      changes(from: before, to: after) == [
        "changed Key lastWritten,className,security,flags", "changed Key|data data",
        "changed Key|size data", "changed Key|type type",
      ])
  }

  @Test func `data in segments are compared to their end`() throws {
    let bytes = [UInt8](repeating: 7, count: 40_000)
    var other = bytes
    other[39_999] = 8
    let before = try hive { $0.set("Key", .binary("big", bytes)) }
    let same = try hive {
      $0.set("Key", .binary("big", bytes))
    }
    let after = try hive { $0.set("Key", .binary("big", other)) }
    #expect(changes(from: before, to: same) == [])
    #expect(changes(from: before, to: after) == ["changed Key|big data"])
  }

  @Test func `the order of the lists does not matter`() throws {
    let sorted = try Hive(bytes: Fixture.sample().build().bytes)
    let unsorted = try Hive(bytes: Fixture.named("damaged/wrong-order").build().bytes)
    #expect(changes(from: sorted, to: unsorted) == [])
  }

  @Test func `a loop ends, and is reported`() throws {
    let sound = try Hive(bytes: Fixture.sample().build().bytes)
    let loop = try Hive(bytes: Fixture.named("damaged/subkey-loop").build().bytes)
    var comparison = HiveComparison(from: sound, to: loop)
    var kinds: [HiveChange.Kind] = []
    while let change = comparison.next() { kinds.append(change.kind) }
    #expect(kinds == [.removed])
    #expect(comparison.findingsBefore.isEmpty)
    #expect(comparison.findingsAfter.map(\.finding.id) == ["key-reused"])
    #expect(comparison.findingsAfter.map(\.path) == ["Gamma"])
    #expect(comparison.findingCountAfter == 1)
  }

  @Test(arguments: Fixture.all.map(\.name).filter { $0.hasPrefix("damaged/") })
  func `damage does no harm`(name: String) throws {
    let sound = try Hive(bytes: Fixture.wideSample().build().bytes)
    let damaged = try Hive(bytes: Fixture.named(name).build().bytes)
    let there = HiveComparison(from: sound, to: damaged).counts()
    let back = HiveComparison(from: damaged, to: sound).counts()
    #expect(there.keysAdded == back.keysRemoved)
    #expect(there.keysRemoved == back.keysAdded)
    #expect(there.keysChanged == back.keysChanged)
    #expect(there.valuesAdded == back.valuesRemoved)
    #expect(there.valuesRemoved == back.valuesAdded)
    #expect(there.valuesChanged == back.valuesChanged)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow")) func `a deep tree is compared to its end`()
    throws
  {
    func deep(_ count: Int) throws -> Hive {
      try hive {
        var id = HiveDescription.KeyID.root
        for _ in 0..<count { id = $0.add("k", to: id) }
      }
    }
    let counts = HiveComparison(from: try deep(60_000), to: try deep(60_001)).counts()
    #expect(counts.keysAdded == 1)
    #expect(counts.keysChanged == 0)
  }
}
