// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

@Suite struct PolicyFileTests {
  private static let system = "Software\\Policies\\Microsoft\\Windows\\System"

  private func read(_ file: PolicyFileDescription) throws -> PolicyFile {
    try PolicyFile(bytes: file.build(), path: "Registry.pol")
  }

  // MARK: - What a file holds

  @Test func `a file without entries is whole`() throws {
    let file = try read(PolicyFileDescription())
    #expect(file.entries.isEmpty)
    #expect(file.findings.isEmpty)
    #expect(file.scope == nil)
  }

  @Test func `entries of every type are read with their offsets`() throws {
    let values: [ValueDescription] = [
      .none("none"), .string("text", "a;]["), .expandString("expand", "%x%"),
      .binary("binary", [1, 2, 3]), .dword("number", 7), .dwordBigEndian("big", 7),
      .multiString("list", ["a", "b"]), .qword("long", 1 << 40), .string("", "default"),
      ValueDescription("odd", type: 0x1234, data: [9]),
    ]
    var description = PolicyFileDescription()
    for value in values { description.set("Software\\Test", value) }
    let file = try read(description)
    #expect(file.findings.isEmpty)
    #expect(
      file.entries.map(\.action)
        == values.map {
          .set(RegistryString(utf16: $0.name.units), ValueType(rawValue: $0.type), $0.data)
        })
    #expect(file.entries.allSatisfy { $0.key == "Software\\Test" })
    var offset = 8
    for (entry, bytes) in zip(file.entries, description.entries) {
      #expect(entry.offset == offset)
      offset += bytes.count
    }
  }

  @Test func `orders are distinguished from values, in any case`() throws {
    var description = PolicyFileDescription()
    description.set("A", .string("**Del.Name", " "))
    description.set("A", .string("**DELVALS.", " "))
    description.set("A", .string("**delvals", ""))
    description.set("A", .string("**deleteVALUES", "One;Two;;Three"))
    description.set("A", .string("**DeleteKeys", "B\\C;D"))
    description.set("A", .dword("**SecureKey", 1))
    description.set("A", .string("**Comment", "x"))
    description.set("A", .none(""))
    let file = try read(description)
    #expect(
      file.entries.map(\.action) == [
        .deleteValue("Name"), .deleteAllValues, .deleteAllValues,
        .deleteValues(["One", "Two", "Three"]), .deleteKeys(["B\\C", "D"]), .secure(.dword(1)),
        .unknown("**Comment"), .createKey,
      ])
  }

  @Test func `fields that are left out make a key only`() throws {
    var description = PolicyFileDescription()
    description.add(
      PolicyFileDescription.text("[") + PolicyFileDescription.terminated("Software\\New")
        + PolicyFileDescription.text(";;;;]"))
    let file = try read(description)
    #expect(file.findings.isEmpty)
    #expect(file.entries.map(\.key) == ["Software\\New"])
    #expect(file.entries.map(\.action) == [.createKey])
  }

  @Test(arguments: [
    ("/gpt/Machine/Registry.pol", Policy.Scope.machine),
    ("MACHINE/registry.pol", .machine), ("/gpt/user/Registry.pol", .user),
    ("/gpt/Registry.pol", nil), ("Registry.pol", nil),
  ])
  func `the folder shows for whom a file is`(path: String, scope: Policy.Scope?) throws {
    let file = try PolicyFile(bytes: PolicyFileDescription().build(), path: path)
    #expect(file.scope == scope)
  }

  // MARK: - Damage

  @Test(arguments: [
    ([], "is empty (0 bytes), not a policy file"),
    (Array("PRe".utf8), "is not a policy file: it does not begin with \"PReg\""),
    (Array("regf".utf8), "is not a policy file: it does not begin with \"PReg\""),
  ])
  func `what does not begin with the signature is refused`(bytes: [UInt8], reason: String) {
    let error = #expect(throws: ForensicsError.self) { try PolicyFile(bytes: bytes, path: "f") }
    #expect(error?.code == .notAPolicyFile)
    #expect(error?.description == "f: \(reason)")
  }

  @Test func `a header alone lacks its version`() throws {
    let file = try PolicyFile(bytes: Array("PReg".utf8), path: "f")
    #expect(
      file.findings.map(\.description)
        == ["at offset 0x4: expected version 1, found the end of the file"])
  }

  @Test func `an unknown version is reported, and read all the same`() throws {
    var description = PolicyFileDescription()
    description.version = 2
    description.set("A", .dword("B", 1))
    let file = try read(description)
    #expect(file.entries.count == 1)
    #expect(
      file.findings.map(\.description) == ["at offset 0x4: expected version 1, found version 2"])
  }

  /// A whole entry, one with something wrong, and a whole one again.
  private func readAround(_ broken: [UInt8]) throws -> (file: PolicyFile, start: Int, end: Int) {
    var description = PolicyFileDescription()
    description.set("A", .dword("First", 1))
    let start = description.build().count
    description.add(broken)
    let end = description.build().count
    description.set("A", .dword("Last", 2))
    return (try read(description), start, end)
  }

  private func entry(
    open: String = "[", key: [UInt8] = PolicyFileDescription.terminated("A"),
    separator: String = ";", size: UInt32 = 4, close: String = "]"
  ) -> [UInt8] {
    let text = PolicyFileDescription.text
    let name = PolicyFileDescription.terminated("Mid")
    return text(open) + key + text(separator) + name + text(";") + numberBytes(UInt32(4))
      + text(";") + numberBytes(size) + text(";") + numberBytes(UInt32(5)) + text(close)
  }

  @Test func `a broken entry is skipped, and the next one read`() throws {
    let cases: [(bytes: [UInt8], offset: Int, expected: String, found: String)] = [
      (entry(open: "("), 0, "\"[\"", "0x0028"),
      (entry(separator: ","), 6, "\";\"", "0x002c"),
      (entry(close: ")"), 34, "\"]\"", "0x0029"),
      (entry(size: 0xFFFF_FFFF), 24, "a size of at most the 44 bytes that are left", "0xffff"),
      (entry(size: 3), 33, "\"]\"", "0x5d00"),
      ([0, 0, 0, 0], 0, "\"[\"", "0x0000"),
      ([1], 0, "\"[\"", "0x5b01"),
    ]
    for (bytes, offset, expected, found) in cases {
      let (file, start, end) = try readAround(bytes)
      #expect(file.entries.map(\.offset) == [8, end], "\(bytes)")
      let finding = try #require(file.findings.first)
      #expect(file.findings.count == 1)
      #expect(finding.offset == start + offset, "\(bytes)")
      #expect(finding.expected == expected)
      #expect(finding.found == "\(found); reading went on at 0x\(String(end, radix: 16))")
    }
  }

  @Test func `a key without an end is skipped`() throws {
    let (file, _, end) = try readAround(entry(key: PolicyFileDescription.text("A")))
    #expect(file.entries.map(\.offset) == [8, end])
    #expect(file.findings.count == 1)
  }

  @Test func `a file cut anywhere keeps its whole entries`() throws {
    var description = PolicyFileDescription()
    description.set(Self.system, .dword("DisableForceUnload", 1))
    description.set(Self.system, .string("MachineProfilePath", "x"))
    let bytes = description.build()
    let first = 8 + description.entries[0].count
    for count in 9..<bytes.count {
      let file = try PolicyFile(bytes: Array(bytes[..<count]), path: "f")
      #expect(file.entries.count == (count < first ? 0 : 1), "\(count)")
      #expect(file.findings.count == (count == first ? 0 : 1), "\(count)")
      #expect(
        file.findings.allSatisfy { $0.found.hasSuffix("; nothing readable follows") }, "\(count)")
    }
  }

  @Test func `any changed byte leaves a file readable`() throws {
    var description = PolicyFileDescription()
    for number in 0..<4 {
      description.set("A\\B", .dword(NameDescription("Value\(number)"), UInt32(number)))
    }
    let bytes = description.build()
    for index in 8..<bytes.count {
      for change in [0x01, 0x5B, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] ^= change
        let file = try PolicyFile(bytes: changed, path: "f")
        #expect(file.entries.count >= 3, "\(index) \(change)")
      }
    }
  }

  @Test func `a file of nothing but brackets comes to an end`() throws {
    let brackets = (0..<200_000).flatMap { _ in [0x5B, 0] as [UInt8] }
    let file = try PolicyFile(
      bytes: PolicyFileDescription().build() + brackets + [0, 0], path: "f")
    #expect(file.entries.isEmpty)
    #expect(file.findings.count == 1)
  }

  @Test func `a file above the limit is not read`() throws {
    let folder = try TemporaryFolder()
    let bytes = PolicyFileDescription().build() + [UInt8](repeating: 0, count: PolicyFile.sizeLimit)
    let path = try folder.write(bytes, to: "Registry.pol")
    let error = #expect(throws: ForensicsError.self) { try PolicyFile(path: path) }
    #expect(error?.code == .tooLarge)
  }
}
