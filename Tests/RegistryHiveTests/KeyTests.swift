// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct KeyTests {
  @Test func `the root holds the tree, each level in stored order`() throws {
    let built = Fixture.sample().build()
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.name == "ROOT")
    #expect(hive.root.offset == built.key("").node)
    #expect(hive.root.subkeys.map(\.name) == ["Alpha", "Beta", "Gamma"])
    #expect(hive.root.subkeys[2].subkeys.map(\.name) == ["Delta"])
    #expect(hive.root.subkeys[2].subkeys[0].subkeys.isEmpty)
    #expect(hive.root.subkeys.map(\.offset) == built.keys[1...3].map(\.node))
  }

  @Test func `subkeys come in stored order, even a wrong one`() throws {
    let hive = try Hive {
      $0.root.sortsSubkeys = false
      for name in ["b", "C", "a"] { $0.add(NameDescription(name)) }
    }
    #expect(hive.root.subkeys.map(\.name) == ["b", "C", "a"])
    #expect(hive.root.findings == [])
  }

  @Test func `values have names, types, sizes, data and places`() throws {
    let built = Fixture.sample().build()
    let values = try #require(try Hive(bytes: built.bytes).key(at: "Beta")).values
    #expect(values.map(\.name) == ["one", "text", "two"])
    #expect(values.map(\.type) == [.dword, .string, .dword])
    #expect(values.map(\.size) == [4, 24, 4])
    #expect(values.map(\.data) == [.dword(1), .string("Beta's text"), .dword(2)])
    #expect(values.map(\.bytes.count) == [4, 24, 4])
    #expect(values.map(\.offset) == built.key("Beta").values.map(\.record))
    #expect(values.allSatisfy { $0.findings == [] })
  }

  @Test func `a key's time has the full precision`() throws {
    let hive = try Hive {
      $0["key"].lastWritten = filetime(2012, 4, 9, 13, 10, 43, ticks: 4_537_497)
    }
    #expect(
      hive.key(at: "key")?.lastWritten.description == "2012-04-09T13:10:43.4537497Z")
  }

  @Test func `every key knows the way up`() throws {
    let hive = try Hive(bytes: Fixture.sample().build().bytes)
    let delta = try #require(hive.key(at: "gamma\\delta"))
    #expect(delta.path == "Gamma\\Delta")
    #expect(delta.parent?.name == "Gamma")
    #expect(delta.parent?.parent?.offset == hive.root.offset)
    #expect(hive.root.parent == nil)
    #expect(hive.root.path.isRoot)
    #expect(hive.root.path.description == "")
  }

  @Test func `a path tells the names as stored, whatever stands in them`() throws {
    let names: [NameDescription] = [
      "back\\slash", "nul\0", NameDescription(units: [0xD83D, 0x61], form: .utf16), "Ключ",
    ]
    var description = HiveDescription()
    var id = HiveDescription.KeyID.root
    for name in names { id = description.add(name, to: id) }
    let built = description.build()
    let hive = try Hive(bytes: built.bytes)
    let path = RegistryPath(names: names.map { RegistryString(utf16: $0.units) })
    let key = try #require(hive.key(at: path))
    #expect(key.offset == built.key(id).node)
    #expect(key.path == path)
    #expect(key.name.utf16 == names[3].units)
  }

  @Test func `a wrong parent leads the way up astray, not the way down`() throws {
    let hive = try Hive(bytes: Fixture.named("damaged/wrong-parent").build().bytes)
    let delta = try #require(hive.key(at: "Gamma\\Delta"))
    #expect(delta.parent?.name == "Beta")
    #expect(delta.path == "Beta\\Delta")
    #expect(hive.paths == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
  }

  @Test func `the way up ends where it leads nowhere, or in a circle`() throws {
    var built = Fixture.sample().build()
    built.set(.parent, of: "Gamma", to: UInt32(0x7FFF_FFF8))
    var hive = try Hive(bytes: built.bytes)
    #expect(hive.key(at: "Gamma")?.parent == nil)
    #expect(hive.key(at: "Gamma")?.path == "")
    #expect(hive.key(at: "Gamma\\Delta")?.path == "Delta")
    built.set(.parent, of: "Gamma", to: built.relative(built.key("Gamma\\Delta").node))
    hive = try Hive(bytes: built.bytes)
    #expect(hive.key(at: "Gamma\\Delta")?.path == "Gamma\\Delta")
    #expect(hive.key(at: "Gamma")?.path == "Delta\\Gamma")
    built.set(.parent, of: "Gamma", to: built.relative(built.key("Gamma").node))
    hive = try Hive(bytes: built.bytes)
    #expect(hive.key(at: "Gamma")?.path == "Gamma")
  }
}

