// SPDX-License-Identifier: MIT

extension Fixture {
  static func oldVersionHive() -> HiveDescription {
    var hive = HiveDescription(root: "$$$PROTO.HIV", minorVersion: 3)
    hive.header.fileName = "\\??\\C:\\Documents and Settings\\anna\\ntuser.dat"
    hive.header.lastWritten = filetime(2004, 8, 4, 12)
    hive.time = filetime(2004, 8, 4, 12)
    hive.root.lastWritten = hive.time
    hive.set("Software\\Large", .binary("16345 in a cell", pattern(16_345, seed: 1)))
    hive.set("Environment", .string("TEMP", "%USERPROFILE%\\Local Settings\\Temp"))
    return hive
  }

  static func classSecurityHive() -> HiveDescription {
    var hive = HiveDescription()
    hive["class name"].className = Array("Shell".utf16)
    hive["class name\\Ünïcode"].className = Array("Größe".utf16)
    for name in ["user's one", "user's two"] {
      hive[name].security = SecurityDescription.user(userSID).bytes
    }
    hive["denied"].security =
      SecurityDescription(
        owner: userSID, group: "S-1-5-32-545",
        access: [
          .init(isDenial: true, flags: 0, mask: 0x2, sid: "S-1-1-0"),
          .init(flags: 0, mask: SecurityDescription.readOnly, sid: "S-1-5-11"),
        ]
      ).bytes
    return hive
  }

  static func flagsHive() -> HiveDescription {
    var hive = HiveDescription()
    hive["target"].values = [.string("here", "yes")]
    hive["symbolic link"].flags = 0x30
    hive["symbolic link"].values = [
      .link("SymbolicLinkValue", "\\Registry\\User\\\(userSID)\\target")
    ]
    hive["virtual store"].flags = 0x220
    hive["cannot be deleted"].flags = 0x28
    hive["32-bit"].userFlags = 0x10
    hive["do not virtualize"].userFlags = 0x02
    hive["accessed"].accessBits = 2
    return hive
  }

  /// What container images add to a hive: keys and values that hide those of the layer below.
  static func layeredHive() -> HiveDescription {
    var hive = HiveDescription(minorVersion: 6)
    hive.header.flags = 2
    hive["tombstone"].accessBits = 0x0100
    hive["supersede local"].accessBits = 0x0200
    hive["supersede tree"].accessBits = 0x0300
    hive["value tombstone"].values = [
      ValueDescription(
        "gone", type: 0, data: [], storage: .raw(size: 0, offset: .max), flags: 3),
      .dword("there", 1),
    ]
    return hive
  }

  static func deletedHive() -> HiveDescription {
    var hive = HiveDescription()
    hive["live"].values = [
      .string("kept", "still here"), .string("removed", "not any more").deleted,
      .dword("number", 5).deleted,
    ]
    let gone = hive.makeKey("removed")
    hive[gone].isDeleted = true
    hive[gone].values = [.string("secret", "still in the free cells")]
    hive.add("below", to: gone, values: [.binary("data", pattern(40, seed: 1))])
    hive.extraCells = [
      .unreferenced(Array("nothing leads here".utf8)), .free(Array("remnant".utf8)),
    ]
    return hive
  }

  static func headerHive() -> HiveDescription {
    var hive = HiveDescription(minorVersion: 6)
    hive.header.primarySequence = 4_242
    hive.header.secondarySequence = 4_242
    hive.header.fileName = "emRoot\\System32\\Config\\SECURITY"
    hive.header.flags = 3
    hive.header.lastReorganized = filetime(2024, 3, 10, 3) | 2
    hive.header.transactionIDs = (
      resourceManager: Array(0x10...0x1F), log: Array(0x10...0x1F),
      transaction: Array(0x20...0x2F)
    )
    hive.header.offlineSaveTime = filetime(2024, 3, 14, 18, 30)
    hive.trailing = Array("behind the last bin".utf8)
    return hive
  }
}
