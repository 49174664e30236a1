// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct KeyLookupTests {
  /// A hive whose root has subkeys of these names, in a list of a chosen shape.
  private func built(
    _ names: [String], _ list: SubkeyList = .automatic, isSorted: Bool = true
  ) -> BuiltHive {
    var description = HiveDescription()
    description.root.list = list
    description.root.sortsSubkeys = isSorted
    for name in names { description.add(NameDescription(name)) }
    return description.build()
  }

  private static let shapes: [SubkeyList] = [
    .leaf(.li), .leaf(.lf), .leaf(.lh), .index(.li, leafSize: 3), .index(.lf, leafSize: 4),
    .index(.lh, leafSize: 1), .index(.lh, leafSize: 5), .index(.lh, leafSize: 500),
  ]
  private static let names = (0..<40).map { "Key \($0 * 2)" }

  @Test(arguments: shapes)
  func `every subkey is found in every kind of list, whatever its case`(list: SubkeyList) throws {
    let root = try Hive(bytes: built(Self.names, list).bytes).root
    for name in Self.names {
      for form in [name, name.uppercased(), name.lowercased()] {
        #expect(root.subkey(named: RegistryString(form))?.name == RegistryString(name))
      }
    }
  }

  @Test(arguments: shapes)
  func `names that are not there are not found`(list: SubkeyList) throws {
    let root = try Hive(bytes: built(Self.names, list).bytes).root
    // Before the first, between any two, after the last; twice, since the first search learns
    // that the list is in order.
    for _ in 0..<2 {
      for name in ["", "A", "Key", "Key ", "Key 1", "Key 35", "Key 78 ", "Key 9", "Z", "Ключ"] {
        #expect(root.subkey(named: RegistryString(name)) == nil)
      }
      #expect(root.subkey(named: "Key 78") != nil)
    }
  }

  @Test(
    "Case is that of the Windows table",
    arguments: [
      ("Привет", "ПРИВЕТ", true), ("ПРИВЕТ", "привет", true), ("ÿ", "Ÿ", true), ("Ÿ", "ÿ", true),
      ("Straße", "STRAßE", true), ("Straße", "STRASSE", false), ("Straße", "STRAẞE", false),
      ("ΑΣ", "ας", false), ("ΑΣ", "ασ", true), ("I", "ı", false), ("İ", "i", false),
      ("Ǆ", "ǆ", true), ("µ", "Μ", false), ("K", "\u{212A}", false), ("é", "É", true),
      ("é", "e\u{301}", false), ("😀", "😀", true), ("𐐨", "𐐀", false), ("ﬁ", "FI", false),
      ("ა", "Ა", false),
    ])
  func windowsCase(stored: String, asked: String, isFound: Bool) throws {
    var built = built([stored, "other"])
    let hive = try Hive(bytes: built.bytes)
    #expect((hive.root.subkey(named: RegistryString(asked)) != nil) == isFound)
    #expect((hive.key(at: RegistryPath(asked)) != nil) == isFound)
    #expect(RegistryString(stored).matches(RegistryString(asked)) == isFound)
    // The same for a value, and for a name stored in two bytes a unit.
    var description = HiveDescription()
    description.root.values = [.dword("other", 1)]
    description.root.values.append(.dword(NameDescription(stored, form: .utf16), 2))
    built = description.build()
    let value = try Hive(bytes: built.bytes).root.value(named: RegistryString(asked))
    #expect(value?.data == (isFound ? .dword(2) : nil))
  }

  @Test func `names with anything in them are found by all of it`() throws {
    let built = Fixture.named("format/names").build()
    let hive = try Hive(bytes: built.bytes)
    for (description, place) in zip(built.description.keys, built.keys).dropFirst() {
      let name = RegistryString(utf16: description.name.units)
      #expect(hive.root.subkey(named: name)?.offset == place.node)
    }
    #expect(hive.root.subkey(named: "nul") == nil)
    #expect(hive.root.subkey(named: "nul at end") == nil)
    #expect(hive.root.subkey(named: "NUL\0INSIDE")?.name == "nul\0inside")
    let values = try #require(hive.key(at: "values"))
    #expect(values.value(named: "nul\0INSIDE")?.name == "nul\0inside")
    #expect(values.value(named: "nul") == nil)
    #expect(values.value(named: "")?.data == .string("the default value"))
  }

  @Test func `names that are not text are found by their units`() throws {
    let built = Fixture.named("format/lone-surrogates").build()
    let hive = try Hive(bytes: built.bytes)
    let high = RegistryString(utf16: Array("HIGH ".utf16) + [0xD83D])
    #expect(hive.root.subkey(named: high)?.name.utf16 == Array("high ".utf16) + [0xD83D])
    #expect(hive.root.subkey(named: "high \u{FFFD}") == nil)
    #expect(hive.key(at: "values")?.value(named: high)?.data == .string("text"))
  }
}

// MARK: - Lists that are not in order

extension KeyLookupTests {
  @Test(arguments: shapes)
  func `every subkey is found in a list without order`(list: SubkeyList) throws {
    let names = (0..<40).map { "Key \(($0 * 17) % 40)" }
    let root = try Hive(bytes: built(names, list, isSorted: false).bytes).root
    #expect(root.subkey(named: "Key 41") == nil)
    for name in names {
      #expect(root.subkey(named: RegistryString(name))?.name == RegistryString(name))
    }
    #expect(root.subkey(named: "Key 41") == nil)
  }

