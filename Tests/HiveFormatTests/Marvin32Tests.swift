// SPDX-License-Identifier: MIT

import HiveFormat
import Testing

@Suite struct Marvin32Tests {
  @Test(
    "Published values come out, whatever is left behind the last whole word",
    arguments: [
      ([], 0x30ED_35C1_00CD_3C7D), ([0xAF], 0x48E7_3FC7_7D75_DDC1),
      ([0xE7, 0x0F], 0xB5F6_E1FC_485D_BFF8), ([0x37, 0xF4, 0x95], 0xF0B0_7C78_9B8C_F7E8),
      ([0x86, 0x42, 0xDC, 0x59], 0x7008_F2E8_7E9C_F556),
      ([0x15, 0x3F, 0xB7, 0x98, 0x26], 0xE6C0_8C6D_A2AF_A997),
      ([0x09, 0x32, 0xE6, 0x24, 0x6C, 0x47], 0x6F04_BF1A_5EA2_4060),
      ([0xAB, 0x42, 0x7E, 0xA8, 0xD1, 0x0F, 0xC7], 0xE118_47E4_F067_8C41),
    ] as [([UInt8], UInt64)])
  func published(bytes: [UInt8], hash: UInt64) {
    #expect(Marvin32.hash(bytes.span, seed: 0x004F_B61A_001B_DBCC) == hash)
  }

  @Test func `the seed of transaction logs is the default`() {
    let bytes = Array("abcde".utf8)
    #expect(Marvin32.hash(bytes.span) == 0x187F_15F6_2504_6B86)
  }
}
