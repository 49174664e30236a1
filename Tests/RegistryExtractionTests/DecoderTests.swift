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

  @Test func `paths in the compatibility cache that share their bytes are cut`() {
    let path = Self.utf16(String(repeating: "x", count: 2_000))
    let size = Self.bytes(UInt64(path.count), 2)
    let entry =
      size + size + Self.bytes(8 + 3 * 24, 4) + Self.bytes(Self.time) + Self.bytes(0)
    let vista = Self.bytes(0xBADC_0FFE, 4) + Self.bytes(3, 4) + entry + entry + entry + path
    let entries = AppCompatCache(ByteReader(vista)).entries
    #expect(entries.map(\.path.utf16.count) == [2_000, 40, 32])
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

  // MARK: - Shell items

  private static func item(_ body: [UInt8]) -> [UInt8] { bytes(UInt64(body.count + 2), 2) + body }

  private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  /// 2024-06-21 17:03:44 as a date and a time of FAT.
  private static let fatTime = bytes(44 << 9 | 6 << 5 | 21, 2) + bytes(17 << 11 | 3 << 5 | 22, 2)

  private static let computer = item(
    [0x1F, 0x50] + bytes(0x1069_3AEA_20D0_4FE0) + [0xA2, 0xD8, 8, 0, 0x2B, 0x30, 0x30, 0x9D])

  private static let drive = item([0x2F] + ascii("C:\\") + [UInt8](repeating: 0, count: 18))

  /// A folder or file as Windows 10 writes it.
  private static func file(_ type: UInt8, _ short: String, _ long: String) -> [UInt8] {
    var name = ascii(short)
    if name.count % 2 == 1 { name.append(0) }
    let start = [type, 0] + bytes(5, 4) + fatTime + bytes(0x10, 2) + name
    let block =
      bytes(9, 2) + bytes(0xBEEF_0004, 4) + fatTime + fatTime + bytes(0x2E, 2) + bytes(0, 2)
      + bytes(77, 6) + bytes(3, 2) + bytes(0, 8) + bytes(0, 2) + bytes(0, 4) + bytes(0, 4)
      + utf16(long + "\0")
    return item(
      start + bytes(UInt64(block.count + 4), 2) + block + bytes(UInt64(start.count + 2), 2))
  }

  private static let end: [UInt8] = [0, 0]

  @Test func `folders seen in Explorer`() throws {
    var hive = Self.user
    let bags = "Software\\Microsoft\\Windows\\Shell\\BagMRU"
    let list = Self.bytes(1, 4) + Self.bytes(0, 4) + Self.bytes(0xFFFF_FFFF, 4)
    let written = filetime(2024, 6, 22)
    hive.set(
      bags, at: written, .binary("MRUListEx", list), .binary("0", Self.computer + Self.end),
      .binary("1", Self.item([0x42, 1, 0] + Self.ascii("\\\\server\\share")) + Self.end),
      .binary("NodeSlots", [2]))
    hive.set(bags + "\\0", at: written, .binary("0", Self.drive + Self.end), .dword("NodeSlot", 4))
    hive.set(
      bags + "\\0\\0", at: written,
      .binary("0", Self.file(0x31, "PROGRA~1", "Program Files") + Self.end))
    let day = "2024-06-22T00:00:00"
    #expect(
      try rows(hive, "NTUSER", bags) == [
        "ShellBags -: folder=\\\\server\\share, kind=network, bagPath=BagMRU\\1, position=0, lastUsed=\(day)",
        "ShellBags -: folder=My Computer, kind=root, bagPath=BagMRU\\0, bag=4, position=1, "
          + "keyLastWritten=\(day)",
        "ShellBags -: folder=My Computer\\C:, kind=volume, bagPath=BagMRU\\0\\0, keyLastWritten=\(day)",
        "ShellBags -: folder=My Computer\\C:\\Program Files, kind=folder, "
          + "created=2024-06-21T17:03:44, modified=2024-06-21T17:03:44, "
          + "accessed=2024-06-21T17:03:44, mftEntry=77, mftSequence=3, bagPath=BagMRU\\0\\0\\0",
      ])
  }

  @Test func `files of the dialogs for opening and saving`() throws {
    var hive = Self.user
    let dialogs = Self.explorer + "ComDlg32\\"
    let list = Self.bytes(0, 4) + Self.bytes(0xFFFF_FFFF, 4)
    let folder = Self.computer + Self.drive + Self.file(0x31, "temp", "")
    hive.set(
      dialogs + "LastVisitedPidlMRU", at: Self.time, .binary("MRUListEx", list),
      .binary("0", Self.utf16("a.exe\0") + folder + Self.end))
    hive.set(
      dialogs + "OpenSavePidlMRU\\txt", at: Self.time, .binary("MRUListEx", list),
      .binary("0", folder + Self.file(0x32, "LONGNA~1.TXT", "long name.txt") + Self.end))
    #expect(
      try rows(hive, "NTUSER", dialogs) == [
        "LastVisitedPidlMRU 0: program=a.exe, folder=My Computer\\C:\\temp, position=0, "
          + "lastUsed=2024-06-21T17:03:44",
        "OpenSavePidlMRU 0: path=My Computer\\C:\\temp\\long name.txt, extension=txt, kind=file, "
          + "created=2024-06-21T17:03:44, modified=2024-06-21T17:03:44, "
          + "accessed=2024-06-21T17:03:44, fileSize=5, mftEntry=77, mftSequence=3, position=0, "
          + "lastUsed=2024-06-21T17:03:44",
      ])
  }

  @Test func `other items`() {
    func name(_ body: [UInt8]) -> String {
      let item = ShellItem(ByteReader(Self.item(body)))
      return "\(item.kind): \(item.name.map { "\($0)" } ?? "-")"
    }
    let downloads: [UInt8] =
      Self.bytes(0x4565_123F_374D_E290) + [0x91, 0x64, 0x39, 0xC4, 0x92, 0x5E, 0x46, 0x7B]
    #expect(name([0x61, 0x80, 0, 0, 0, 0] + Self.utf16("ftp://a/\0")) == "address: ftp://a/")
    #expect(
      name([0x71, 0x80] + [UInt8](repeating: 0, count: 10) + downloads)
        == "control panel: Downloads")
    #expect(
      name([1, 0] + Self.bytes(0x39DE_2184, 4) + Self.bytes(8, 4)) == "control panel: Programs")
    #expect(
      name([0, 0, 26, 0] + Self.bytes(0x23FE_BBEE, 4) + [0, 0, 16, 0] + downloads)
        == "known folder: Downloads")
    let property =
      Self.bytes(29, 4) + Self.bytes(10, 4) + [0] + Self.bytes(0x1F, 4) + Self.bytes(5, 4)
      + Self.utf16("wsl$\0") + [0, 0]
    let store =
      Self.bytes(UInt64(28 + property.count), 4) + Array("1SPS".utf8)
      + Self.bytes(0x101A_47EF_B725_F130) + [0xA5, 0xF1, 2, 0x60, 0x8C, 0x9E, 0xEB, 0xAC] + property
      + Self.bytes(0, 4)
    #expect(
      name([0, 0, 0, 0] + Self.bytes(0x3B93_AFBB, 4) + [0, 0, 4, 0, 1, 2, 3, 4] + store)
        == "property view: wsl$")
    #expect(name([0x52, 0]) == "0x52: -")
  }

  @Test(arguments: 0..<20)
  func `damaged shell items are read to their end`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let sound = Self.computer + Self.drive + Self.file(0x31, "A", "b") + Self.file(0x32, "C", "d")
    for _ in 0..<500 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] =
          [0, 0xFF, .random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      bytes.removeLast(Int.random(in: 0..<20, using: &random))
      let items = ShellItem.list(in: ByteReader(bytes))
      #expect(items.count <= bytes.count / 3)
      #expect(ShellPath(items).text?.utf16.count ?? 0 <= 2000)
    }
  }

  /// Every key that a decoder is for, with values of random bytes: nothing stops, nothing is lost.
  @Test(.disabled(if: slowTestsAreLeftOut, "slow"), arguments: 0..<30)
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
        let rows = decoder.decode(key, 10_000)
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
