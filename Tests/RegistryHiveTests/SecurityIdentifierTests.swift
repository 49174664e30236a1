// SPDX-License-Identifier: MIT

import RegistryHive
import Testing

@Suite struct SecurityIdentifierTests {
  @Test(
    "Bytes and text say the same",
    arguments: [
      ([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0], "S-1-5-18"),
      ([1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0], "S-1-5-32-544"),
      ([1, 0, 0, 0, 0, 0, 0, 5], "S-1-5"),
      ([1, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "S-1-4294967295-4294967295"),
      ([1, 1, 0, 1, 0, 0, 0, 0, 7, 0, 0, 0], "S-1-0x000100000000-7"),
      ([1, 1, 0xFE, 0, 0, 0, 0, 0, 7, 0, 0, 0], "S-1-0xfe0000000000-7"),
    ] as [([UInt8], String)])
  func bothForms(bytes: [UInt8], text: String) throws {
    let identifier = try #require(SecurityIdentifier(bytes: bytes))
    #expect(identifier.description == text)
    #expect(identifier.bytes == bytes)
    #expect(SecurityIdentifier(text) == identifier)
  }

  @Test("The numbers of an identifier")
  func numbers() throws {
    let user = try #require(SecurityIdentifier("S-1-5-21-1004336348-1177238915-682003330-1001"))
    #expect(user.authority == 5)
    #expect(user.subauthorities == [21, 1_004_336_348, 1_177_238_915, 682_003_330, 1001])
    #expect(SecurityIdentifier("s-1-0x5-0X20-544")?.description == "S-1-5-32-544")
  }

  @Test(
    "Bytes that are no identifier",
    arguments: [
      [], [1], [1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 5], [2, 0, 0, 0, 0, 0, 0, 5],
      [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0], [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 0],
      [1, 16, 0, 0, 0, 0, 0, 5] + [UInt8](repeating: 0, count: 64),
    ] as [[UInt8]])
  func notBytes(bytes: [UInt8]) {
    #expect(SecurityIdentifier(bytes: bytes) == nil)
  }

  @Test(
    "Text that is no identifier",
    arguments: [
      "", "S", "S-1", "S-1-", "BA", "S-2-5-18", "T-1-5-18", "S-1-5-", "S-1-5--18", " S-1-5-18",
      "S-1-5-18 ", "S-1-+5-18", "S-1-5-4294967296", "S-1-281474976710656-1", "S-1-5-1f", "S-1-0x-1",
      "S-1-5-0xg", "S-1-5-\u{FF11}", "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16",
    ])
  func notText(text: String) {
    #expect(SecurityIdentifier(text) == nil)
  }

  @Test(
    "Aliases of SDDL",
    arguments: [
      ("S-1-1-0", "WD"), ("S-1-3-0", "CO"), ("S-1-3-1", "CG"), ("S-1-3-4", "OW"),
      ("S-1-5-2", "NU"), ("S-1-5-4", "IU"), ("S-1-5-6", "SU"), ("S-1-5-7", "AN"),
      ("S-1-5-9", "ED"), ("S-1-5-10", "PS"), ("S-1-5-11", "AU"), ("S-1-5-12", "RC"),
      ("S-1-5-18", "SY"), ("S-1-5-19", "LS"), ("S-1-5-20", "NS"), ("S-1-5-33", "WR"),
      ("S-1-5-32-544", "BA"), ("S-1-5-32-545", "BU"), ("S-1-5-32-546", "BG"),
      ("S-1-5-32-547", "PU"), ("S-1-5-32-554", "RU"), ("S-1-5-32-573", "ER"),
      ("S-1-5-32-580", "RM"), ("S-1-15-2-1", "AC"), ("S-1-16-4096", "LW"), ("S-1-16-8192", "ME"),
      ("S-1-16-8448", "MP"), ("S-1-16-12288", "HI"), ("S-1-16-16384", "SI"), ("S-1-18-1", "AS"),
      ("S-1-18-2", "SS"), ("S-1-5-84-0-0-0-0-0", "UD"),
      ("S-1-5", nil), ("S-1-5-1", nil), ("S-1-5-32", nil), ("S-1-5-32-553", nil),
      ("S-1-5-21-1-2-3-500", nil), ("S-1-16-0", nil), ("S-1-15-2-2", nil),
    ] as [(String, String?)])
  func aliases(text: String, alias: String?) throws {
    #expect(try #require(SecurityIdentifier(text)).sddlAlias == alias)
  }
}
