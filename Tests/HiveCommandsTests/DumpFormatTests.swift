// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// Every format on hives with each type of value, each form of name, and findings, byte for byte.
@Suite struct DumpFormatTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let hives = ["value-types", "names", "lone-surrogates", "layered", "damage"]

  /// The hive of a name: one of the package, or one with a finding, a class name and a long value.
  private func bytes(of name: String) -> [UInt8] {
    guard name == "damage" else { return Fixture.named("format/\(name)").build().bytes }
    var description = HiveDescription(root: "<root>")
    description.set(
      "Alpha \"&\" | Omega", .binary("long", [UInt8](0...255)),
      .string("C:\\dir\\\"quoted\"", "say \"C:\\dir\\\", then | <go> & stop"),
      .multiString("path", ["a|b", "c\"d\"", "<e>"]))
    description["Alpha \"&\" | Omega"].className = Array("Shell".utf16)
    description.set("Beta", .dword("one", 1), .string("text", "Beta's text"), .dword("two", 2))
    description.makeKey("Beta\\Gamma\\Delta")
    description.makeKey("Beta\\Zeta")
    var hive = description.build()
    hive.redirectValue(of: "Beta", at: 1)
    hive.setDataSize(of: "Alpha \"&\" | Omega", "long", to: 4_000)
    return hive.bytes
  }

  private func dump(
    _ name: String, as format: String, _ options: String...
  ) async throws -> Outcome {
    let path = try folder.write(bytes(of: name), as: name)
    var outcome = try await Tool.hive.run(["dump", "--format", format] + options + [path])
    outcome.errors = outcome.errors.replacing(path, with: name)
    return outcome
  }

  private func expectSnapshot(_ name: String, _ suffix: String, _ outcome: Outcome) throws {
    // Standard error follows, so that a snapshot shows all there is to see.
    let errors = outcome.errors.isEmpty ? "" : "\n--- standard error ---\n\(outcome.errors)"
    try HiveCommandsTests.expectSnapshot("\(name).\(suffix)", outcome.text + errors)
  }

  @Test(arguments: hives, ["txt", "ndjson", "json", "xml", "csv", "bodyfile"])
  func `a format says what the hive has`(name: String, suffix: String) async throws {
    let outcome = try await dump(name, as: suffix == "txt" ? "text" : suffix)
    try expectSnapshot(name, suffix, outcome)
    #expect(outcome.code == (["damage", "names"].contains(name) ? 1 : 0))
  }

  @Test(arguments: hives, ["txt", "ndjson", "xml", "csv"])
  func `all bytes are written on demand`(name: String, suffix: String) async throws {
    let outcome = try await dump(name, as: suffix == "txt" ? "text" : suffix, "--raw")
    try expectSnapshot(name, "raw.\(suffix)", outcome)
  }

  @Test(arguments: hives)
  func `a registry file is UTF-16 with CR LF`(name: String) async throws {
    var outcome = try await dump(name, as: "reg")
    #expect(outcome.bytes.prefix(2) == [0xFF, 0xFE])
    let units = stride(from: 2, to: outcome.bytes.count - 1, by: 2).map {
      UInt16(outcome.bytes[$0]) | UInt16(outcome.bytes[$0 + 1]) << 8
    }
    let text = try #require(String(validating: units, as: UTF16.self))
    let lines = text.components(separatedBy: "\r\n")
    #expect(
      !lines.contains { $0.unicodeScalars.contains("\n") || $0.unicodeScalars.contains("\r") })
    outcome.bytes = Array(lines.joined(separator: "\n").utf8)
    try expectSnapshot(name, "reg", outcome)
    #expect(outcome.code == (name == "value-types" ? 0 : 1))
  }

  @Test func `a prefix stands in front of every path`() async throws {
    let options = ["--prefix", "HKCU\\Test\\", "--key", "beta", "--depth", "1"]
    var outcomes: [String: String] = [:]
    for format in ["text", "csv", "bodyfile"] {
      let path = try folder.write(bytes(of: "damage"), as: "hive")
      outcomes[format] =
        try await Tool.hive.run(["dump", "--format", format] + options + [path]).text
    }
    let time = "2024-03-15T10:00:00.0000000Z"
    #expect(
      outcomes["text"] == """
        [HKCU\\Test\\Beta]  \(time)
          one  REG_DWORD  1 (0x00000001)
          two  REG_DWORD  2 (0x00000002)
          ! at offset 0x80000ff8: expected a cell between 0x1020 and 0x2000, found a reference to \
        0x80000ff8

        [HKCU\\Test\\Beta\\Gamma]  \(time)

        [HKCU\\Test\\Beta\\Zeta]  \(time)

        """)
    #expect(
      outcomes["csv"]
        == [
          "path,lastWritten,name,type,typeCode,size,tombstone,data,time,property.type,"
            + "property.data,class,link,layer",
          "\"HKCU\\Test\\Beta\",\(time),\"one\",REG_DWORD,4,4,,1,,,,,,",
          "\"HKCU\\Test\\Beta\",\(time),\"two\",REG_DWORD,4,4,,2,,,,,,",
          "\"HKCU\\Test\\Beta\\Gamma\",\(time),,,,,,,,,,,,",
          "\"HKCU\\Test\\Beta\\Zeta\",\(time),,,,,,,,,,,,", "",
        ].joined(separator: "\r\n"))
    let lines = outcomes["bodyfile"]?.split(separator: "\n").map { $0.split(separator: "|")[1] }
    #expect(lines == ["HKCU\\Test\\Beta", "HKCU\\Test\\Beta\\Gamma", "HKCU\\Test\\Beta\\Zeta"])
  }

  @Test func `class names, links and security descriptors are members`() async throws {
    var description = HiveDescription()
    description["Key"].className = Array("Shell".utf16)
    description["Key"].security = SecurityDescription.user(Fixture.userSID).bytes
    description["Link"].flags = 0x30
    description["Link"].values = [.link("SymbolicLinkValue", "\\Registry\\Machine\\Target")]
    let path = try folder.write(description)
    let lines = try await Tool.hive.run("dump", "--security", "--format", "ndjson", path).text
      .split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].contains(#","class":"Shell","sddl":"O:"#))
    #expect(lines[2].contains(#","link":"\\Registry\\Machine\\Target","sddl":"#))
    let csv = try await Tool.hive.run("dump", "--security", "--format", "csv", path).text
    #expect(csv.hasPrefix("path,lastWritten,name,type,typeCode,size,tombstone,data,sddl,time,"))
    #expect(csv.split(separator: "\r\n").dropFirst().allSatisfy { $0.contains(",\"O:") })
    #expect(csv.contains(",,,,\"Shell\",,\r\n"))
    #expect(csv.contains(",,,,,\"\\Registry\\Machine\\Target\",\r\n"))
    let text = try await Tool.hive.run("dump", "--security", "--key", "Key", path).text
    #expect(text.contains("class \"Shell\"\n  O:"))
    let refused = try await Tool.hive.run("dump", "--security", "--format", "reg", path)
    #expect(refused.code == 64)
  }

  @Test(
    "A registry file has the path at which Windows shows the hive",
    arguments: [
      ("NTUSER.DAT", "HKEY_CURRENT_USER"),
      ("UsrClass.dat", "HKEY_CURRENT_USER\\Software\\Classes"),
      ("SOFTWARE", "HKEY_LOCAL_MACHINE\\SOFTWARE"), ("SYSTEM", "HKEY_LOCAL_MACHINE\\SYSTEM"),
      ("format/flags", "HKEY_LOCAL_MACHINE\\flags"),
    ])
  func mountPath(hive: String, path: String) async throws {
    let outcome = try await Tool.hive.run("dump", "--format", "reg", testHive(hive), "--depth", "0")
    let text = String(
      decoding: outcome.bytes.dropFirst(2).enumerated().compactMap {
        $0 % 2 == 0 ? $1 : nil
      }, as: UTF8.self)
    #expect(text.hasPrefix("Windows Registry Editor Version 5.00\r\n\r\n[\(path)]\r\n"))
  }

  @Test(.slow) func `a tree 60,000 keys deep is written`() async throws {
    var hive = HiveDescription()
    var key = HiveDescription.KeyID.root
    for _ in 0..<60_000 { key = hive.add("k", to: key) }
    let path = try folder.write(hive)
    let xml = try await Tool.hive.run("dump", "--format", "xml", path)
    #expect(xml.text.components(separatedBy: "</node>").count - 1 == 60_001)
    #expect(xml.text.hasSuffix("</node>\n</hive>\n"))
    #expect(xml.errors.contains("expected at most 512 levels of keys, found another one\n"))
    #expect(xml.code == 1)
  }
}
