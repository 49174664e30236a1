// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// What evidence and arguments may do to a terminal, to a script, and to a registry file: nothing.
@Suite struct EscapingTests {
  /// A name that would set a terminal's title, break the line, and turn what follows around.
  private static let name = "a\u{1B}]0;owned\u{7}b\nhive: c\u{202E}d\u{9B}e"
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Whether text has a control character in it, apart from the ends of lines, or one that changes
  /// the direction of what is around it.
  private func isRaw(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x0A, 0x0D: false
      case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
      default: false
      }
    }
  }

  @Test(
    arguments: [
      ["dump"], ["dump", "--format", "ndjson"], ["dump", "--format", "csv"],
      ["dump", "--format", "xml"], ["dump", "--format", "bodyfile"], ["growth"],
      ["growth", "--format", "html"], ["growth", "--format", "json"], ["info"],
      ["info", "--format", "json"], ["check"], ["check", "--format", "json"],
      ["check", "--format", "csv"], ["policy"], ["policy", "--format", "json"],
      ["recover", "--list"], ["find", "one"], ["find", "one", "--format", "csv"],
    ])
  func `names of keys and files are shown, and do nothing`(arguments: [String]) async throws {
    var hive = Fixture.sample()
    hive.set(
      "K" + Self.name,
      .string(NameDescription(stringLiteral: "V" + Self.name), "one" + Self.name))
    let path = try folder.write(hive, as: Self.name)
    let outcome = try await Tool.hive.run(arguments + [path])
    #expect(!isRaw(outcome.text), "\(outcome.text)")
    #expect(!isRaw(outcome.errors), "\(outcome.errors)")
    #expect(!outcome.errors.contains("\nhive: c"))
    let missing = try await Tool.hive.run(arguments + [path + Self.name])
    #expect(!isRaw(missing.text + missing.errors), "\(missing.errors)")
    #expect(missing.errors.contains("␛]0;owned␇b␊hive: c‹U+202E›d‹U+009B›e"))
  }

  @Test func `a usage error repeats arguments made visible`() async throws {
    for arguments in [["dump", "--x" + Self.name, "x"], ["dump", "--format=" + Self.name, "x"]] {
      let outcome = try await Tool.hive.run(arguments)
      #expect(outcome.code == 64)
      #expect(!isRaw(outcome.errors), "\(outcome.errors)")
      #expect(outcome.errors.contains("␛]0;owned␇b␊hive: c"))
      #expect(outcome.errors.contains("Usage: hive dump"))
    }
  }

  @Test func `JSON has no control characters, and says what is no text`() async throws {
    var hive = HiveDescription()
    hive.set(
      "K\u{7F}\u{85}\u{202E}\u{2028}", .string("one", "\u{1B}\u{7F}\u{9B}\u{2066}\u{2029}"))
    let path = try folder.write(hive, as: "hive")
    let outcome = try await Tool.hive.run("dump", "--format", "ndjson", path)
    #expect(outcome.text.contains(#""path":"K\u007F\u0085\u202E\u2028""#))
    #expect(outcome.text.contains(#""data":"\u001B\u007F\u009B\u2066\u2029""#))
    let lone = try await Tool.hive.run(
      "dump", "--format", "ndjson", testHive("format/lone-surrogates"))
    for line in lone.text.split(separator: "\n") {
      _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
      #expect(!line.lowercased().contains(#"\ud8"#))
    }
    #expect(lone.text.contains("\"pathUTF16\":\""))
    #expect(lone.text.contains("\"nameUTF16\":\""))
  }

  @Test(arguments: ["x]\r\n[HKEY_LOCAL_MACHINE\\Evil", "x]", "a\\b", "a\nb"])
  func `a file's name adds no keys to a registry file`(name: String) async throws {
    let path = try folder.write(HiveDescription(), as: name)
    let outcome = try await Tool.hive.run("dump", "--format", "reg", path)
    #expect(outcome.code == 0)
    let text = try #require(String(bytes: outcome.bytes, encoding: .utf16))
    #expect(
      text == "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Hive]\r\n\r\n")
  }

  @Test func `a prefix or a key to begin with that has a line end is left out`() async throws {
    var hive = HiveDescription()
    hive.add("A\r\nB")
    let path = try folder.write(hive, as: "hive")
    for arguments in [["--prefix", "X]\r\n[Y"], ["--key", "A\r\nB"]] {
      let outcome = try await Tool.hive.run(["dump", "--format", "reg"] + arguments + [path])
      let text = try #require(String(bytes: outcome.bytes, encoding: .utf16))
      #expect(text == "Windows Registry Editor Version 5.00\r\n\r\n")
      #expect(outcome.errors.contains("its name has a line end in it"))
      #expect(outcome.code == 1)
    }
  }

  @Test func `a table for a spreadsheet has no formulas and no overlong cells`() async throws {
    var hive = HiveDescription()
    hive.set(
      "=cmd", .string("-1+1", "@SUM(A1)"), .string("+", "plain, \"quoted\""),
      .string("long", String(repeating: "\"", count: 40_000)),
      .binary("bytes", [UInt8](repeating: 1, count: 20_000)))
    let path = try folder.write(hive, as: "hive")
    let plain = try await Tool.hive.run("dump", "--format", "csv", path)
    #expect(plain.text.contains("\"=cmd\",2024"))
    let outcome = try await Tool.hive.run("dump", "--format", "csv", "--spreadsheet", path)
    #expect(outcome.bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    #expect(outcome.text.contains("\"'=cmd\",2024"))
    #expect(outcome.text.contains(",\"'-1+1\",REG_SZ,1,18,,\"'@SUM(A1)\",,,,,,\r\n"))
    #expect(outcome.text.contains(",\"'+\",REG_SZ,1,32,,\"plain, \"\"quoted\"\"\",,,,,,\r\n"))
    let long = String(repeating: "\"\"", count: 32_766)
    #expect(outcome.text.contains(",\"long\",REG_SZ,1,80002,,\"\(long)…\",,,,,,\r\n"))
    let bytes = String(repeating: "01", count: 16_383)
    #expect(outcome.text.contains(",REG_BINARY,3,20000,,\(bytes)…,,,,,,\r\n"))
    let refused = try await Tool.hive.run("dump", "--spreadsheet", path)
    #expect(refused.code == 64)
    #expect(refused.errors.contains("--spreadsheet is for --format csv."))
  }
}
