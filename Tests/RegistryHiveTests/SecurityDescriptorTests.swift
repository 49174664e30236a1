// SPDX-License-Identifier: MIT

import RegistryHive
import Testing

@Suite struct SecurityDescriptorTests {
  @Test(
    "Descriptors of real keys",
    arguments: [
      (
        """
        0100148044000000540000000000000014000000
        0200300002000000000214003f000f00010100000000000512000000000214001900020001010000
        000000010000000001020000000000052000000020020000010100000000000512000000
        """,
        "O:BAG:SYD:(A;CI;KA;;;SY)(A;CI;KR;;;WD)S:NO_ACCESS_CONTROL"
      ),
      (
        """
        0100149c3800000044000000140000001c000000
        020008000000000002001c0001000000010014003f000f0001010000000000010000000001010000
        0000000512000000010100000000000512000000
        """,
        "O:SYG:SYD:PAI(D;;KA;;;WD)S:AI"
      ),
      (
        """
        0100149c4c00000058000000140000001c000000
        02000800000000000200300001000000000328001f000200010600000000000550000000790978b5
        afa1edd8545e32f4ff1bc45ffdd9e04a010100000000000512000000010100000000000512000000
        """,
        "O:SYG:SYD:PAI(A;OICI;CCDCLCSWRPRC;;;S-1-5-80-3044542841-3639452079-4096941652-160668"
          + "7743-1256249853)S:AI"
      ),
      (
        """
        0100149cc0000000cc0000001400000030000000
        02001c000100000002c0140006000d00010100000000000100000000020090000600000000001400
        3f000f00010100000000000512000000000a14000000001001010000000000051200000000001800
        1900020001020000000000052000000020020000000a1800000000a0010200000000000520000000
        20020000000018001900020001020000000000052000000021020000000a1800000000a001020000
        000000052000000021020000010100000000000512000000010100000000000512000000
        """,
        "O:SYG:SYD:PAI(A;;KA;;;SY)(A;CIIO;GA;;;SY)(A;;KR;;;BA)(A;CIIO;GXGR;;;BA)(A;;KR;;;BU)"
          + "(A;CIIO;GXGR;;;BU)S:AI(AU;SAFA;DCLCSDWDWO;;;WD)"
      ),
    ])
  func real(hex: String, sddl: String) {
    #expect(SecurityDescriptor(bytes: bytes(hex)).sddl == sddl)
  }

  @Test("The parts of a descriptor are there one by one")
  func parts() throws {
    let descriptor = SecurityDescriptor(
      bytes: make(
        control: 0x8004, owner: sid("S-1-5-21-1-2-3-1001"), group: sid("S-1-5-18"),
        access: list([])))
    #expect(descriptor.control == 0x8004)
    #expect(descriptor.owner?.description == "S-1-5-21-1-2-3-1001")
    #expect(descriptor.group == SecurityIdentifier("S-1-5-18"))
    #expect(descriptor.sddl == "O:S-1-5-21-1-2-3-1001G:SYD:")
  }

  @Test(
    "Flags of a list come in the order P, AR, AI",
    arguments: [
      (0x8004, "D:"), (0x9004, "D:P"), (0x8104, "D:AR"), (0x8404, "D:AI"), (0x9504, "D:PARAI"),
      (0x8010, "S:NO_ACCESS_CONTROL"), (0xA010, "S:PNO_ACCESS_CONTROL"),
      (0xAA14, "D:S:PARAINO_ACCESS_CONTROL"), (0x8000, ""), (0xBFEB, ""),
    ] as [(UInt16, String)])
  func listFlags(control: UInt16, sddl: String) {
    #expect(SecurityDescriptor(bytes: make(control: control, access: list([]))).sddl == sddl)
  }

  @Test("An access list that is null is not an empty one")
  func nullList() {
    #expect(SecurityDescriptor(bytes: make(control: 0x8004)).sddl == "D:NO_ACCESS_CONTROL")
  }

  @Test(
    "Rights have a name, or a name each, or are a number",
    arguments: [
      (0x000F_003F, "KA"), (0x0002_0019, "KR"), (0x0002_0006, "KW"), (0x001F_01FF, "FA"),
      (0x0012_0089, "FR"), (0x0012_0116, "FW"), (0x0012_00A0, "FX"),
      (0x1000_0000, "GA"), (0x2000_0000, "GX"), (0x4000_0000, "GW"), (0x8000_0000, "GR"),
      (0x0001_0000, "SD"), (0x0002_0000, "RC"), (0x0004_0000, "WD"), (0x0008_0000, "WO"),
      (0x0002_001F, "CCDCLCSWRPRC"), (0xE001_0000, "SDGXGWGR"),
      (0x000F_01FF, "CCDCLCSWRPWPDTLOCRSDRCWDWO"), (0, ""),
      (0x0012_00A9, "0x1200a9"), (0x0200_0000, "0x2000000"), (0x000F_023F, "0xf023f"),
      (0xFFFF_FFFF, "0xffffffff"),
    ] as [(UInt32, String)])
  func rights(mask: UInt32, sddl: String) {
    #expect(access([entry(0, mask: mask, to: "S-1-1-0")]) == "D:(A;;\(sddl);;;WD)")
  }

