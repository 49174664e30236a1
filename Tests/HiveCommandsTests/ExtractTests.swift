// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// What `hive extract` writes, and how it ends.
@Suite struct ExtractTests {
  private static let rules = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Docs/Rules").standardized.path

  private static let batch = """
    Description: Test
    Keys:
        -
            Description: All
            HiveType: NTUSER
            Category: One, two
            KeyPath: Software\\Types
            Recursive: true
            IncludeBinary: true
            Comment: 'A "comment"'
        -
            Description: Hidden
            HiveType: NTUSER
            KeyPath: Software\\Types
            ValueName: bytes
        -
            Description: Time
            HiveType: NTUSER
            KeyPath: Software\\Types
            ValueName: time
            IncludeBinary: true
            BinaryConvert: FILETIME

    """

  private func files(in folder: TemporaryFolder) throws -> (rules: String, hive: String) {
    var hive = HiveDescription()
    hive.makeKey("Control Panel")
    hive.set(
      "Software\\Types", at: filetime(2024, 6, 21, 17, 3, 44), .string("", "a,b"),
      .multiString("list", ["x", "y"]), .binary("bytes", [0x0A, 0xFF]), .dword("number", 7),
      .qword("large", 1 << 40), .none("none", [1]), .string("quoted", "\"q\""),
      .binary("time", [0x00, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01]),
      ValueDescription("odd", type: 0x1234, data: [1, 2]),
      ValueDescription("short", type: 4, data: [1, 2]))
    hive.set("Software\\Types\\Empty", at: filetime(2020, 1, 1))
    return (
      try folder.write(Array(Self.batch.utf8), as: "rules.reb"), try folder.write(hive, as: "u.dat")
    )
  }

