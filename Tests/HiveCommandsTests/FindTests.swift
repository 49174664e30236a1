// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// What `hive find` finds.
@Suite struct FindTests {
  private struct Found: Decodable, Hashable {
    var hive: String?
    let path: String
    var pathUTF16: String?
    let match: String
    var name: String?
    var nameUTF16: String?
    var typeCode: UInt32?
  }

  private func find(_ arguments: String...) async throws -> [Found] {
    let outcome = try await Tool.hive.run(["find", "--format", "ndjson"] + arguments)
    #expect(outcome.code == (outcome.bytes.isEmpty ? 1 : 0), "\(outcome.errors)")
    return try outcome.bytes.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Found.self, from: Data($0))
    }
  }

  /// A hive with text in all forms that a value may hold it in.
  private func hiveWithForms(in folder: TemporaryFolder) throws -> String {
    var hive = HiveDescription()
    let text = Array("\u{1}Straße.EXE\u{1}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    hive.set(
      "Äpfel\\Run", at: filetime(2020, 1, 1), .string("plain", "C:\\Straße.exe"),
      .binary("even", [1, 2] + text), .binary("odd", [1] + text),
      .binary("ascii", Array("\u{1}straSSe.exe\u{2}".utf8)),
      .multiString("list", ["one", "STRAßE.EXE"]), .dword("number", 0x6578_652E),
      ValueDescription("hidden", type: 1, data: Array("a\0\0\0".utf8) + text),
      ValueDescription("unknown", type: 0x1234, data: text))
    hive.set("straße.exe", at: filetime(2024, 1, 1), .string("", "nothing"))
    return try folder.write(hive)
  }

  @Test func `text is found in every form, and case is that of Windows`() async throws {
    let folder = try TemporaryFolder()
    let path = try hiveWithForms(in: folder)
    let found = try await find("ßE.eXe", path)
    #expect(
      found.map { $0.name ?? $0.path } == [
        "straße.exe", "plain", "even", "odd", "list", "hidden", "unknown",
      ])
    #expect(found.map(\.match) == ["key"] + [String](repeating: "data", count: 6))
    // ẞ and SS are not the upper case of ß to Windows; Ä is that of ä.
    #expect(try await find("STRASSE.EXE", path).map(\.name) == ["ascii"])
    #expect(try await find("äPF", path).map(\.path) == ["Äpfel"])
    #expect(try await find("--case-sensitive", "äpf", path) == [])
    #expect(
      try await find("--case-sensitive", "Straße.EXE", path).map(\.name) == [
        "even", "odd", "hidden", "unknown",
      ])
  }

  @Test func `places, types, times and keys narrow a search`() async throws {
    let folder = try TemporaryFolder()
    let path = try hiveWithForms(in: folder)
    #expect(try await find("--in", "keys", "e", path).map(\.path) == ["straße.exe", "Äpfel"])
    #expect(
      try await find("--in", "values", "n", path).map(\.name) == [
        "plain", "even", "number", "hidden", "unknown",
      ])
    #expect(try await find("--type", "REG_MULTI_SZ", ".exe", path).map(\.name) == ["list"])
    #expect(try await find("--type", "0x1234", ".exe", path).map(\.name) == ["unknown"])
    #expect(
      try await find("--since", "2023-01-01", ".exe", path).map(\.path) == ["straße.exe"])
    #expect(try await find("--until", "2020-01-01", ".exe", path) == [])
    #expect(try await find("--key", "straße.exe", "nothing", path).count == 1)
    #expect(try await find("--key", "äpfel", "nothing", path) == [])
    #expect(try await find("--kind", "SAM", "exe", path) == [])
    // A value whose name and data match is listed once, by its name.
    #expect(try await find("t", "--key", "Äpfel\\Run", path).first?.match == "data")
    #expect(
      try await find("li", "--key", "Äpfel\\Run", path).map(\.match)
        == ["value"])
  }

  @Test func `bytes are found in data of any type`() async throws {
    let folder = try TemporaryFolder()
    let path = try hiveWithForms(in: folder)
    #expect(try await find("--hex", "2E 65 78 65", path).map(\.name) == ["ascii", "number"])
    #expect(try await find("--hex", "ffff", path) == [])
  }

  @Test func `a regular expression is matched against names, strings and text among bytes`()
    async throws
  {
    let folder = try TemporaryFolder()
    let path = try hiveWithForms(in: folder)
    #expect(
      try await find("--regex", #"^stra.+\.exe$"#, path).map { $0.name ?? $0.path } == [
        "straße.exe", "even", "odd", "ascii", "list", "unknown",
      ])
    #expect(
      try await find("--regex", "--case-sensitive", #"\\[A-Z]\w+\.exe$"#, path).map(\.name) == [
        "plain"
      ])
  }

  @Test func `a regular expression that would take years is given up, text by text`() async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    let text = String(repeating: "a", count: 200)
    hive.set("Key", .string("hostile", text + "!"), .string("short", "aaa"), .string("long", text))
    let path = try folder.write(hive)
    let outcome = try await Tool.hive.run("find", "--regex", "^(a|aa)+$", path)
    #expect(
      outcome.text == """
        Key: short REG_SZ "aaa"
        Key: long REG_SZ "\(text)"

        """)
    #expect(
      outcome.errors == """
        hive: \(path): texts that were not looked through, because the regular expression takes too \
        long on them: 1

        """)
    #expect(outcome.code == 0)
  }

  @Test func `damage does not change the exit code of a search that finds something`() async throws
  {
    let found = try await Tool.hive.run("find", "beta", testHive("damaged/data-size"))
    #expect(!found.text.isEmpty)
    #expect(found.errors.contains("1 finding; the rest was read"))
    #expect(found.code == 0)
    let none = try await Tool.hive.run("find", "no such text", testHive("damaged/data-size"))
    #expect(none.errors.hasSuffix("hive: no key or value matches\n"))
    #expect(none.code == 1)
  }

  @Test func `a path in place of the pattern is noticed`() async throws {
    let outcome = try await Tool.hive.run("find", testHive("NTUSER.DAT"), "no/such/file")
    #expect(
      outcome.errors
        == "hive: no/such/file: no such file; the pattern comes first, then hives or folders\n")
    #expect(outcome.code == 66)
  }

  @Test func `deleted keys and values are found where asked`() async throws {
    let path = testHive("format/deleted")
    let live = try await find("e", path)
    let all = try await find("--deleted", "e", path)
    #expect(all.starts(with: live))
    #expect(all.count > live.count)
    let outcome = try await Tool.hive.run("find", "--deleted", "e", path)
    let deleted = outcome.text.split(separator: "\n").filter { $0.hasSuffix(" (deleted)") }
    #expect(deleted.count == all.count - live.count)
  }

  @Test func `text shows the match, and long data around it`() async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    let filler = String(repeating: "filler ", count: 40)
    hive.set(
      "A\u{1B}[2J\\Needle", .string("long", filler + "NEEDLE " + filler),
      .binary("bytes", [UInt8](repeating: 0xEE, count: 100) + Array("needle".utf8) + [0]),
      .dword("needle", 7))
    let path = try folder.write(hive)
    let outcome = try await Tool.hiveFind.run("--color", "always", "needle", path)
    #expect(
      outcome.text == """
        A␛[2J\\\u{1B}[1;31mNeedle\u{1B}[0m
        A␛[2J\\Needle: long REG_SZ …"r filler filler filler filler \u{1B}[1;31mNEEDLE\u{1B}[0m \
        filler filler filler filler filler filler filler "…
        A␛[2J\\Needle: bytes REG_BINARY "\u{1B}[1;31mneedle\u{1B}[0m"
        A␛[2J\\Needle: \u{1B}[1;31mneedle\u{1B}[0m REG_DWORD 7 (0x00000007)

        """)
    let plain = try await Tool.hive.run("find", "needle", path)
    #expect(!plain.text.contains("\u{1B}"))
    let hex = try await Tool.hive.run("find", "--hex", "6e6565", path)
    #expect(
      hex.text == """
        A␛[2J\\Needle: bytes REG_BINARY … ee ee ee ee ee ee ee ee 6e 65 65 64 6c 65 00

        """)
  }

  @Test func `several hives are named, and one that cannot be read does not matter`() async throws {
    let outcome = try await Tool.hive.run(
      "find", "desktop", "/no/such/hive", testHive("NTUSER.DAT"), testHive("SOFTWARE"))
    #expect(outcome.code == 0)
    #expect(outcome.text.hasPrefix("\(testHive("NTUSER.DAT")): Control Panel\\Desktop\n"))
    #expect(outcome.errors == "hive: /no/such/hive: no such file\n")
    let none = try await Tool.hive.run("find", "desktop", "/no/such/hive")
    #expect(none.code == 66)
    let csv = try await Tool.hive.run(
      "find", "--format", "csv", "wallpaper", testHive("NTUSER.DAT"))
    #expect(
      csv.text.hasPrefix(
        "path,lastWritten,match,name,type,typeCode,size,data,deleted,"
          + "time,property.type,property.data\r\n"
          + "\"Control Panel\\Desktop\",2024-06-21T16:45:12.4537497Z,"
          + "value,\"Wallpaper\",REG_SZ,1,76,\"C:\\Users\\anna\\Pictures\\Sommerfest.jpg\",,,,\r\n")
    )
  }

  @Test func `a pattern with a mistake is refused`() async throws {
    for arguments in [
      ["--hex", "4"], ["--hex", "xy"], ["--regex", "("], [""], ["--hex", "--regex", "41"],
    ] {
      let outcome = try await Tool.hive.run(["find"] + arguments + [testHive("NTUSER.DAT")])
      #expect(outcome.code == 64, "\(arguments)")
    }
  }

  @Test func `exit codes say whether something was found, whatever could not be read`() async throws
  {
    let damaged = testHive("damaged/data-size")
    let found = try await Tool.hive.run("find", "a", damaged)
    #expect(found.code == 0)
    #expect(found.errors.contains(damaged))
    let missed = try await Tool.hive.run("find", "no such text", damaged)
    #expect(missed.code == 1)
    #expect(missed.errors.contains("no key or value matches"))
    let other = try await Tool.hive.run("find", "a", testHive("Registry.pol"))
    #expect(other.code == 65)
    #expect(other.text == "")
    let one = try await Tool.hive.run("find", "Desktop", testHive("NTUSER.DAT"), "/no/such")
    #expect(one.code == 0)
    #expect(one.errors.contains("/no/such: no such file"))
    let hint = try await Tool.hive.run("find", "Control Panel\\Desktop", testHive("NTUSER.DAT"))
    #expect(hint.errors.contains("a key is found by its own name; --key takes its path"))
  }

  @Test(arguments: [["find", "filler"], ["timeline"], ["timeline", "--format", "ndjson"]])
  func `whoever has read enough closes the pipe, and it ends quietly`(
    words: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    for number in 0..<4000 { hive.makeKey("\(number / 40)\\a rather long filler \(number)") }
    let path = try folder.write(hive, as: "hive")
    let script = #"code=$1; shift; { "$@"; echo $? > "$code"; } | head -n 1"#
    let outcome = try await runProgram(
      "/bin/sh",
      ["-c", script, "sh", folder.path("code"), Tool.hive.path] + words + [path])
    #expect(outcome.text.split(separator: "\n").count == 1)
    #expect(outcome.errors == "")
    #expect(try String(contentsOfFile: folder.path("code"), encoding: .utf8) == "0\n")
  }

  // MARK: - A plain scan

  private static let hives =
    Fixture.all.map(\.name).map(testHive) + Corpus.names.map(Corpus.path)

  @Test(.slow, arguments: hives)
  func `what is found is what a plain scan of the dump finds`(path: String) async throws {
    let dump = try await Tool.hive.run("dump", "--format", "ndjson", "--raw", path)
    let keys = try DumpedKey.keys(in: dump)
    var total = 0
    for pattern in ["a", "key", "Run", "microsoft", "C:\\", ".exe", "{0", "swapped"] {
      let expected = keys.flatMap { PlainScan(pattern).matches(in: $0) }
      let found = try await find(pattern, path)
      #expect(
        found.map {
          [$0.pathUTF16 ?? $0.path, $0.match, $0.nameUTF16 ?? $0.name ?? ""]
        } == expected, "\(pattern)")
      total += found.count
    }
    #expect(total > 0 || keys.count < 10)
  }
}

