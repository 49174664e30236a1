// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@testable import RegistryExtraction

/// Decoders read what Windows writes, and nothing goes wrong with anything else.
@Suite struct DecoderTests {
  private static let explorer = "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\"

  /// The rows of all decoders at the keys below a path, each on one line.
  private func rows(_ hive: HiveDescription, _ kind: String, _ path: String) throws -> [String] {
    let rules = try ExtractionRules(
      yaml: PlainRule.batch([PlainRule(hive: kind, path: path, isRecursive: true)])
        .replacing("DisablePlugin: true", with: "DisablePlugin: false"))
    return try Hive(bytes: hive.build().bytes).extract(rules).compactMap { record in
      record.row.map { row in
        let fields = row.fields.map { field in
          switch field.value {
          case .text(let text): "\(field.name)=\(text)"
          case .number(let number): "\(field.name)=\(number)"
          case .time(let time): "\(field.name)=\(String(time.description.prefix(19)))"
          case .flag(let isTrue): "\(field.name)=\(isTrue)"
          }
        }
        return "\(row.decoder) \(row.valueName.map { "\($0)" } ?? "-"): "
          + fields.joined(separator: ", ")
      }
    }
  }

  private static var user: HiveDescription {
    var hive = HiveDescription()
    hive.makeKey("Control Panel")
    return hive
  }

  private static var system: HiveDescription {
    var hive = HiveDescription()
    hive.set("Select", .dword("Current", 1))
    return hive
  }

  private static let time = filetime(2024, 6, 21, 17, 3, 44)