  @Test func `two subkeys in each other's place are found`() throws {
    let hive = try Hive(bytes: Fixture.named("damaged/wrong-order").build().bytes)
    #expect(hive.root.subkeys.map(\.name) == ["Gamma", "Beta", "Alpha"])
    for _ in 0..<2 {
      for name in ["alpha", "BETA", "Gamma"] as [RegistryString] {
        #expect(hive.root.subkey(named: name) != nil)
      }
      #expect(hive.root.subkey(named: "Delta") == nil)
    }
  }

  @Test func `leaves in each other's place are found`() throws {
    var built = built(Self.names, .index(.lh, leafSize: 4))
    let lists = built.key("").subkeyLists
    built.put(built.relative(lists[9]), at: lists[0] + 8)
    built.put(built.relative(lists[1]), at: lists[0] + 8 + 4 * 8)
    let root = try Hive(bytes: built.bytes).root
    #expect(root.subkey(named: "none") == nil)
    for name in Self.names { #expect(root.subkey(named: RegistryString(name)) != nil) }
  }

  @Test(arguments: [SubkeyList.leaf(.lh), .leaf(.lf), .index(.lh, leafSize: 6)])
  func `wrong hashes and hints do not hide a subkey`(list: SubkeyList) throws {
    var built = built(Self.names, list)
    for index in Self.names.indices {
      built.put(UInt32(0xDEAD_BEEF), at: built.subkeyElement(of: "", at: index) + 4)
    }
    let root = try Hive(bytes: built.bytes).root
    for name in Self.names { #expect(root.subkey(named: RegistryString(name)) != nil) }
    #expect(root.subkey(named: "Key 1") == nil)
  }

  @Test(arguments: shapes)
  func `a bad element hides no other subkey`(list: SubkeyList) throws {
    for lost in [0, 5, 20, 39] {
      var built = built(Self.names, list)
      built.redirectSubkey(of: "", at: lost)
      let sorted = built.description.keys[1...].map(\.name).sorted {
        $0.upcased.lexicographicallyPrecedes($1.upcased)
      }
      let root = try Hive(bytes: built.bytes).root
      for (index, name) in sorted.enumerated() {
        let found = root.subkey(named: RegistryString(utf16: name.units))
        #expect((found == nil) == (index == lost))
      }
    }
  }

  @Test func `an empty leaf hides no subkey, before and after a search in vain`() throws {
    for empty in 1...9 {
      var built = built(Self.names, .index(.lh, leafSize: 4))
      built.setListCount(of: "", list: empty, to: 0)
      built.put(UInt32(0x7FFF_FFF8), at: built.key("").subkeyLists[empty] + 8)
      let root = try Hive(bytes: built.bytes).root
      let there = root.subkeys.map(\.name)
      #expect(there.count == 36)
      #expect(root.subkey(named: "none") == nil)
      for name in there { #expect(root.subkey(named: name)?.name == name) }
    }
  }

  @Test func `of two subkeys with the same name one is found`() throws {
    let root = try Hive(bytes: built(["a", "same", "same", "z"]).bytes).root
    #expect(root.subkey(named: "SAME")?.name == "same")
    #expect(root.subkey(named: "z") != nil)
  }
}

// MARK: - Values and paths

extension KeyLookupTests {
  @Test func `values are found whatever their order and case`() throws {
    let root = try Hive {
      $0.root.values = [.dword("zzz", 1), .dword("", 2), .dword("Größe", 3), .dword("aaa", 4)]
    }.root
    #expect(root.value(named: "ZZZ")?.data == .dword(1))
    #expect(root.value(named: "")?.data == .dword(2))
    #expect(root.value(named: "GRÖßE")?.data == .dword(3))
    #expect(root.value(named: "aaa")?.data == .dword(4))
    #expect(root.value(named: "none") == nil)
    #expect(root.value(named: "zz") == nil)
    #expect(try Hive { $0.root.values = [] }.root.value(named: "") == nil)
  }

  @Test func `of two values with the same name the first is found`() throws {
    let root = try Hive { $0.root.values = [.dword("a", 1), .dword("A", 2)] }.root
    #expect(root.value(named: "A")?.data == .dword(1))
  }

  @Test func `a bad element hides no other value`() throws {
    var built = Fixture.sample().build()
    built.redirectValue(of: "Beta", at: 0)
    let beta = try #require(try Hive(bytes: built.bytes).key(at: "Beta"))
    #expect(beta.value(named: "one") == nil)
    #expect(beta.value(named: "TWO")?.data == .dword(2))
  }

  @Test func `a path leads down from any key`() throws {
    let hive = try Hive { $0.set("Software\\Microsoft\\Windows", .dword("a", 1)) }
    #expect(hive.key(at: "")?.offset == hive.root.offset)
    #expect(hive.key(at: "\\")?.offset == hive.root.offset)
    let windows = try #require(hive.key(at: "software\\MICROSOFT\\windows"))
    #expect(windows.name == "Windows")
    #expect(hive.key(at: "\\Software\\Microsoft\\Windows\\")?.offset == windows.offset)
    let software = try #require(hive.key(at: "Software"))
    #expect(software.key(at: "Microsoft\\Windows")?.offset == windows.offset)
    #expect(software.key(at: "")?.offset == software.offset)
    #expect(hive.key(at: "Software\\None\\Windows") == nil)
    #expect(hive.key(at: "Software/Microsoft") == nil)
    // The root's own name is not part of a path.
    #expect(hive.key(at: "ROOT\\Software") == nil)
  }
}
