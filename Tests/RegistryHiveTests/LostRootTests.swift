// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Hives whose root key cannot be read.
@Suite struct LostRootTests {
  /// The paths of all keys, and the identifiers of all findings.
  private func read(_ built: BuiltHive) throws -> (paths: [RegistryPath], ids: [String]) {
    let hive = try Hive(bytes: built.bytes)
    var paths: [RegistryPath] = []
    var ids = hive.findings.map(\.id)
    var walk = hive.root.walk()
    while walk.next() != nil {
      paths.append(walk.path)
      ids += walk.findings.map(\.id)
    }
    return (paths, ids)
  }

  @Test func `a root that is elsewhere is found by its mark`() throws {
    var built = Fixture.sample().build()
    built.set(.rootOffset, to: .max)
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.offset == built.key("").node)
    #expect(hive.fileSize == built.bytes.count)
    #expect(try read(built).paths == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(try read(built).ids == ["root-cell"])
    #expect(
      hive.findings.map(\.found) == [
        "a reference to 0x100000fff where a cell between 0x1020 and 0x2000 was expected; reading "
          + "goes on from the key at 0x1020, which is marked as a root"
      ])
  }

  @Test func `of two marked roots, the one with subkeys counts`() throws {
    var built = Fixture.sample().build()
    built.set(.flags, of: "Beta", to: UInt16(0x24))
    built.set(.rootOffset, to: .max)
    #expect(try Hive(bytes: built.bytes).root.offset == built.key("").node)
  }

  @Test func `of two marked roots, the one counts that keys name, whatever the other claims`()
    throws
  {
    var built = Fixture.sample().build()
    built.set(.flags, of: "Beta", to: UInt16(0x24))
    built.set(.subkeyCount, of: "Beta", to: UInt32.max)
    built.set(.rootOffset, to: .max)
    #expect(try Hive(bytes: built.bytes).root.offset == built.key("").node)
  }

  @Test func `a second root with keys of its own is read beside the first`() throws {
    var built = Fixture.sample().build()
    // Gamma becomes a root that no list leads to, with its subkey Delta.
    built.set(.flags, of: "Gamma", to: UInt16(0x24))
    built.set(.parent, of: "Gamma", to: UInt32.max)
    built.set(.subkeyCount, of: "", to: UInt32(2))
    built.put(UInt16(2), at: built.key("").subkeyLists[0] + 6)
    built.set(.rootOffset, to: .max)
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.name == "(root lost)")
    #expect(try read(built).paths.contains { $0.names.last == "Delta" })
    #expect(try read(built).paths.contains { $0.names.last == "Alpha" })
  }

  @Test(arguments: [UInt16(0x20), 0x24])
  func `a root that names a key as its parent is read with all keys below it`(flags: UInt16) throws
  {
    let whole = Set(try read(Fixture.sample().build()).paths.compactMap(\.names.last))
    for (parent, orphan) in [("Gamma\\Delta", "Beta"), ("Beta", "Gamma\\Delta")] {
      var built = Fixture.sample().build()
      built.set(.flags, of: "", to: flags)
      built.set(.parent, of: "", to: built.relative(built.key(parent).node))
      // A key without a readable parent, from which little can be reached.
      built.set(.parent, of: orphan, to: UInt32.max)
      built.set(.rootOffset, to: .max)
      let names = Set(try read(built).paths.compactMap(\.names.last))
      #expect(names.isSuperset(of: whole))
    }
  }

  @Test func `without a root, reading begins at every key without a parent`() throws {
    // Free, and not marked as a root.
    var free = Fixture.sample().build()
    free.flipAllocation(of: free.key("").node)
    free.set(.flags, of: "", to: UInt16(0x20))
    var other = Fixture.sample().build()
    other.set(.signature, of: "", to: UInt16(0x6B73))
    for built in [free, other] {
      let hive = try Hive(bytes: built.bytes)
      #expect(try read(built).paths == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
      #expect(try read(built).ids == ["root-cell"])
      #expect(hive.findings.first?.offset == 36)
      #expect(hive.root.name == "(root lost)")
      #expect(hive.root.offset >= built.bytes.count)
      #expect(hive.key(at: "gamma\\delta")?.path == "Gamma\\Delta")
      #expect(hive.key(at: "Beta")?.value(named: "one")?.data == .dword(1))
      #expect(hive.check().map(\.rule.id).contains("root-cell"))
    }
  }

  @Test func `a root whose cell is marked free is read where keys name it`() throws {
    var built = Fixture.sample().build()
    built.flipAllocation(of: built.key("").node)
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.tree == (try Hive(bytes: Fixture.sample().build().bytes).tree))
    #expect(hive.findings.map(\.id) == ["cell-free"])
    #expect(hive.findings.map(\.offset) == [built.key("").node])
    #expect(hive.isOpenedByLibhivex())
  }

  /// A hive with a second tree, `Zz`, whose root is marked as one and which nothing leads to.
  private func withDecoy() -> BuiltHive {
    var description = Fixture.sample()
    description.set("Zulu", .dword("one", 1))
    for number in 10..<30 { description.makeKey("Zz\\Fake \(number)") }
    var built = description.build()
    // The root's list ends before it.
    built.setListCount(of: "", to: 4)
    built.set(.subkeyCount, of: "", to: UInt32(4))
    built.set(.flags, of: "Zz", to: UInt16(0x2C))
    built.set(.parent, of: "Zz", to: UInt32.max)
    return built
  }

  @Test func `a decoy root beside one that is marked free hides nothing`() throws {
    var built = withDecoy()
    built.flipAllocation(of: built.key("").node)
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.findings.map(\.id) == ["cell-free", "second-root"])
    #expect(hive.key(at: "Zulu")?.value(named: "one")?.data == .dword(1))
    #expect(hive.key(at: "Beta")?.value(named: "one")?.data == .dword(1))
    #expect(hive.key(at: "Gamma\\Delta") != nil)
    #expect(hive.key(at: "Zz")?.subkeys.count == 20)
  }

  @Test func `a decoy root beside one that is lost hides no values`() throws {
    var built = withDecoy()
    built.set(.signature, of: "", to: UInt16(0))
    let paths = try read(built).paths
    #expect(paths.contains { $0.names.last == "Zulu" })
    #expect(paths.contains { $0.names.last == "Beta" })
    #expect(paths.contains { $0.names.last == "Delta" })
    #expect(paths.contains { $0.names.last == "Fake 29" })
  }

  @Test func `a header that leads to a decoy root hides nothing`() throws {
    var built = withDecoy()
    built.set(.rootOffset, to: built.relative(built.key("Zz").node))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.subkeys.count == 21)
    #expect(hive.key(at: "ROOT\\Zulu")?.value(named: "one")?.data == .dword(1))
    #expect(hive.key(at: "ROOT\\Gamma\\Delta") != nil)
    #expect(hive.findings.map(\.id) == ["second-root"])
    #expect(Set(hive.check().map(\.rule.id)) == ["second-root", "entry-flag"])
    #expect(hive.isOpenedByLibhivex())
  }

  @Test func `what stands behind the bins is left as it is`() throws {
    var built = Fixture.sample().build()
    built.set(.signature, of: "", to: UInt16(0))
    let size = built.bytes.count
    built.append([UInt8](repeating: 7, count: 10_000))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.subkeys.count == 3)
    // The bin of the made-up root takes the place of the first page there, in memory.
    #expect(hive.root.offset == size + 32)
    #expect(hive.fileSize == built.bytes.count)
  }

  @Test func `thousands of keys without a parent are read`() throws {
    var description = HiveDescription()
    for number in 0..<2_500 { description.add(NameDescription("k\(number)")) }
    var built = description.build()
    built.set(.signature, of: "", to: UInt16(0))
    let (paths, ids) = try read(built)
    #expect(paths.count == 2_501)
    #expect(ids == ["root-cell"])
    let usage = try Hive(bytes: built.bytes).usage()
    #expect(usage.counts.keys == 2_501)
    #expect(usage.findings.map(\.finding.id) == [])
  }

  @Test func `keys that are all their own ancestors are read from one of them`() throws {
    var description = HiveDescription()
    description.makeKey("a\\b")
    var built = description.build()
    built.flipAllocation(of: built.key("").node)
    built.set(.parent, of: "a", to: built.relative(built.key("a\\b").node))
    #expect(try read(built).paths == ["", "a", "a\\b"])
  }

  @Test func `without any key there is nothing to read`() throws {
    var built = Fixture.sample().build()
    for key in built.keys { built.flipAllocation(of: key.node) }
    let error = try #require(throws: HiveError.self) { try Hive(bytes: built.bytes) }
    #expect(error.code == .noKeys)
    #expect(error.offset == built.key("").node)
    #expect(
      error.reason == "its root key cannot be read, nor any other: at offset 0x1020: expected a "
        + "cell in use, found a free cell")
  }
}
