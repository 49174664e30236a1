// SPDX-License-Identifier: MIT

import Foundation
import HiveFormat
import Testing
import WindowsTypes

@Suite struct UpcaseTests {
  @Test(
    "Units are mapped as Windows maps them",
    arguments: [
      // ASCII, and its neighbours
      (0x0000, 0x0000), (0x0040, 0x0040), (0x0041, 0x0041), (0x005A, 0x005A), (0x0060, 0x0060),
      (0x0061, 0x0041), (0x007A, 0x005A), (0x007B, 0x007B), (0x007F, 0x007F), (0x0080, 0x0080),
      // Latin-1: micro sign, multiplication and division signs, sharp s, y with diaeresis
      (0x00B5, 0x00B5), (0x00D7, 0x00D7), (0x00DF, 0x00DF), (0x00E0, 0x00C0), (0x00E4, 0x00C4),
      (0x00F7, 0x00F7), (0x00FE, 0x00DE), (0x00FF, 0x0178),
      // Dotted capital i, dotless i, long s, the three forms of dz with caron
      (0x0130, 0x0130), (0x0131, 0x0131), (0x0149, 0x0149), (0x017F, 0x017F), (0x01C4, 0x01C4),
      (0x01C5, 0x01C5), (0x01C6, 0x01C4), (0x0180, 0x0243), (0x0250, 0x2C6F),
      // Greek: alpha with tonos, final sigma, sigma, the iota subscripts
      (0x03AC, 0x0386), (0x03B1, 0x0391), (0x03C2, 0x03C2), (0x03C3, 0x03A3), (0x03CE, 0x038F),
      (0x1F00, 0x1F08), (0x1F80, 0x1F88), (0x1FBE, 0x1FBE), (0x1FC3, 0x1FCC), (0x1FCC, 0x1FCC),
      // Cyrillic: zhe, yo, palochka; the last pair of the table and the next, newer one
      (0x0436, 0x0416), (0x0451, 0x0401), (0x04CF, 0x04C0), (0x0523, 0x0522), (0x0525, 0x0525),
      // Armenian; Georgian stays, but for the old church capitals
      (0x0561, 0x0531), (0x0586, 0x0556), (0x10D0, 0x10D0), (0x1C90, 0x1C90), (0x2D00, 0x10A0),
      // Letters that came back from another block, Kelvin and Roman numerals, circled letters
      (0x1D79, 0xA77D), (0x2C65, 0x023A), (0x212A, 0x212A), (0x2170, 0x2160), (0x24D0, 0x24B6),
      // Cherokee stays
      (0x13A0, 0x13A0), (0xAB70, 0xAB70), (0xA78C, 0xA78B),
      // Surrogates: both halves of U+10428, whose upper case is U+10400
      (0xD801, 0xD801), (0xDC28, 0xDC28), (0xDC00, 0xDC00), (0xDFFF, 0xDFFF),
      // Full width
      (0xFF41, 0xFF21), (0xFF5A, 0xFF3A), (0xFF5B, 0xFF5B), (0xFFFF, 0xFFFF),
    ] as [(UInt16, UInt16)])
  func mapping(unit: UInt16, upper: UInt16) {
    #expect(Upcase.unit(unit) == upper)
  }

  @Test("Mapping twice gives what mapping once gives")
  func idempotence() {
    let changed = (0...UInt16.max).filter { Upcase.unit(Upcase.unit($0)) != Upcase.unit($0) }
    #expect(changed.isEmpty)
  }

  @Test("The whole table is the published one")
  func digest() {
    // FNV-1a, 64 bits, over the little-endian bytes of the 65,536 entries; the expected value was
    // computed by a separate program from the published table.
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    var mapped = 0
    for unit in 0...UInt16.max {
      let upper = Upcase.unit(unit)
      mapped += upper == unit ? 0 : 1
      for byte in [UInt8(truncatingIfNeeded: upper), UInt8(upper >> 8)] {
        digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    #expect(mapped == 973)
    #expect(digest == 0x48ED_4531_E939_9927)
  }
}

@Suite struct SubkeyHashTests {
  @Test(
    "Names hash to what Windows stored for them",
    arguments: [
      ("", 0),
      ("EventLabels", 0xE04E_FF4D), ("Control", 0x55C1_6481), ("Enum", 0x0037_0245),
      ("Hardware Profiles", 0x8402_7BBA), ("NetworkLocationWizard", 0xACCF_E180),
      ("abcd_äöüß", 0xCD87_D55E), ("ABCD_ÄÖÜß", 0xCD87_D55E), ("weird™", 0x6F86_A4D5),
      ("zero\0key", 0xDA24_F2BD), ("🌎🌏🌍", 0x5556_1CD6),
    ] as [(String, UInt32)])
  func known(name: String, hash: UInt32) {
    #expect(SubkeyHash.lh(name.utf16) == hash)
  }

  @Test(
    "Every hash in the lists of real hives is the hash of its key's name",
    .enabled(
      if: ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"] != nil,
      "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"),
    arguments: [
      ("NTUSER_BAGMRU.DAT", 6278), ("SYSTEM_2", 20014), ("dirty-ntuser/NTUSER.DAT", 2589),
      ("special", 3),
    ])
  func corpus(hive: String, entries: Int) throws {
    let corpus = try #require(ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"])
    let file = try Data(contentsOf: URL(fileURLWithPath: "\(corpus)/hives/\(hive)"))
    let (count, wrong) = try lhEntries(of: HiveImage([UInt8](file)))
    #expect(count == entries)
    #expect(wrong == [])
  }
}

// MARK: - Helpers

/// Counts the entries of all `lh` lists in use, and gives where those are whose hash is not that
/// of their key's name.
private func lhEntries(of image: HiveImage) throws -> (count: Int, wrong: [Int]) {
  var count = 0
  var wrong: [Int] = []
  var offset = BaseBlock.size
  while let bin = try? Bin(parsing: image, at: offset) {
    offset += Bin.headerSize
    while offset < bin.end {
      if let list = try? SubkeyList(parsing: image, at: offset), list.kind == .hashLeaf,
        list.cell.isAllocated
      {
        for entry in (0..<list.count).map(list.offset(of:)) {
          let key = try KeyNode(
            parsing: image, at: CellReference(image.uint32(at: entry)).fileOffset)
          count += 1
          if try image.uint32(at: entry + 4) != SubkeyHash.lh(image.units(of: key.name)) {
            wrong.append(entry)
          }
        }
      }
      offset = try image.cell(at: offset).end
    }
  }
  return (count, wrong)
}