// MARK: - Class names, security, flags

extension KeyTests {
  @Test func `class names are there where keys have them`() throws {
    let hive = try Hive(bytes: Fixture.named("format/class-security").build().bytes)
    #expect(hive.key(at: "class name")?.className == "Shell")
    #expect(hive.key(at: "class name\\Ünïcode")?.className == "Größe")
    #expect(hive.key(at: "denied")?.className == nil)
    #expect(hive.root.className == nil)
  }

  @Test func `security descriptors are the ones of each key`() throws {
    let hive = try Hive(bytes: Fixture.named("format/class-security").build().bytes)
    #expect(hive.root.securityDescriptor?.bytes == SecurityDescription.standard.bytes)
    #expect(
      hive.key(at: "user's two")?.securityDescriptor?.bytes
        == SecurityDescription.user(Fixture.userSID).bytes)
    #expect(
      hive.key(at: "user's two")?.securityDescriptor?.sddl
        == "O:BAG:SYD:(A;CI;KA;;;\(Fixture.userSID))(A;CI;KA;;;SY)(A;CI;KA;;;BA)")
    #expect(
      hive.key(at: "denied")?.securityDescriptor?.owner?.description == Fixture.userSID)
  }

  @Test func `a lost class name or security descriptor is told`() throws {
    var built = Fixture.named("format/class-security").build()
    let nothing = UInt32(0x7FFF_FFF8)
    built.set(.className, of: "class name", to: nothing)
    built.set(.security, of: "denied", to: nothing)
    built.set(.security, of: "user's one", to: UInt32.max)
    let cell = built.key("user's two").security
    built.put(UInt32(50_000), at: cell + 20)
    let hive = try Hive(bytes: built.bytes)
    let classed = try #require(hive.key(at: "class name"))
    #expect(classed.className == nil)
    #expect(classed.findings == [.nowhere(in: built)])
    let denied = try #require(hive.key(at: "denied"))
    #expect(denied.securityDescriptor == nil)
    #expect(denied.findings == [.nowhere(in: built)])
    // A key that refers to no descriptor has none, which is no damage.
    let bare = try #require(hive.key(at: "user's one"))
    #expect(bare.securityDescriptor == nil)
    #expect(bare.findings == [])
    let long = try #require(hive.key(at: "user's two"))
    let room = -built.cellSize(at: cell) - 24
    #expect(long.securityDescriptor?.bytes.count == room)
    #expect(
      long.findings == [
        Finding(
          id: "security-overrun", offset: cell + 20,
          expected: "a descriptor of at most \(room) bytes", found: "50000")
      ])
  }

  @Test func `flags are the stored bits`() throws {
    let hive = try Hive(bytes: Fixture.named("format/flags").build().bytes)
    #expect(hive.root.flags == [.root, .undeletable, .compressedName])
    #expect(hive.key(at: "symbolic link")?.flags == [.symbolicLink, .compressedName])
    #expect(hive.key(at: "target")?.flags == .compressedName)
    #expect(hive.key(at: "cannot be deleted")?.flags == [.undeletable, .compressedName])
    #expect(hive.key(at: "virtual store")?.flags.rawValue == 0x220)
    #expect(try Hive { $0.add("Ключ") }.key(at: "Ключ")?.flags == [])
  }

  @Test func `a key with a predefined handle has no values`() throws {
    var built = Fixture.sample().build()
    built.set(.flags, of: "Beta", to: KeyFlags.predefinedHandle.rawValue | 0x20)
    // The mark alone hides nothing.
    #expect(try Hive(bytes: built.bytes).key(at: "Beta")?.values.count == 3)
    built.set(.valueCount, of: "Beta", to: UInt32(0x8000_0001))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.key(at: "Beta")?.values.count == 0)
    #expect(hive.check().map(\.rule.id).contains("values-uncounted"))
    #expect(hive.key(at: "Beta")?.findings == [])
  }
}