  @Test(
    "Entries show their kind and flags",
    arguments: [
      (0x00, 0x00, "(A;;KR;;;BA)"), (0x01, 0x0B, "(D;OICIIO;KR;;;BA)"),
      (0x00, 0x1F, "(A;OICINPIOID;KR;;;BA)"), (0x02, 0xD2, "(AU;CIIDSAFA;KR;;;BA)"),
      (0x03, 0x40, "(AL;SA;KR;;;BA)"), (0x00, 0x20, "(A;CR;KR;;;BA)"),
      (0x13, 0x00, "(SP;;KR;;;BA)"), (0x14, 0x00, "(TL;;KR;;;BA)"),
      (0x15, 0x40, "(FL;TP;KR;;;BA)"), (0x09, 0x00, "(XA;;KR;;;BA)"),
      (0x0A, 0x00, "(XD;;KR;;;BA)"), (0x0D, 0x00, "(XU;;KR;;;BA)"),
    ] as [(UInt8, UInt8, String)])
  func kinds(kind: UInt8, flags: UInt8, sddl: String) {
    let text = access([entry(kind, flags: flags, mask: 0x20019, to: "S-1-5-32-544")])
    #expect(text == "D:" + sddl)
  }

  @Test("A mandatory label has policies for rights")
  func label() {
    let entries = [1, 2, 7, 8].map { entry(0x11, mask: $0, to: "S-1-16-12288") }
    #expect(
      SecurityDescriptor(bytes: make(control: 0x8010, system: list(entries))).sddl
        == "S:(ML;;NW;;;HI)(ML;;NR;;;HI)(ML;;NWNRNX;;;HI)(ML;;0x8;;;HI)")
  }

  @Test("Object types are GUIDs")
  func objectTypes() {
    let first = bytes("bebe0ff3f09fd111b6030000f80367c1")
    let second = bytes("a57a96bfe60dd011a28500aa003049e2")
    let entries = [
      entry(5, mask: 0x10, types: (3, first + second), to: "S-1-5-11"),
      entry(6, mask: 0x10, types: (1, first), to: "S-1-5-11"),
      entry(7, flags: 0x40, mask: 0x10, types: (2, second), to: "S-1-5-11"),
      entry(8, mask: 0x10, types: (0, []), to: "S-1-5-11"),
      entry(11, mask: 0x10, types: (0, []), to: "S-1-5-11", data: [0x61, 0x72, 0x74, 0x78]),
    ]
    #expect(
      access(entries) == "D:(OA;;RP;f30fbebe-9ff0-11d1-b603-0000f80367c1;"
        + "bf967aa5-0de6-11d0-a285-00aa003049e2;AU)"
        + "(OD;;RP;f30fbebe-9ff0-11d1-b603-0000f80367c1;;AU)"
        + "(OU;SA;RP;;bf967aa5-0de6-11d0-a285-00aa003049e2;AU)(OL;;RP;;;AU)"
        + "(ZA;;RP;;;AU;0x61727478)")
  }

  @Test("Bytes behind the trustee are shown only where they mean something")
  func applicationData() {
    let data: [UInt8] = [0x61, 0x72, 0x74, 0x78, 0xF8, 0x00, 0x00, 0x00]
    let entries = [0x00, 0x09, 0x12].map { entry($0, mask: 1, to: "S-1-1-0", data: data) }
    #expect(
      access(entries)
        == "D:(A;;CC;;;WD)(XA;;CC;;;WD;0x61727478f8000000)(RA;;CC;;;WD;0x61727478f8000000)")
  }
}

// MARK: - Damage

@Suite struct DamagedSecurityDescriptorTests {
  private static let good = make(
    control: 0x8014, owner: sid("S-1-5-18"), group: sid("S-1-5-32-544"),
    system: list([entry(2, flags: 0xC0, mask: 0x10000, to: "S-1-1-0")]),
    access: list([
      entry(5, mask: 0x20019, types: (1, [UInt8](0..<16)), to: "S-1-5-12"),
      entry(0, mask: 0xF003F, to: "S-1-5-18"),
    ]))