  private static func bytes(_ number: UInt64, _ count: Int = 8) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
  }

  private static func utf16(_ text: String) -> [UInt8] {
    text.utf16.flatMap { bytes(UInt64($0), 2) }
  }

  @Test func `programs in UserAssist`() throws {
    var hive = Self.user
    let new =
      Self.bytes(0, 4) + Self.bytes(7, 4) + Self.bytes(8, 4) + Self.bytes(9, 4)
      + [UInt8](repeating: 0, count: 44) + Self.bytes(Self.time) + Self.bytes(0, 4)
    let old = Self.bytes(1, 4) + Self.bytes(8, 4) + Self.bytes(Self.time)
    hive.set(
      Self.explorer + "UserAssist\\{X}\\Count", .binary("P:\\Cebtenz.rkr", new),
      .binary("HRZR_EHACNGU", old), .binary("fubeg", [1, 2, 3]))
    #expect(
      try rows(hive, "NTUSER", Self.explorer + "UserAssist") == [
        "UserAssist P:\\Cebtenz.rkr: program=C:\\Program.exe, lastRun=2024-06-21T17:03:44, "
          + "runCount=7, focusCount=8, focusMilliseconds=9",
        "UserAssist HRZR_EHACNGU: program=UEME_RUNPATH, lastRun=2024-06-21T17:03:44, runCount=3",
        "UserAssist fubeg: program=short",
      ])
  }

  @Test func `lists of what was used`() throws {
    var hive = Self.user
    let list = Self.bytes(1, 4) + Self.bytes(0, 4) + Self.bytes(0xFFFF_FFFF, 4)
    hive.set(
      Self.explorer + "RecentDocs", at: Self.time, .binary("MRUListEx", list),
      .binary("0", Self.utf16("a.txt\0") + [1, 2]), .binary("1", Self.utf16("b.txt\0")))
    hive.set(
      Self.explorer + "RunMRU", at: Self.time, .string("MRUList", "ba"), .string("a", "cmd\\1"),
      .string("b", "regedit\\1"))
    let internet = "Software\\Microsoft\\Internet Explorer\\"
    hive.set(
      internet + "TypedURLs", at: Self.time, .string("url2", "http://b/"),
      .string("url1", "http://a/"), .string("url", "x"))
    hive.set(internet + "TypedURLsTime", .binary("url2", Self.bytes(filetime(2020, 1, 1))))
    hive.set(
      "Software\\Microsoft\\Office\\16.0\\Word\\File MRU",
      .string("Item 1", "[F00000000][T0\(String(Self.time, radix: 16))][O00000000]*C:\\a.docx"),
      .string("Max Display", "25"))
    #expect(
      try rows(hive, "NTUSER", "Software") == [
        "TypedURLs url1: url=http://a/, position=0, lastUsed=2024-06-21T17:03:44",
        "TypedURLs url2: url=http://b/, time=2020-01-01T00:00:00, position=1",
        "OfficeMRU Item 1: path=C:\\a.docx, lastOpened=2024-06-21T17:03:44",
        "RecentDocs 1: document=b.txt, position=0, lastUsed=2024-06-21T17:03:44",
        "RecentDocs 0: document=a.txt, position=1",
        "RunMRU b: command=regedit, position=0, lastUsed=2024-06-21T17:03:44",
        "RunMRU a: command=cmd, position=1",
      ])
  }

  @Test func `the compatibility cache of every Windows`() {
    let path = Self.utf16("C:\\a.exe")
    func entries(_ bytes: [UInt8]) -> [AppCompatCache.Entry] {
      AppCompatCache(ByteReader(bytes)).entries
    }
    func entry(_ wasExecuted: Bool? = nil) -> [AppCompatCache.Entry] {
      [
        AppCompatCache.Entry(
          path: "C:\\a.exe", lastModified: FileTime(rawValue: Self.time), wasExecuted: wasExecuted)
      ]
    }
    let size = Self.bytes(UInt64(path.count), 2)
    let xp =
      Self.bytes(0xDEAD_BEEF, 4) + Self.bytes(1, 4) + [UInt8](repeating: 0, count: 392) + path
      + [UInt8](repeating: 0, count: 528 - path.count) + Self.bytes(Self.time)
      + [UInt8](repeating: 0, count: 16)
    #expect(entries(xp) == entry())
    let vista =
      Self.bytes(0xBADC_0FFE, 4) + Self.bytes(1, 4) + size + size + Self.bytes(32, 4)
      + Self.bytes(Self.time) + Self.bytes(0) + path
    #expect(entries(vista) == entry())
    let seven =
      Self.bytes(0xBADC_0FEE, 4) + Self.bytes(1, 4) + [UInt8](repeating: 0, count: 120) + size
      + size + Self.bytes(0, 4) + Self.bytes(176) + Self.bytes(Self.time) + Self.bytes(2, 4)
      + Self.bytes(0, 4) + Self.bytes(0) + Self.bytes(0) + path
    #expect(entries(seven) == entry(true))
    let body = size + path
    let ending = Self.bytes(Self.time) + Self.bytes(0, 4)
    for middle in [
      Self.bytes(0, 2) + Self.bytes(2, 4) + Self.bytes(0, 4),
      Self.bytes(2, 4) + Self.bytes(0, 4),
    ] {
      let content = body + middle + ending
      let eight =
        Self.bytes(128, 4) + [UInt8](repeating: 0, count: 124) + Array("10ts".utf8)
        + Self.bytes(0, 4) + Self.bytes(UInt64(content.count), 4) + content
      #expect(entries(eight) == entry(true))
    }
    for header in [0x30, 0x34] {
      let ten =
        Self.bytes(UInt64(header), 4) + [UInt8](repeating: 0, count: header - 4)
        + Array("10ts".utf8) + Self.bytes(0, 4) + Self.bytes(UInt64(body.count + 12), 4) + body
        + ending
      #expect(entries(ten) == entry())
      #expect(entries([UInt8](ten.dropLast())) == [])
    }
  }

  @Test func `the keys of the machine`() throws {
    var hive = Self.system
    hive.set("ControlSet001\\Control\\TimeZoneInformation", .dword("Bias", 0xFFFF_FFC4))
    hive.set(
      "ControlSet001\\Enum\\USBSTOR\\Disk&Ven_A&Prod_B&Rev_1\\S1", at: Self.time,
      .string("FriendlyName", "A B"))
    hive.set(
      "ControlSet001\\Enum\\USBSTOR\\Disk&Ven_A&Prod_B&Rev_1\\S1\\Properties\\"
        + "{83da6326-97a6-4088-9453-a1923f573b29}\\0066",
      ValueDescription("", type: 0xFFFF_0010, data: Self.bytes(Self.time)))
    hive.set(
      "ControlSet001\\Services\\bam\\State\\UserSettings\\S-1-5-18",
      .binary("\\Device\\a.exe", Self.bytes(Self.time)), .dword("Version", 1))
    hive.set(
      "ControlSet001\\Services\\Spooler", at: Self.time, .dword("Start", 2), .dword("Type", 0x110),
      .expandString("ImagePath", "spoolsv.exe"), .string("ObjectName", "LocalSystem"))
    let found = try rows(hive, "SYSTEM", "ControlSet001")
    #expect(
      Set(found) == [
        "TimeZoneInformation -: bias=-60",
        "USBSTOR -: device=A B, serialNumber=S1, vendor=A, product=B, revision=1, "
          + "lastArrival=2024-06-21T17:03:44, lastWritten=2024-06-21T17:03:44",
        "BamDam \\Device\\a.exe: program=\\Device\\a.exe, lastRun=2024-06-21T17:03:44, "
          + "user=S-1-5-18",
        "Services -: service=Spooler, imagePath=spoolsv.exe, start=automatic, type=own process, "
          + "account=LocalSystem, lastWritten=2024-06-21T17:03:44",
      ])
    #expect(found.count == 4)
  }

  /// Every key that a decoder is for, with values of random bytes: nothing stops, nothing is lost.
  @Test(arguments: 0..<30)
  func `any bytes are decoded to their end`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    func data() -> [UInt8] {
      let heads: [[UInt8]] = [
        [], Self.bytes(0xBADC_0FEE, 4) + Self.bytes(0xFFFF_FFFF, 4), Self.bytes(0xBADC_0FFE, 4),
        Self.bytes(0xDEAD_BEEF, 4), Self.bytes(0x34, 4),
        Self.bytes(0x30, 4) + [UInt8](repeating: 0, count: 44) + Array("10ts".utf8),
        Self.bytes(0x80, 4) + [UInt8](repeating: 0, count: 124) + Array("00ts".utf8),
      ]
      let count = Int.random(in: 0..<700, using: &random)
      let tail = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      return (heads.randomElement(using: &random) ?? []) + tail
    }
    let names = [
      "MRUListEx", "MRUList", "0", "1", "a", "url1", "Item 1", "AppCompatCache", "Bias",
      "DisplayName", "ProfileName", "DateCreated", "ProfileImagePath", "ImagePath", "Type",
      "LocalProfileLoadTimeHigh", "LocalProfileLoadTimeLow", "FriendlyName", "",
    ]
    for decoder in Decoder.all {
      for (_, pattern, _) in decoder.paths {
        var hive = HiveDescription()
        let path = pattern.components.map { component in
          component.name.map { String(decoding: $0, as: UTF16.self) } ?? "x"
        }.joined(separator: "\\")
        let id = hive.makeKey(path)
        hive[id].values = names.map { name in
          ValueDescription(
            NameDescription(name), type: UInt32.random(in: 0..<12, using: &random), data: data())
        }
        let opened = try Hive(bytes: hive.build().bytes)
        let key = try #require(opened.key(at: RegistryPath(path)))
        let rows = decoder.decode(key)
        #expect(rows.allSatisfy { $0.decoder == decoder.name })
      }
    }
  }

  @Test func `a plugin of RECmd that is not built in is named once`() throws {
    var hive = Self.user
    hive.set("Software\\WinRAR", .dword("a", 1))
    let rules = try ExtractionRules(
      yaml: PlainRule.batch([PlainRule(hive: "NTUSER", path: "Software\\WinRAR")])
        .replacing("DisablePlugin: true", with: "DisablePlugin: false"))
    var extraction = try Hive(bytes: hive.build().bytes).extract(rules)
    #expect(extraction.next()?.value?.name == "a")
    #expect(extraction.next() == nil)
    #expect(extraction.missingPlugins == ["WinRAR"])
  }
}
