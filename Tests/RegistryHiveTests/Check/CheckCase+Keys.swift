// SPDX-License-Identifier: MIT

import HiveBuilder

// The damage that leads to each result about keys and their lists.
extension CheckCase {
  static let keys = [
    CheckCase("key-reused", besides: lostBeta + ["list-hash"]) {
      $0.listSubkeyTwice(in: "")
    },
    CheckCase("key-parent") {
      $0.set(.parent, of: "Gamma\\Delta", to: $0.relative($0.key("Beta").node))
    },
    CheckCase("second-root", besides: ["entry-flag", "key-reused"]) {
      $0.set(.flags, of: "Beta", to: UInt16(0x2C))
      $0.set(.rootOffset, to: $0.relative($0.key("Beta").node))
    },
    CheckCase("root-flag") { $0.set(.flags, of: "", to: UInt16(0x20)) },
    CheckCase("entry-flag") { $0.set(.flags, of: "Beta", to: UInt16(0x24)) },
    CheckCase("key-flags") { $0.set(.flags, of: "Beta", to: UInt16(0x21)) },
    CheckCase("key-layer") { $0.put(UInt8(1), at: $0.key("Beta").node + 4 + 13) },
    CheckCase("key-name-empty", besides: ["list-hash", "subkey-order"]) {
      $0.setNameLength(of: "Beta", to: 0)
    },
    CheckCase("key-name-backslash", besides: ["list-hash"]) {
      $0.put(UInt8(0x5C), at: $0.key("Beta").node + 4 + 76 + 1)
    },
    CheckCase("name-overrun", besides: ["key-limits", "list-hash", "name-nul"]) {
      $0.setNameLength(of: "Beta", to: 4_000)
    },
    CheckCase("name-length", besides: ["list-hash"], longSample) { _ in },
    CheckCase("key-depth", deepSample) { _ in },
    CheckCase("name-odd-length", besides: ["list-hash"], utf16Sample) {
      $0.setNameLength(of: "Wide", to: 7)
    },
    CheckCase("name-nul", besides: ["list-hash"]) {
      $0.put(UInt8(0), at: $0.key("Beta").node + 4 + 76 + 3)
    },
    CheckCase("key-limits") { $0.put(UInt32(2), at: $0.key("Beta").node + 4 + 60) },
    CheckCase("class-name-overrun", classSample) {
      $0.set(.classNameLength, of: "Alpha", to: UInt16(400))
    },
    CheckCase("class-name-reused", besides: ["cell-unreferenced"], classSample) {
      $0.set(.className, of: "Beta", to: $0.relative($0.key("Alpha").className ?? 0))
    },
    CheckCase("security-missing", besides: ["security-count"]) {
      $0.set(.security, of: "Beta", to: UInt32.max)
    },
    CheckCase("security-overrun") { $0.put(UInt32(4_000), at: $0.securityCells[0] + 20) },
    CheckCase("security-link", securitySample) {
      $0.put($0.relative($0.securityCells[1]), at: $0.securityCells[1] + 12)
    },
    CheckCase("security-count") { $0.put(UInt32(9), at: $0.securityCells[0] + 16) },
  ]

  static let lists = [
    CheckCase("subkey-order") { $0.swapSubkeys(of: "", 0, 2) },
    CheckCase("subkey-duplicate", besides: ["list-hash"]) {
      $0.put(Array("Alpha".utf8), at: $0.key("Gamma").node + 4 + 76)
      $0.swapSubkeys(of: "", 1, 2)
    },
    CheckCase("subkeys-uncounted", besides: ["cell-unreferenced", "security-count"]) {
      $0.set(.subkeyCount, of: "Gamma", to: UInt32(0))
    },
    CheckCase("list-count") { $0.set(.subkeyCount, of: "", to: UInt32(5)) },
    CheckCase("list-overrun") { $0.set(.valueCount, of: "Beta", to: UInt32(1_000_000)) },
    CheckCase("list-nesting", besides: lostKeys, Fixture.indexedSample()) {
      $0.listIndexInItself(of: "")
    },
    CheckCase("list-reused", besides: lostKeys, Fixture.indexedSample()) {
      let lists = $0.key("").subkeyLists
      $0.put($0.relative(lists[1]), at: lists[0] + 12)
    },
    CheckCase("list-kind", kindSample(.lh, minorVersion: 4)),
    CheckCase("list-hint", kindSample(.lf, minorVersion: 4)) {
      $0.put(Array("xxxx".utf8), at: $0.subkeyElement(of: "", at: 1) + 4)
    },
    CheckCase("list-hash") { $0.put(UInt32(1), at: $0.subkeyElement(of: "", at: 1) + 4) },
  ]

  /// What a check finds where nothing leads to the key Beta any more.
  private static let deepSample = {
    var description = HiveDescription()
    var parent = HiveDescription.KeyID.root
    for _ in 0..<520 { parent = description.add("k", to: parent) }
    return description
  }()

  private static let longSample = {
    var description = Fixture.sample()
    _ = description.add(NameDescription(String(repeating: "x", count: 300)))
    return description
  }()

  private static let lostBeta = ["cell-unreferenced", "security-count"]
  /// What a check finds where one of the root's lists is lost.
  private static let lostKeys = ["cell-unreferenced", "list-count", "security-count"]

  private static var utf16Sample: HiveDescription {
    var hive = Fixture.sample()
    hive.add(NameDescription("Wide", form: .utf16))
    return hive
  }

  private static var classSample: HiveDescription {
    var hive = Fixture.sample()
    hive["Alpha"].className = Array("one".utf16)
    hive["Beta"].className = Array("two".utf16)
    return hive
  }

  private static var securitySample: HiveDescription {
    var hive = Fixture.sample()
    hive["Alpha"].security = SecurityDescription.user(Fixture.userSID).bytes
    hive["Beta"].security = SecurityDescription.user(Fixture.secondSID).bytes
    return hive
  }

  private static func kindSample(
    _ leaf: SubkeyList.Leaf, minorVersion: UInt32
  ) -> HiveDescription {
    var hive = Fixture.sample()
    hive.header.minorVersion = minorVersion
    hive.root.list = .leaf(leaf)
    return hive
  }
}
