// SPDX-License-Identifier: MIT

import RegistryHive
import Testing

@Suite struct RegistryStringTests {
  @Test(
    "Surrogates must come in pairs",
    arguments: [
      ([], true), ([0x61], true), ([0], true), ([0xFFFF], true), ([0xD83D, 0xDE00], true),
      ([0xD83D], false), ([0xDE00], false), ([0xDE00, 0xD83D], false), ([0x61, 0xD83D], false),
      ([0xD83D, 0x61], false), ([0xD83D, 0xD83D, 0xDE00], false),
      ([0xD83D, 0xDE00, 0xDE00], false),
      ([0xD83D, 0xDE00, 0xD83D, 0xDE00], true), ([0xD7FF, 0xE000], true),
    ] as [([UInt16], Bool)])
  func wellFormed(units: [UInt16], expected: Bool) {
    #expect(RegistryString(utf16: units).isWellFormed == expected)
  }

  @Test func `text shows what is no text as U+FFFD`() {
    #expect(RegistryString(utf16: [0x61, 0xD83D, 0x62]).description == "a\u{FFFD}b")
    #expect(RegistryString("nul\0\r\n😀").description == "nul\0\r\n😀")
    #expect(RegistryString("").isEmpty)
    #expect(!RegistryString("\0").isEmpty)
  }

  @Test func `strings are equal when all their units are`() {
    #expect(RegistryString("a") == "a")
    #expect(RegistryString("a") != "A")
    #expect(RegistryString("a").matches("A"))
    #expect(RegistryString("e\u{301}") != "é")
    #expect(RegistryString(utf16: [0xD83D]) != RegistryString(utf16: [0xFFFD]))
    #expect(!RegistryString("ab").matches("abc"))
    #expect(RegistryString("").matches(""))
  }
}

@Suite struct RegistryPathTests {
  @Test(
    "Text is cut at backslashes",
    arguments: [
      ("", []), ("\\", []), ("a", ["a"]), ("a\\b", ["a", "b"]), ("\\a\\b\\", ["a", "b"]),
      ("a\\\\b", ["a", "b"]), ("a/b", ["a/b"]), (" a \\b", [" a ", "b"]),
    ] as [(String, [RegistryString])])
  func text(_ text: String, names: [RegistryString]) {
    #expect(RegistryPath(text).names == names)
    #expect(RegistryPath(text).isRoot == names.isEmpty)
  }

  @Test func `a path is shown with backslashes`() {
    #expect(
      RegistryPath(names: ["Control Panel", "Desktop"]).description == "Control Panel\\Desktop")
    #expect(RegistryPath(names: []).description == "")
    #expect(("Software" as RegistryPath).appending("Microsoft") == "Software\\Microsoft")
  }
}