/// Looks for ASCII text in dumped keys in the plainest way.
private struct PlainScan {
  private let wide: Data
  private let narrow: Data
  private let pattern: String

  init(_ pattern: String) {
    self.pattern = pattern.lowercased()
    narrow = Data(self.pattern.utf8)
    wide = Data(self.pattern.utf8.flatMap { [$0, 0] })
  }

  /// The path, place and name of each match; the units where one is not valid UTF-16.
  func matches(in key: DumpedKey) -> [[String]] {
    var matches: [[String]] = []
    let name = key.path.split(separator: "\\", omittingEmptySubsequences: false).last ?? ""
    let path = key.pathUTF16 ?? key.path
    if !key.path.isEmpty, isIn(String(name)) { matches.append([path, "key", ""]) }
    for value in key.values {
      let name = value.nameUTF16 ?? value.name
      if isIn(value.name) {
        matches.append([path, "value", name])
      } else if isInData(value) {
        matches.append([path, "data", name])
      }
    }
    return matches
  }

  private func isIn(_ name: String) -> Bool {
    // Only ASCII letters have a case here: the others are not in the patterns.
    let folded = name.utf16.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return [UInt16](pattern.utf16).isPart(of: folded)
  }

  /// The bytes of hexadecimal digits, with those of upper-case letters made lower-case.
  private static func foldedBytes(_ text: String) -> [UInt8] {
    let digits = text.utf8.map { (digit: UInt8) -> UInt8 in digit > 57 ? digit - 87 : digit - 48 }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      let byte: UInt8 = digits[index] << 4 | digits[index + 1]
      bytes.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
    return bytes
  }

  private func isInData(_ value: DumpedKey.Value) -> Bool {
    let bytes = Self.foldedBytes(value.raw ?? "")
    switch (value.typeCode, bytes.count) {
    case (4, 4), (5, 4), (11, 8): return false
    case (1, _), (2, _), (6, _), (7, _):
      if pattern.utf8.count == 1 {
        let letter = narrow[narrow.startIndex]
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
          if bytes[index] == letter, bytes[index + 1] == 0 { return true }
        }
        return false
      }
    default: break
    }
    let data = Data(bytes)
    return data.range(of: wide) != nil || data.range(of: narrow) != nil
  }
}

extension [UInt16] {
  fileprivate func isPart(of other: [UInt16]) -> Bool {
    guard count <= other.count else { return false }
    return (0...other.count - count).contains { other[$0..<$0 + count].elementsEqual(self) }
  }
}
