// SPDX-License-Identifier: MIT

import Testing

@testable import HiveCommands

@Suite struct `Sizes on the command line` {
  @Test(
    arguments: [
      ("0", 0), ("4096", 4096), ("200M", 209_715_200), ("200mb", 209_715_200),
      ("200MiB", 209_715_200), ("64k", 65_536), ("1.5G", 1_610_612_736), ("0.5K", 512),
      ("1T", 1 << 40), ("12b", 12), ("0xC800000", 209_715_200), ("0xffffffff", 4_294_967_295),
      ("1.999999K", 2047), ("9223372036854775807", .max),
    ])
  func `numbers and units are read`(text: String, bytes: Int) {
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }

  @Test(
    arguments: [
      "", "M", "-1", "+1", "1.5", "1.5b", "1.", ".5G", "1.5.5G", "1 M", "1X", "0x", "0x-1", "0xG",
      "1.1234567M", "9223372036854775808", "9223372036854775807K", "99999999999G", "1e9", "½K",
      "²",
    ])
  func `anything else is refused`(text: String) {
    #expect(ByteSize(argument: text) == nil)
  }
}