  @Test func `csv is RECmd's`() async throws {
    let folder = try TemporaryFolder()
    let (rules, hive) = try files(in: folder)
    let outcome = try await Tool.hiveExtract.run("--format", "csv", rules, hive)
    #expect(outcome.errors == "")
    #expect(outcome.code == 0)
    let key = "ROOT\\Software\\Types"
    let written = "2024-06-21 17:03:44.0000000"
    func all(_ fields: String) -> String {
      "\(hive),NtUser,All,\"One, two\",\(key),\(fields),,,\"A \"\"comment\"\"\",True,False,"
        + "\(written),"
    }
    let rows = outcome.text.split(separator: "\r\n").map(String.init)
    #expect(
      rows.first == """
        HivePath,HiveType,Description,Category,KeyPath,ValueName,ValueType,ValueData,ValueData2,\
        ValueData3,Comment,Recursive,Deleted,LastWriteTimestamp,PluginDetailFile
        """)
    #expect(
      Array(rows.dropFirst()) == [
        all("(default),RegSz,\"a,b\""), all("list,RegMultiSz,x y"), all("bytes,RegBinary,0A-FF"),
        "\(hive),NtUser,Hidden,,\(key),bytes,RegBinary,(Binary data),,,,False,False,\(written),",
        all("number,RegDword,7"), all("large,RegQword,1099511627776"), all("none,RegNone,01"),
        all("quoted,RegSz,\"\"\"q\"\"\""), all("time,RegBinary,00-80-3E-D5-DE-B1-9D-01"),
        "\(hive),NtUser,Time,,\(key),time,RegBinary,1970-01-01 00:00:00.0000000,,,,False,False,"
          + "\(written),",
        all("odd,RegUnknown,01-02"), all("short,RegDword,01-02"),
        "\(hive),NtUser,All,\"One, two\",\(key)\\Empty,,,,,,\"A \"\"comment\"\"\",True,False,"
          + "2020-01-01 00:00:00.0000000,",
      ])
  }

  @Test func `json has the members of the rule and of the value`() async throws {
    let folder = try TemporaryFolder()
    let (rules, hive) = try files(in: folder)
    let outcome = try await Tool.hive.run("extract", "--format", "ndjson", rules, hive)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 13)
    #expect(
      lines.contains(
        #"{"hiveType":"NtUser","description":"Time","category":"","comment":"","rule":17,"#
          + #""path":"Software\\Types","lastWritten":"2024-06-21T17:03:44.0000000Z","name":"time","#
          + #""type":"REG_BINARY","typeCode":3,"size":8,"data":"00803ed5deb19d01","#
          + #""converted":"1970-01-01T00:00:00.0000000Z"}"#))
    let array = try await Tool.hive.run("extract", "--format", "json", rules, hive)
    #expect(array.text == "[\n" + lines.joined(separator: ",\n") + "\n]\n")
  }

  @Test func `of a volume, users stand beside their records`() async throws {
    let outcome = try await Tool.hive.run(
      "extract", "--format", "ndjson", "\(Self.rules)/example.yaml", testHive("volume"))
    #expect(outcome.code == 0)
    let users = outcome.text.matches(of: /"user":"([a-z]+)","sid":"([S0-9-]+)"/)
    #expect(Set(users.map { $0.output.1 }).isSubset(of: ["anna", "bernd", "orders"]))
  }

  @Test func `mistakes are told with their lines, and the rest runs`() async throws {
    let folder = try TemporaryFolder()
    let (_, hive) = try files(in: folder)
    let text = Self.batch + "    -\n        HiveType: Nonsense\n        KeyPath: a\n"
    let rules = try folder.write(Array(text.utf8), as: "bad.reb")
    let outcome = try await Tool.hive.run("extract", "--format", "ndjson", rules, hive)
    #expect(outcome.errors == "hive: \(rules): line 24: HiveType Nonsense is not known\n")
    #expect(outcome.text.split(separator: "\n").count == 13)
    #expect(outcome.code == 1)
  }

  @Test func `what cannot be used ends with its code`() async throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write([], as: "empty.reb")
    let hive = testHive("NTUSER.DAT")
    let example = "\(Self.rules)/example.reb"
    func code(_ arguments: String...) async throws -> Int {
      let outcome = try await Tool.hive.run(["extract"] + arguments)
      #expect(outcome.text == "")
      #expect(outcome.errors != "")
      return outcome.code
    }
    #expect(try await code(empty, hive) == 65)
    #expect(try await code(hive, hive) == 65)
    #expect(try await code(folder.path("none.reb"), hive) == 66)
    #expect(try await code(example, folder.path("none.dat")) == 66)
    #expect(try await code(example, empty) == 65)
    #expect(try await code(example, "--artifact", "x", hive) == 64)
    #expect(try await code("\(Self.rules)/example.yaml", "--artifact", "x", hive) == 64)
    #expect(try await code(example) == 64)
    #expect(try await code(example, hive, "-o", example) == 73)
  }

  @Test func `definitions about other things than the registry are no mistake`() async throws {
    let folder = try TemporaryFolder()
    let text = """
      name: LinuxLogs
      sources:
      - type: FILE
        attributes: {paths: ['/var/log/*']}
      supported_os: [Linux]

      """
    let rules = try folder.write(Array(text.utf8), as: "linux.yaml")
    let outcome = try await Tool.hive.run("extract", rules, testHive("NTUSER.DAT"))
    #expect(outcome.text == "")
    #expect(
      outcome.errors == """
        hive: \(rules): has ForensicArtifacts definitions, and none with a registry source for \
        Windows: there is nothing to look for

        """)
    #expect(outcome.code == 0)
  }

  @Test func `a folder of definitions is one set`() async throws {
    let folder = try TemporaryFolder()
    let group = """
      name: Triage
      sources:
      - type: ARTIFACT_GROUP
        attributes: {names: [Layouts, Nowhere]}

      """
    let layouts = """
      name: Layouts
      sources:
      - type: REGISTRY_KEY
        attributes: {keys: ['HKEY_USERS\\%%users.sid%%\\Keyboard Layout\\Preload']}
      supported_os: [Windows]

      """
    let triage = try folder.write(Array(group.utf8), as: "triage.yaml")
    let hive = testHive("NTUSER.DAT")
    let alone = try await Tool.hive.run("extract", "--artifact", "Triage", triage, hive)
    #expect(alone.code == 64)
    #expect(
      alone.errors == """
        hive: \(triage): its groups name definitions that are in other files: Layouts, Nowhere; \
        give the folder with all of them
        hive: \(triage): has no definition Triage with registry sources

        """)
    let empty = folder.path("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    let none = try await Tool.hive.run("extract", empty, hive)
    #expect(none.code == 65)
    #expect(
      none.errors == """
        hive: \(empty): is a folder without definitions (.yaml); the file of rules comes first, then \
        hives or folders

        """)
    _ = try folder.write(Array(layouts.utf8), as: "windows.yml")
    let outcome = try await Tool.hive.run(
      "extract", "--artifact", "Triage", "--format", "csv", folder.url.path, hive)
    #expect(outcome.code == 0)
    #expect(
      outcome.errors == """
        hive: \(folder.url.path): its groups name definitions that none of its files has: Nowhere

        """)
    #expect(outcome.text.split(separator: "\r\n").count == 3)
    // What is no definition costs itself only.
    let batch = try folder.write(Array(Self.batch.utf8), as: "batch.yaml")
    let some = try await Tool.hive.run(
      "extract", "--artifact", "Triage", "--format", "csv", folder.url.path, hive)
    #expect(some.code == 1)
    #expect(some.text == outcome.text)
    #expect(
      some.errors.hasPrefix(
        "hive: \(batch): is a RECmd batch file, which is a set of its own; it was left out\n"))
  }

  @Test func `deleted keys are found on demand`() async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    hive.makeKey("Control Panel")
    hive.set("Software\\Types", .string("kept", "1"))
    hive.set("Software\\Gone", .string("lost", "2").deleted)
    let rules = try folder.write(
      Array("Keys:\n- {HiveType: ntuser, KeyPath: 'Software\\*', DisablePlugin: yes}\n".utf8),
      as: "r.reb")
    let path = try folder.write(hive)
    let plain = try await Tool.hive.run("extract", "--format", "csv", rules, path)
    let deleted = try await Tool.hive.run("extract", "--deleted", "--format", "csv", rules, path)
    #expect(plain.text.split(separator: "\r\n").count == 3)
    #expect(deleted.code == 0)
    #expect(deleted.text.hasPrefix(plain.text))
  }

  @Test func `text has categories and rules in the order of the file`() async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    hive.makeKey("Control Panel")
    hive.set("Software\\A", at: filetime(2024, 1, 2), .string("x", "1"), .binary("y", [1]))
    hive.set("Software\\B", at: filetime(2024, 1, 3), .string("x", "2"))
    func rule(_ name: String, _ category: String, _ path: String) -> String {
      "- {HiveType: ntuser, Description: \(name), Category: \(category), KeyPath: '\(path)'}\n"
    }
    let rules =
      "Keys:\n" + rule("None", "second", "No") + rule("All", "first", "Software\\*")
      + rule("B", "second", "Software\\B") + rule("A", "''", "Software\\A")
    let outcome = try await Tool.hive.run(
      "extract", try folder.write(Array(rules.utf8), as: "r.reb"), try folder.write(hive, as: "u"))
    #expect(
      outcome.text == """
        \(folder.path("u")) (NtUser)

        second
          B
            Software\\B  2024-01-03T00:00:00.0000000Z
              x  2

        first
          All
            Software\\A  2024-01-02T00:00:00.0000000Z
              x  1
              y  01
            Software\\B  2024-01-03T00:00:00.0000000Z
              x  2

        (no category)
          A
            Software\\A  2024-01-02T00:00:00.0000000Z
              x  1
              y  01

        """)
    #expect(outcome.code == 0)
  }

  @Test(.slow, arguments: ["text", "csv", "ndjson", "json"])
  func `rules do not turn a small hive into a flood`(format: String) async throws {
    let folder = try TemporaryFolder()
    var description = HiveDescription()
    description.makeKey("Control Panel")
    description.makeKey("Software")
    let long = String(repeating: "\u{202E}\"", count: 120)
    let values = (0..<2000).map { ValueDescription.dword("value \($0)", 1) }
    for index in 0..<10 { description["Key\\\(long)\\\(index)"].values = values }
    let hive = try folder.write(description, as: "hive")
    let size = try Data(contentsOf: URL(filePath: hive)).count
    let comment = String(repeating: "\u{202E}", count: 1000)
    let rules = (0..<50).map {
      "- {HiveType: ntuser, Description: D\($0), KeyPath: '*', Recursive: yes, Comment: \(comment)}"
    }
    let path = try folder.write(
      Array(("Keys:\n" + rules.joined(separator: "\n")).utf8), as: "rules.reb")
    let outcome = try await Tool.hive.run("extract", "--format", format, path, hive)
    #expect(outcome.code == 1)
    #expect(outcome.bytes.count <= 150 * size, "\(outcome.bytes.count / size)")
    #expect(
      outcome.errors.contains(
        " records left out: too many rules match the same values; each value is given for the first "
          + "of them\n"))
    #expect(
      outcome.errors.contains("\(hive): descriptions and comments of rules were cut")
        == (format != "text"))
    for index in [0, 1, 1999] {
      #expect(outcome.text.contains("value \(index)"))
    }
  }
}
