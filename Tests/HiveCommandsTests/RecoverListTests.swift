// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// `hive recover --list`: what the logs change.
@Suite struct RecoverListTests {
  @Test(arguments: ["dirty-new-format", "dirty-old-format"])
  func `the text tells what came, changed and went`(name: String) async throws {
    let outcome = try await Tool.hive.run("recover", "--list", testHive("damaged/\(name)"))
    #expect(
      outcome.text == """
        ~ [\\]  2024-06-21T16:47:00.0000000Z, was 2024-03-15T10:00:00.0000000Z
        - [Alpha]  2024-03-15T10:00:00.0000000Z
          - text  REG_SZ "Alpha's text"
        ~ [Beta]  2024-06-21T16:46:00.0000000Z, was 2024-03-15T10:00:00.0000000Z
          ~ one  REG_DWORD 17 (0x00000011), was REG_DWORD 1 (0x00000001)
        + [Epsilon]  2024-06-21T16:45:00.0000000Z
          + new  REG_SZ "only in the logs"

        keys: 1 added, 2 changed, 1 removed
        values: 1 added, 1 changed, 1 removed

        """)
    #expect(outcome.code == 0)
  }

  @Test func `each change is a record, as of hive diff`() async throws {
    let path = testHive("damaged/dirty-new-format")
    let lines = try await Tool.hive.run("recover", "--list", "--format", "ndjson", path).text
    #expect(
      lines == """
        {"change":"changed","path":"","what":["time"],\
        "before":{"lastWritten":"2024-03-15T10:00:00.0000000Z"},\
        "after":{"lastWritten":"2024-06-21T16:47:00.0000000Z"},\
        "lastWritten":"2024-06-21T16:47:00.0000000Z"}
        {"change":"removed","path":"Alpha","lastWritten":"2024-03-15T10:00:00.0000000Z"}
        {"change":"removed","path":"Alpha","name":"text",\
        "before":{"type":"REG_SZ","typeCode":1,"size":26,"data":"Alpha's text"},\
        "lastWritten":"2024-03-15T10:00:00.0000000Z"}
        {"change":"changed","path":"Beta","what":["time"],\
        "before":{"lastWritten":"2024-03-15T10:00:00.0000000Z"},\
        "after":{"lastWritten":"2024-06-21T16:46:00.0000000Z"},\
        "lastWritten":"2024-06-21T16:46:00.0000000Z"}
        {"change":"changed","path":"Beta","name":"one","what":["data"],\
        "before":{"type":"REG_DWORD","typeCode":4,"size":4,"data":1},\
        "after":{"type":"REG_DWORD","typeCode":4,"size":4,"data":17},\
        "lastWritten":"2024-06-21T16:46:00.0000000Z"}
        {"change":"added","path":"Epsilon","lastWritten":"2024-06-21T16:45:00.0000000Z"}
        {"change":"added","path":"Epsilon","name":"new",\
        "after":{"type":"REG_SZ","typeCode":1,"size":34,"data":"only in the logs"},\
        "lastWritten":"2024-06-21T16:45:00.0000000Z"}

        """)
    let array = try await Tool.hive.run("recover", "--list", "--format", "json", path)
    #expect(array.text == "[\n" + lines.dropLast().replacing("\n", with: ",\n") + "\n]\n")
    let objects = try JSONSerialization.jsonObject(with: Data(array.bytes)) as? [Any]
    #expect(objects?.count == 7)
    let rows = try await Tool.hive.run("recover", "--list", "--format", "csv", path)
    #expect(
      rows.text == """
        change,path,name,what,before.type,before.typeCode,before.data,after.type,after.typeCode,\
        after.data,lastWritten,before.time,before.property.type,before.property.data,\
        after.time,after.property.type,after.property.data,before.name,before.lastWritten,\
        before.class,before.sddl,before.flags,after.name,after.lastWritten,after.class,after.sddl,\
        after.flags\r
        changed,"",,time,,,,,,,2024-06-21T16:47:00.0000000Z,,,,,,,,2024-03-15T10:00:00.0000000Z,,,,\
        ,2024-06-21T16:47:00.0000000Z,,,\r
        removed,"Alpha",,,,,,,,,2024-03-15T10:00:00.0000000Z,,,,,,,,,,,,,,,,\r
        removed,"Alpha","text",,REG_SZ,1,"Alpha's text",,,,2024-03-15T10:00:00.0000000Z,,,,,,,,,,,,,,,,\r
        changed,"Beta",,time,,,,,,,2024-06-21T16:46:00.0000000Z,,,,,,,,2024-03-15T10:00:00.0000000Z,,,,\
        ,2024-06-21T16:46:00.0000000Z,,,\r
        changed,"Beta","one",data,REG_DWORD,4,1,REG_DWORD,4,17,2024-06-21T16:46:00.0000000Z,,,,,,,,,,,,,,,,\r
        added,"Epsilon",,,,,,,,,2024-06-21T16:45:00.0000000Z,,,,,,,,,,,,,,,,\r
        added,"Epsilon","new",,,,,REG_SZ,1,"only in the logs",2024-06-21T16:45:00.0000000Z,,,,,,,,,,,,,,,,\r

        """)
  }

  @Test func `a clean hive has an empty list`() async throws {
    let path = testHive("NTUSER.DAT")
    let text = try await Tool.hive.run("recover", "--list", path)
    #expect(text.text == "Nothing changes.\n")
    #expect(text.errors == "hive: \(path): clean: there is nothing to recover\n")
    #expect(text.code == 0)
    let json = try await Tool.hive.run("recover", "--list", "--format", "json", path)
    #expect(json.text == "[\n]\n")
  }

  @Test func `other aspects of keys and values are told`() async throws {
    let folder = try TemporaryFolder()
    var before = HiveDescription()
    before.set("Key", .string("a", "text"), .binary("b", [1, 2]), .string("c", "x"))
    var after = HiveDescription()
    after.set("KEY", .expandString("a", "text"), .binary("B", [UInt8](0..<20)))
    after["KEY"].className = Array("Class".utf16)
    after["KEY"].security = SecurityDescription.user(Fixture.userSID).bytes
    after["KEY"].flags = 0x30
    after["KEY"].values.append(.string("long", String(repeating: "y", count: 70)))
    after["KEY"].values.append(.multiString("many", ["1", "2", "3", "4", "5"]))
    let states = [before, after].map { $0.build().bytes }
    let path = try folder.write(withSequences(states[0], 3, 2), as: "hive")
    _ = try folder.write(BuiltLog(states: states, firstSequence: 2).bytes, as: "hive.LOG1")
    let outcome = try await Tool.hive.run("recover", "--list", path)
    #expect(
      outcome.text == """
        ~ [KEY]  2024-03-15T10:00:00.0000000Z, name was Key, class "Class", was none, \
        other security descriptor, flags 0x30, were 0x20
          ~ a  REG_EXPAND_SZ "text", was REG_SZ "text"
          ~ B  REG_BINARY 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f … 20 bytes, was \
        REG_BINARY 01 02
          - c  REG_SZ "x"
          + long  REG_SZ "\(String(repeating: "y", count: 60))…" (70 characters)
          + many  REG_MULTI_SZ ["1", "2", "3", "4", …]

        keys: 0 added, 1 changed, 0 removed
        values: 2 added, 2 changed, 1 removed

        """)
    let json = try await Tool.hive.run("recover", "--list", "--format", "ndjson", path)
    let first = json.text.prefix { $0 != "\n" }
    #expect(first.contains(#""what":["name","class","security","flags"]"#))
    #expect(first.contains(#""class":"Class","sddl":"O:"#))
  }

  // MARK: - Several hives

  @Test func `several hives are listed one after the other`() async throws {
    let names = ["dirty-new-format", "checksum", "dirty-old-format"]
    let paths = names.map { testHive("damaged/\($0)") } + [testHive("NTUSER.DAT")]
    let text = try await Tool.hive.run(["recover", "--list"] + paths)
    let headings = text.text.split(separator: "\n").filter { $0.hasPrefix("# ") }
    #expect(headings == ["# \(paths[0])", "# \(paths[2])"])
    #expect(
      text.text.hasSuffix(
        "\nkeys: 2 added, 4 changed, 2 removed\nvalues: 2 added, 2 changed, 2 removed\n"))
    let json = try await Tool.hive.run(["recover", "--list", "--format", "ndjson"] + paths)
    let lines = json.text.split(separator: "\n")
    #expect(lines.count == 14)
    #expect(lines.allSatisfy { $0.contains("\"hive\":\"") })
    let rows = try await Tool.hive.run(["recover", "--list", "--format", "csv"] + paths)
    #expect(rows.text.hasPrefix("machine,hive,change,path,name,what,before.type,"))
    #expect(rows.text.split(separator: "\r\n").count == 15)
  }

  @Test func `a folder is listed, and is not written to a file`() async throws {
    let folder = testHive("volume")
    let list = try await Tool.hive.run("recover", "--list", "--format", "ndjson", folder)
    #expect(list.text.contains("bernd/NTUSER.DAT"), "\(list.errors)")
    let file = try TemporaryFolder().path("out")
    for paths in [[folder], [folder, folder]] {
      let outcome = try await Tool.hive.run(["recover", "-o", file] + paths)
      #expect(outcome.code == 64)
    }
  }
}