// MARK: - Damage

extension KeyTests {
  @Test func `what is wrong with a key is told once, and the rest is read`() throws {
    let built = Fixture.named("damaged/bad-value").build()
    let hive = try Hive(bytes: built.bytes)
    let beta = try #require(hive.key(at: "Beta"))
    #expect(beta.values.map(\.name) == ["one", "two"])
    #expect(beta.findings == [.nowhere(in: built)])
    #expect(hive.root.findings == [])
    #expect(hive.key(at: "Alpha")?.findings == [])
  }

  @Test func `a subkey whose cell is free is read, and told by the key that lists it`() throws {
    let built = Fixture.named("damaged/free-key").build()
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.subkeys.map(\.name) == ["Alpha", "Beta", "Gamma"])
    #expect(hive.key(at: "Beta")?.values.count == 3)
    #expect(
      hive.root.findings == [
        Finding(
          id: "cell-free", offset: built.key("Beta").node, expected: "a cell in use",
          found: "a free cell")
      ])
  }

  @Test(arguments: [("subkey-count-low", 1), ("subkey-count-high", 5)])
  func `a list that its key counts otherwise is read whole`(name: String, count: Int) throws {
    let built = Fixture.named("damaged/\(name)").build()
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.subkeys.map(\.name) == ["Alpha", "Beta", "Gamma"])
    #expect(
      hive.root.findings == [
        Finding(
          id: "list-count", offset: built.key("").node + 24, expected: "3 subkeys, as listed",
          found: "\(count)")
      ])
  }

  @Test func `a value list that is shorter than counted is read whole`() throws {
    let built = Fixture.named("damaged/value-count-high").build()
    let beta = try #require(try Hive(bytes: built.bytes).key(at: "Beta"))
    #expect(beta.values.map(\.name) == ["one", "text", "two"])
    #expect(
      beta.findings == [
        Finding(
          id: "list-overrun", offset: built.key("Beta").node + 40,
          expected: "at most 3 values in a list cell of 16 bytes", found: "1000000")
      ])
  }

  @Test func `a name past its cell is cut, and the key is there`() throws {
    let built = Fixture.named("damaged/name-length").build()
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.root.subkeys.count == 3)
    let beta = hive.root.subkeys[1]
    #expect(beta.name.utf16.starts(with: "Beta".utf16))
    #expect(beta.values.count == 3)
    #expect(beta.findings.map(\.id) == ["name-overrun"])
  }

  @Test func `data past their cell are cut, and told by the value`() throws {
    let built = Fixture.named("damaged/data-size").build()
    let value = try #require(
      try Hive(bytes: built.bytes).key(at: "Beta")?.value(named: "text"))
    #expect(value.size == 4_000)
    #expect(value.bytes.count == 28)
    #expect(value.data == .string("Beta's text"))
    #expect(value.findings.map(\.id) == ["data-overrun"])
  }

  @Test func `values without data may refer to anything`() throws {
    let built = Fixture.named("damaged/empty-values").build()
    let beta = try #require(try Hive(bytes: built.bytes).key(at: "Beta"))
    #expect(beta.findings == [])
    #expect(beta.values.count == 5)
    #expect(beta.value(named: "nowhere")?.bytes == [])
    #expect(beta.value(named: "at zero")?.bytes == [])
  }
}
