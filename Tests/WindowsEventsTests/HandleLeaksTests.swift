// SPDX-License-Identifier: MIT

import Testing
import WindowsEvents

/// The texts that list open keys.
@Suite struct HandleLeaksTests {
  private static let user = "S-1-5-21-1-2-3-500"

  /// As a record of Windows 10 has it.
  private static let one =
    "1 user registry handles leaked from \\Registry\\User\\\(user):\n"
    + "Process 2408 (\\Device\\HarddiskVolume2\\Windows\\System32\\svchost.exe) has opened key "
    + "\\REGISTRY\\USER\\\(user)\\Printers\\DevModePerUser\n"

  private static let svchost = LeakedHandle(
    process: 2408, image: "\\Device\\HarddiskVolume2\\Windows\\System32\\svchost.exe",
    key: "\\REGISTRY\\USER\\\(user)\\Printers\\DevModePerUser")

  @Test func `one handle, as Windows 10 writes it`() {
    let leaks = HandleLeaks(detail: Self.one)
    #expect(leaks.hive == "\\Registry\\User\\\(Self.user)")
    #expect(leaks.declared == 1)
    #expect(leaks.handles == [Self.svchost])
    #expect(leaks.otherLines == [])
    #expect(leaks.account == nil)
  }

  @Test func `a copy as plain text, with CR and LF and a mark in front`() {
    let text = "DETAIL - \r\n \(Self.one.replacing("\n", with: "\r\n"))"
    #expect(HandleLeaks(detail: text).handles == [Self.svchost])
    let sameLine = "   DETAIL - " + Self.one
    #expect(HandleLeaks(detail: sameLine).hive == "\\Registry\\User\\\(Self.user)")
    #expect(HandleLeaks(detail: sameLine).handles == [Self.svchost])
  }

  @Test func `brackets in paths, and a key that is the root`() {
    let leaks = HandleLeaks(
      detail: """
        3 user registry handles leaked from \\Registry\\User\\S-1-5-21-1-2-3-500_Classes:
        Process 4 (C:\\Program Files (x86)\\Vendor (R)\\agent.exe) has opened key \
        \\REGISTRY\\USER\\S-1-5-21-1-2-3-500_CLASSES
        Process 5 (C:\\a.exe) has opened key \\REGISTRY\\USER\\S-1-5-21-1-2-3-500_CLASSES\\CLSID (old)
        """)
    #expect(leaks.declared == 3)
    #expect(
      leaks.handles.map(\.image) == ["C:\\Program Files (x86)\\Vendor (R)\\agent.exe", "C:\\a.exe"])
    #expect(leaks.handles.map(\.imageName) == ["agent.exe", "a.exe"])
    #expect(
      leaks.handles.map(\.hkcuPath)
        == ["HKCU\\Software\\Classes", "HKCU\\Software\\Classes\\CLSID (old)"])
  }

  @Test(
    "What is not understood is kept",
    arguments: [
      "", "nothing of the kind", "Process x (a) has opened key b", "Process 1 has opened key b",
      "Process 1 (a has opened key b", "Process 99999999999999999999 (a) has opened key b",
      ") has opened key Process 1 (", "Process (a) has opened key b", "Process 1 () has",
      "Process 1", "Process", "DETAIL -", "user registry handles leaked from",
      "x user registry handles leaked from y:",
    ])
  func kept(text: String) {
    let leaks = HandleLeaks(detail: text)
    #expect(leaks.handles == [])
    #expect(leaks.hive == nil)
    #expect(leaks.otherLines == (text.isEmpty ? [] : [text]))
  }

  @Test func `UPHClean's texts, with what called for a handle`() {
    let leaks = HandleLeaks(uphclean: [
      "XP1\\joe (S-1-5-21-1-2-3-1004)\r\n",
      "  spoolsv.exe (1234)\r\n    HKCU\\Software (0x3c)\r\n      advapi32.dll!RegOpenKeyExW+0x12\r\n"
        + "    HKCU\\Printers (old) (0x40)\r\n  svchost.exe (800)\r\n    HKCU (0x18)\r\n",
    ])
    #expect(leaks.account == "XP1\\joe")
    #expect(leaks.hive == "\\Registry\\User\\S-1-5-21-1-2-3-1004")
    #expect(leaks.declared == nil)
    #expect(
      leaks.handles == [
        LeakedHandle(process: 1234, image: "spoolsv.exe", key: "HKCU\\Software"),
        LeakedHandle(process: 1234, image: "spoolsv.exe", key: "HKCU\\Printers (old)"),
        LeakedHandle(process: 800, image: "svchost.exe", key: "HKCU"),
      ])
    #expect(leaks.otherLines == ["advapi32.dll!RegOpenKeyExW+0x12"])
  }

  @Test func `a handle without a process is kept as text`() {
    let leaks = HandleLeaks(uphclean: ["HKCU\\Software (0x3c)", "(0x3c)", "()"])
    #expect(leaks.handles == [])
    #expect(leaks.otherLines == ["HKCU\\Software (0x3c)", "(0x3c)", "()"])
  }
}
