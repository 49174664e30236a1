// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsTypes

/// Keys as people name them.
@Suite struct RegistryLocationTests {
  private func hive(_ path: String) throws -> Hive {
    let files = VolumeDescription(.windows10).files
    return try Hive(bytes: #require(files.first { $0.path == path }).bytes)
  }

  private var system: Hive { get throws { try hive("Windows/System32/config/SYSTEM") } }
  private var software: Hive { get throws { try hive("Windows/System32/config/SOFTWARE") } }
  private var user: Hive { get throws { try hive("Users/anna/NTUSER.DAT") } }
  private var classes: Hive {
    get throws { try hive("Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat") }
  }

  @Test(arguments: ["HKCC\\Software\\Fonts", "HKEY_CURRENT_CONFIG\\Software\\Fonts"])
  func `the current configuration is the hardware profile in use`(text: String) throws {
    var description = HiveDescription()
    description.set("Select", .dword("Current", 1))
    description.set("ControlSet001\\Control\\IDConfigDB", .dword("CurrentConfig", 7))
    description.makeKey("ControlSet001\\Hardware Profiles\\0007\\Software\\Fonts")
    description.makeKey("ControlSet001\\Services")
    description.makeKey("ControlSet001\\Enum")
    let found = try path(text, in: Hive(bytes: description.build().bytes))
    #expect(found == "ControlSet001\\Hardware Profiles\\0007\\Software\\Fonts")
    #expect(try path(text, in: software) == nil)
  }

  private func path(_ text: String, in hive: Hive) -> String? {
    guard case .key(_, let path) = RegistryLocation(text).find(in: hive) else { return nil }
    return path.description
  }

  @Test(arguments: [
    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager",
    "HKEY_LOCAL_MACHINE\\System\\ControlSet001\\Control\\Session Manager",
    "hklm:\\system\\currentcontrolset\\control\\session manager",
    "Computer\\HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager",
    "Registry::HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager",
    "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager",
    "HKLM/SYSTEM/CurrentControlSet/Control/Session Manager",
    "CurrentControlSet\\Control\\Session Manager",
    "ControlSet001/Control/Session Manager",
    "\\ControlSet001\\Control\\\\Session Manager\\",
    "ControlSet001\\\\Control\\Session\\u0020Manager",
  ])
  func `one key, named in many ways`(text: String) throws {
    let found = try path(text, in: system)
    #expect(found?.lowercased() == "controlset001\\control\\session manager")
  }

  @Test func `a full path chooses the hive`() throws {
    let run = "Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    let sid = VolumeUser("anna", 1001).sid
    #expect(try path("HKCU\\\(run)", in: user) == run)
    #expect(try path("HKEY_USERS\\\(sid)\\\(run)", in: user) == run)
    #expect(try path("HKLM\\\(run)", in: software) == "Microsoft\\Windows\\CurrentVersion\\Run")
    #expect(try path("HKCU\\\(run)", in: software) == nil)
    #expect(try path("HKLM\\SOFTWARE", in: software) == "")
    #expect(try path("HKU\\\(sid)_Classes", in: classes) == "")
    #expect(try path("HKU\\S-1-5-21-1-2-3-4_Classes", in: classes) == nil)
    #expect(try path("HKCU\\Software\\Classes", in: classes) == "")
    #expect(try path("HKCR\\AppID", in: software) == "Classes\\AppID")
    guard case .elsewhere = try RegistryLocation("HKLM\\SAM\\SAM").find(in: system) else {
      Issue.record("that is the SAM hive")
      return
    }
  }

  @Test func `the hive of one user is not that of another`() throws {
    let location = RegistryLocation("HKU\\S-1-5-21-9-9-9-1001\\Environment")
    guard case .key = try location.find(in: user) else {
      Issue.record("whose hive it is is not known")
      return
    }
    let owner = SecurityIdentifier(VolumeUser("anna", 1001).sid)
    guard case .elsewhere = try location.find(in: user, user: owner) else {
      Issue.record("the hive is another user's")
      return
    }
  }

  @Test func `names with characters that separate or cannot be typed`() throws {
    var description = HiveDescription()
    description.makeKey("MIME\\Database\\image/png")
    description.makeKey("MIME\\Database\\a\u{0}b")
    let hive = try Hive(bytes: description.build().bytes)
    #expect(path("MIME\\Database\\image/png", in: hive) == "MIME\\Database\\image/png")
    #expect(path("MIME\\Database\\a\\u0000b", in: hive) == "MIME\\Database\\a\u{0}b")
    #expect(path("MIME/Database", in: hive) == "MIME\\Database")
  }

  @Test func `near misses, and values`() throws {
    guard
      case .missing(let name, let place, let similar) = try RegistryLocation(
        "ControlSet001\\Contrl\\Windows"
      ).find(in: system)
    else {
      Issue.record("there is no such key")
      return
    }
    #expect(name == "Contrl")
    #expect(place == "ControlSet001")
    #expect(similar == ["Control"])
    guard
      case .value(let value, let key) = try RegistryLocation("HKLM\\SYSTEM\\Select\\current")
        .find(in: system)
    else {
      Issue.record("that is a value")
      return
    }
    #expect(value == "current")
    #expect(key == "Select")
  }

  // MARK: - Names that are hard to write

  @Test(
    arguments: [
      ("A/B", "A/B"), ("A\\B", "A\\B"), ("\\A/B", "A/B"), ("A/C", "A\\C"), ("a/c", "a\\c"),
      ("A/B\\D", "A/B\\D"), ("A\\B/D", nil), ("A\\u002fB", "A/B"),
    ] as [(String, String?)])
  func `a slash is in a name where there is such a name`(text: String, wanted: String?) throws {
    var description = HiveDescription()
    for path in ["A\\B", "A\\C", "A/B\\D"] { description.makeKey(path) }
    #expect(try path(text, in: Hive(bytes: description.build().bytes)) == wanted)
  }

  @Test func `a path is taken as it is shown`() throws {
    var description = HiveDescription()
    description.add("back\\slash", to: .root)
    description.add("bell\u{7}", to: .root)
    description.add("‹U+005C›", to: .root)
    let hive = try Hive(bytes: description.build().bytes)
    for key in hive.root.subkeys {
      guard case .key(let found, _) = RegistryLocation(key.path.description).find(in: hive) else {
        Issue.record("\(key.path) is not found")
        continue
      }
      #expect(found.offset == key.offset)
    }
    #expect(path("bell‹U+0007›", in: hive) != nil)
    #expect(path("back‹U+005C›slash", in: hive) != nil)
    #expect(path("back\\u005cslash", in: hive) != nil)
    #expect(path("back\\slash", in: hive) == nil)
    #expect(path("‹U+5C›", in: hive) == nil)
  }
}