  @Test("The undamaged descriptor is well-formed")
  func undamaged() {
    #expect(
      SecurityDescriptor(bytes: Self.good).sddl
        == "O:SYG:BAD:(OA;;KR;03020100-0504-0706-0809-0a0b0c0d0e0f;;RC)(A;;KA;;;SY)"
        + "S:(AU;SAFA;SD;;;WD)")
  }

  @Test("No cut descriptor is well-formed")
  func cut() {
    let lengths = Self.good.indices.filter {
      SecurityDescriptor(bytes: [UInt8](Self.good[..<$0])).sddl != nil
    }
    #expect(lengths == [])
  }

  // The owner is at 20, the group at 32, the audit list at 48, the access list at 76.
  @Test(
    "A wrong field makes the descriptor malformed",
    arguments: [
      "revision": [0: 2], "not self-relative": [3: 0],
      "owner outside": [4: 0xFF], "owner far outside": [7: 0xFF], "owner in the header": [4: 1],
      "owner's revision": [20: 2], "owner's length": [21: 16], "group outside": [11: 0x80],
      "audit list outside": [13: 1], "access list outside": [19: 0x7F],
      "access list at the very end": [16: UInt8(good.count)],
      "list's revision too low": [76: 1], "list's revision too high": [76: 5],
      "list of no size": [78: 0], "list's size past the end": [79: 1],
      "one entry too many": [80: 3], "many entries too many": [81: 0xFF],
      "entry of no size": [86: 0], "entry with a size below its header": [86: 3],
      "entry's size past the list": [87: 1], "entry too short for its trustee": [86: 0x24],
      "compound entry": [84: 4], "unknown entry": [84: 0x16], "an object type too many": [92: 3],
      "trustee's length": [113: 15],
    ] as [String: [Int: UInt8]])
  func wrong(name: String, changes: [Int: UInt8]) {
    var bytes = Self.good
    for (offset, byte) in changes { bytes[offset] = byte }
    #expect(SecurityDescriptor(bytes: bytes).sddl == nil, "\(name)")
  }

  @Test("What is not damaged can still be read")
  func rest() {
    var bytes = Self.good
    bytes[20] = 9
    bytes[76] = 9
    let descriptor = SecurityDescriptor(bytes: bytes)
    #expect(descriptor.bytes == bytes)
    #expect(descriptor.control == 0x8014)
    #expect(descriptor.owner == nil)
    #expect(descriptor.group?.description == "S-1-5-32-544")
    #expect(descriptor.sddl == nil)
    #expect(SecurityDescriptor(bytes: []).control == nil)
    #expect(SecurityDescriptor(bytes: [1, 0, 4, 0x80]).control == nil)
  }

  @Test("Any byte may be anything")
  func anyByte() {
    var readable = 0
    for offset in Self.good.indices {
      for byte in [0, 1, 2, 0x10, 0x7F, 0x80, 0xFE, 0xFF] as [UInt8] {
        var bytes = Self.good
        bytes[offset] = byte
        let descriptor = SecurityDescriptor(bytes: bytes)
        if descriptor.sddl != nil, descriptor.control != nil { readable += 1 }
      }
    }
    // Most changes are to numbers that may have any value: masks, flags, parts of identifiers.
    #expect(readable > 0 && readable < Self.good.count * 8)
  }
}

// MARK: - Helpers

/// The bytes of hexadecimal digits; all else is ignored.
private func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

private func littleEndian(_ number: some FixedWidthInteger, _ size: Int) -> [UInt8] {
  (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

private func sid(_ text: String) -> [UInt8] {
  SecurityIdentifier(text)?.bytes ?? []
}

private func entry(
  _ kind: UInt8, flags: UInt8 = 0, mask: UInt32, types: (UInt32, [UInt8])? = nil,
  to trustee: String, data: [UInt8] = []
) -> [UInt8] {
  let types = types.map { littleEndian($0.0, 4) + $0.1 } ?? []
  let body = littleEndian(mask, 4) + types + sid(trustee) + data
  return [kind, flags] + littleEndian(body.count + 4, 2) + body
}

private func list(_ entries: [[UInt8]]) -> [UInt8] {
  let body = entries.flatMap { $0 }
  return [4, 0] + littleEndian(body.count + 8, 2) + littleEndian(entries.count, 2) + [0, 0] + body
}

private func make(
  control: UInt16, owner: [UInt8] = [], group: [UInt8] = [], system: [UInt8] = [],
  access: [UInt8] = []
) -> [UInt8] {
  var header: [UInt8] = [1, 0] + littleEndian(control, 2)
  var body: [UInt8] = []
  for part in [owner, group, system, access] {
    header += littleEndian(part.isEmpty ? 0 : 20 + body.count, 4)
    body += part
  }
  return header + body
}

/// The SDDL of a descriptor that has an access list and nothing else.
private func access(_ entries: [[UInt8]]) -> String? {
  SecurityDescriptor(bytes: make(control: 0x8004, access: list(entries))).sddl
}
