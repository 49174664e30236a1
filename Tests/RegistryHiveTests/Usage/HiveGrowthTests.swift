// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct HiveGrowthTests {
  private func usage(_ describe: (inout HiveDescription) -> Void) throws -> HiveUsage {
    var description = HiveDescription(root: "ROOT")
    describe(&description)
    return try Hive(bytes: description.build().bytes).usage()
  }

  private func growth(
    from before: (inout HiveDescription) -> Void, to after: (inout HiveDescription) -> Void
  ) throws -> HiveGrowth {
    HiveGrowth(from: try usage(before), to: try usage(after))
  }

  /// What a change says, in one line.
  private func summary(_ change: KeyChange) -> String {
    let scope = change.coversSubkeys ? "tree" : "key"
    let values = change.values.map { " \($0.key)|\($0.name) \($0.change) \($0.delta)" }.joined()
    return "\(change.path) \(change.change) \(scope) \(change.delta)\(values)"
  }

  @Test func `a hive does not differ from itself`() throws {
    let usage = try Hive(bytes: Fixture.named("NTUSER.DAT").build().bytes).usage()
    let growth = HiveGrowth(from: usage, to: usage)
    #expect(growth.changes.isEmpty)
    #expect(growth.allocatedBytes == 0)
  }

  @Test func `added keys count with all below them, and name their values`() throws {
    let growth = try growth {
      $0.set("Alpha", .dword("a", 1))
    } to: {
      $0.set("Alpha", .dword("a", 1))
      $0.set("New", .dword("n", 1))
      $0.set("New\\Below", .binary("data", [UInt8](repeating: 0, count: 100)), .dword("d", 1))
    }
    // The root's list: 4+4+8 → 16, now 4+4+16 → 24. New: 88+8+32+16; Below: 88+16+32+104+32.
    #expect(
      growth.changes.map(summary) == [
        " grown key 8",
        "New added tree 416 New\\Below|data added 136 New|n added 32 New\\Below|d added 32",
      ])
    #expect(growth.changes.map(\.keysAfter) == [1, 2])
    #expect(growth.changes.map(\.keysBefore) == [1, 0])
    #expect(growth.keyBytes == 424)
    #expect(growth.allocatedBytes == 424)
  }

  @Test func `values that came, went, grew and shrank are reported`() throws {
    let growth = try growth {
      $0.set(
        "Alpha", .binary("grow", [1, 2, 3, 4, 5]),
        .binary("shrink", [UInt8](repeating: 0, count: 99)),
        .dword("gone", 1), .dword("same", 1))
    } to: {
      $0.set(
        "ALPHA", .binary("GROW", [UInt8](repeating: 0, count: 60)), .dword("shrink", 1),
        .dword("came", 1), .dword("same", 2))
    }
    #expect(
      growth.changes.map(summary) == [
        "ALPHA shrunk key -56 ALPHA|shrink shrunk -104 ALPHA|GROW grown 48 ALPHA|came added 32 "
          + "ALPHA|gone removed -32"
      ])
    #expect(growth.changes.first?.valueChangeCount == 4)
  }

  @Test func `values that make up for each other are reported too`() throws {
    let growth = try growth {
      $0.set("Alpha", at: filetime(2024, 1, 1), .dword("old", 1))
    } to: {
      $0.set("Alpha", at: filetime(2024, 1, 2), .dword("new", 1))
    }
    #expect(
      growth.changes.map(summary) == [
        "Alpha changed key 0 Alpha|new added 32 Alpha|old removed -32"
      ])
  }

  @Test func `security and lost cells are reported apart from keys`() throws {
    let growth = try growth {
      $0.set("Alpha")
    } to: {
      $0.set("Alpha")
      $0["Alpha"].security = SecurityDescription.user("S-1-5-21-1-2-3-1001").bytes
      $0.extraCells = [.unreferenced([UInt8](repeating: 1, count: 20))]
    }
    #expect(growth.changes.isEmpty)
    #expect(growth.securityBytes > 0)
    #expect(growth.unreferencedBytes == 24)
    #expect(growth.allocatedBytes == growth.securityBytes + 24)
  }

  @Test(arguments: 0..<7)
  func `on every level the changes sum to the growth of the file`(depth: Int) throws {
    let before = try Hive(bytes: Fixture.named("NTUSER-earlier.DAT").build().bytes).usage()
    let after = try Hive(bytes: Fixture.named("NTUSER.DAT").build().bytes).usage()
    for growth in [HiveGrowth(from: before, to: after), HiveGrowth(from: after, to: before)] {
      let changes = growth.changes(depth: depth)
      #expect(
        changes.reduce(0) { $0 + $1.delta } + growth.securityBytes + growth.unreferencedBytes
          == growth.allocatedBytes)
      #expect(changes.allSatisfy { $0.path.names.count <= depth })
      #expect(Set(changes.map(\.path)).count == changes.count)
      #expect(
        changes.reduce(0) { $0 + $1.valueChangeCount }
          == growth.changes.reduce(0) { $0 + $1.valueChangeCount })
    }
  }

  @Test func `a key on the last level stands for all below it`() throws {
    let growth = try growth {
      $0.set("A\\B\\C", .dword("x", 1))
      $0.set("A\\D", .binary("y", [UInt8](repeating: 0, count: 50)))
    } to: {
      $0.set("A\\B\\C", .dword("x", 1), .dword("z", 1))
      $0.set("A\\D", .dword("y", 1))
    }
    #expect(
      growth.changes(depth: 1).map(summary) == [
        "A shrunk tree -16 A\\D|y shrunk -56 A\\B\\C|z added 32"
      ])
    #expect(
      growth.changes(depth: 2).map(summary) == [
        "A\\B grown tree 40 A\\B\\C|z added 32", "A\\D shrunk tree -56 A\\D|y shrunk -56",
      ])
    #expect(growth.changes(depth: 0).map(summary).first?.hasPrefix(" shrunk tree -16") == true)
  }

  @Test func `only the key at a path is compared on demand`() throws {
    let before = try usage { $0.set("A\\B", .dword("x", 1)) }
    let after = try usage {
      $0.set("A\\B", .dword("x", 1), .dword("y", 1))
      $0.makeKey("C")
    }
    let growth = HiveGrowth(from: before, to: after, at: "a")
    #expect(growth.changes.map(summary) == ["a\\B grown key 40 a\\B|y added 32"])
    #expect(
      HiveGrowth(from: before, to: after, at: "C").changes.map(summary) == ["C added tree 88"])
    #expect(
      HiveGrowth(from: after, to: before, at: "C").changes.map(summary) == ["C removed tree -88"])
    #expect(HiveGrowth(from: before, to: after, at: "D").changes.isEmpty)
  }

  @Test func `lists out of order and names in twice are matched`() throws {
    let before = Fixture.named("damaged/wrong-order").build()
    var after = before
    after.swapSubkeys(of: "", 0, 2)
    let growth = HiveGrowth(
      from: try Hive(bytes: before.bytes).usage(), to: try Hive(bytes: after.bytes).usage())
    #expect(growth.changes.isEmpty)
  }

  @Test func `of many values the largest ten are reported, and all are counted`() throws {
    let growth = try growth {
      $0.makeKey("Alpha")
    } to: {
      $0["Alpha"].values = (0..<2_000).map {
        .binary("v\($0)", [UInt8](repeating: 0, count: 8 + 8 * ($0 % 100)))
      }
    }
    let change = try #require(growth.changes.last)
    #expect(change.values.count == 10)
    #expect(change.valueChangeCount == 2_000)
    #expect(change.values.allSatisfy { $0.delta == 32 + 4 + 804 })
  }
}
