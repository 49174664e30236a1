// SPDX-License-Identifier: MIT

import RegistryHive
import Testing

/// Real damaged hives, and how much of them is there to be read.
@Suite(
  .enabled(if: Corpus.folder != nil, "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"))
struct DamagedCorpusTests {
  private func hive(_ name: String) throws -> Hive {
    try Hive(path: Corpus.path("damaged/\(name)"), logs: .none)
  }

  private func count(_ hive: Hive) -> (keys: Int, values: Int, findings: [String]) {
    var counts = (keys: 0, values: 0, findings: hive.findings.map(\.id))
    var walk = hive.root.walk()
    while walk.nextNode() != nil {
      counts.keys += 1
      counts.values += walk.records.count
      counts.findings += walk.findings.map(\.id)
    }
    return counts
  }

  @Test(
    "Everything readable is read, and what is wrong is told",
    arguments: [
      ("BadSubkeyHive", 6, 0, ["key-reused"]), ("BigDataHive", 2, 2, []),
      ("BogusKeyNamesHive", 3, 0, []), ("DeletedDataHive", 2, 1, []),
      ("DeletedTreeHive", 3, 0, []), ("DupNameHive", 2, 0, []),
      ("GarbageHive", 1, 0, ["checksum"]), ("InvalidParentHive", 5003, 0, []),
      ("SAMBadHBinHeader", 68, 73, ["bin-signature"]),
      ("TruncatedNameHive", 2, 0, ["name-overrun"]), ("UnicodeHive", 3, 0, []),
    ] as [(String, Int, Int, [String])])
  func counts(name: String, keys: Int, values: Int, findings: [String]) throws {
    let counts = count(try hive(name))
    #expect(counts.keys == keys)
    #expect(counts.values == values)
    #expect(counts.findings == findings)
  }

  @Test(arguments: [("TruncatedHive", 2, 0), ("corrupted_system_hive", 1_662, 5_546)])
  func `of a hive that lost much at least as much is read as by others`(
    name: String, keys: Int, values: Int
  ) throws {
    let counts = count(try hive(name))
    #expect(counts.keys >= keys)
    #expect(counts.values >= values)
    #expect(!counts.findings.isEmpty)
  }

  @Test func `big data are those that Windows wrote`() throws {
    let hive = try hive("BigDataHive")
    let values = hive.root.walk().flatMap(\.values)
    #expect(values.map(\.bytes.count).sorted() == [16_345, 81_725])
    #expect(values.map(\.size) == values.map(\.bytes.count))
  }

  @Test func `keys are found by their whole names`() throws {
    let names = try hive("BogusKeyNamesHive")
    #expect(names.root.subkey(named: "TESTNEW\r\nNE")?.name == "testnew\r\nne")
    #expect(names.root.subkey(named: "testnu\0l")?.name == "testnu\0l")
    #expect(names.root.subkey(named: "testnu") == nil)
    let unicode = try hive("UnicodeHive")
    for key in unicode.root.walk().dropFirst() {
      let upcased = RegistryString(utf16: Array(key.name.description.uppercased().utf16))
      #expect(key.parent?.subkey(named: upcased)?.offset == key.offset)
    }
  }
}
