// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// What `hive diff` lists.
@Suite struct DiffTests {
  /// Two hives that differ in everything that a hive may differ in.
  private static let states: (old: HiveDescription, new: HiveDescription) = {
    var old = HiveDescription()
    old.set("Key", .string("a", "text"), .dword("b", 1), .string("", "default"))
    old.set("Gone\\Below", .string("x", "1"))
    old.makeKey("Same")
    var new = HiveDescription()
    new.set("Key", at: filetime(2024, 6, 1), .string("a", "text"), .qword("b", 2))
    new["Key"].className = Array("Class".utf16)
    new.set("New\\Below", at: filetime(2024, 6, 2), .binary("y", [1]))
    new.makeKey("Same")
    new["Same"].lastWritten = filetime(2024, 6, 3)
    return (old, new)
  }()

  private func write(
    _ states: (old: HiveDescription, new: HiveDescription), to folder: TemporaryFolder
  ) throws -> [String] {
    [try folder.write(states.old, as: "old"), try folder.write(states.new, as: "new")]
  }

  @Test func `each difference is an object, with both data`() async throws {
    let folder = try TemporaryFolder()
    let paths = try write(Self.states, to: folder)
    let outcome = try await Tool.hiveDiff.run(["--format", "ndjson"] + paths)
    let lines = """
      {"change":"removed","path":"Gone","lastWritten":"2024-03-15T10:00:00.0000000Z"}
      {"change":"removed","path":"Gone\\\\Below","lastWritten":"2024-03-15T10:00:00.0000000Z"}
      {"change":"removed","path":"Gone\\\\Below","name":"x",\
      "before":{"type":"REG_SZ","typeCode":1,"size":4,"data":"1"},\
      "lastWritten":"2024-03-15T10:00:00.0000000Z"}
      {"change":"changed","path":"Key","what":["class"],"before":{"class":null},\
      "after":{"class":"Class"},"lastWritten":"2024-06-01T00:00:00.0000000Z"}
      {"change":"removed","path":"Key","name":"",\
      "before":{"type":"REG_SZ","typeCode":1,"size":16,"data":"default"},\
      "lastWritten":"2024-03-15T10:00:00.0000000Z"}
      {"change":"changed","path":"Key","name":"b","what":["type","data"],\
      "before":{"type":"REG_DWORD","typeCode":4,"size":4,"data":1},\
      "after":{"type":"REG_QWORD","typeCode":11,"size":8,"data":2},\
      "lastWritten":"2024-06-01T00:00:00.0000000Z"}
      {"change":"added","path":"New","lastWritten":"2024-03-15T10:00:00.0000000Z"}
      {"change":"added","path":"New\\\\Below","lastWritten":"2024-06-02T00:00:00.0000000Z"}
      {"change":"added","path":"New\\\\Below","name":"y",\
      "after":{"type":"REG_BINARY","typeCode":3,"size":1,"data":"01"},\
      "lastWritten":"2024-06-02T00:00:00.0000000Z"}

      """
    #expect(outcome.text == lines)
    #expect(outcome.code == 1)
    #expect(outcome.errors == "")
    let array = try await Tool.hive.run(["diff", "--format", "json"] + paths)
    #expect(array.text == "[\n" + lines.dropLast().replacing("\n", with: ",\n") + "\n]\n")
    let csv = try await Tool.hive.run(["diff", "--format", "csv"] + paths)
    #expect(
      csv.text.contains(
        "\r\nchanged,\"Key\",\"b\",type|data,REG_DWORD,4,1,REG_QWORD,11,2,"
          + "2024-06-01T00:00:00.0000000Z,,,,,,,,,,,,,,,,\r\n"))
    #expect(
      csv.text.contains(
        "\r\nchanged,\"Key\",,class,,,,,,,2024-06-01T00:00:00.0000000Z,,,,,,,,,,,,,,\"Class\",,\r\n"
      ))
  }

  @Test func `text shows both hives, and the path above what changed`() async throws {
    let folder = try TemporaryFolder()
    let paths = try write(Self.states, to: folder)
    let outcome = try await Tool.hive.run(["diff"] + paths)
    #expect(
      outcome.text == """
        --- \(paths[0])
        +++ \(paths[1])
        - [Gone]  2024-03-15T10:00:00.0000000Z
        - [Gone\\Below]  2024-03-15T10:00:00.0000000Z
          - x  REG_SZ "1"
        ~ [Key]  2024-06-01T00:00:00.0000000Z, class "Class", was none
          - (Default)  REG_SZ "default"
          ~ b  REG_QWORD 2 (0x0000000000000002), was REG_DWORD 1 (0x00000001)
        + [New]  2024-03-15T10:00:00.0000000Z
        + [New\\Below]  2024-06-02T00:00:00.0000000Z
          + y  REG_BINARY 01

        keys: 2 added, 1 changed, 2 removed
        values: 1 added, 1 changed, 2 removed

        """)
  }

  @Test func `times count where asked, and paths may be left out`() async throws {
    let folder = try TemporaryFolder()
    let paths = try write(Self.states, to: folder)
    let times = try await Tool.hive.run(["diff", "--times", "--format", "ndjson"] + paths)
    #expect(
      times.text.contains(
        """
        {"change":"changed","path":"Same","what":["time"],\
        "before":{"lastWritten":"2024-03-15T10:00:00.0000000Z"},\
        "after":{"lastWritten":"2024-06-03T00:00:00.0000000Z"},\
        "lastWritten":"2024-06-03T00:00:00.0000000Z"}

        """))
    let ignored = try await Tool.hive.run(
      ["diff", "--ignore", "gone", "--ignore", "k?y", "--ignore", "**/be*"] + paths)
    #expect(
      ignored.text == """
        --- \(paths[0])
        +++ \(paths[1])
        + [New]  2024-03-15T10:00:00.0000000Z

        keys: 1 added, 0 changed, 0 removed
        values: 0 added, 0 changed, 0 removed

        """)
    #expect(ignored.code == 1)
    let none = try await Tool.hive.run(["diff", "--ignore", "*"] + paths)
    #expect(none.text == "")
    #expect(none.code == 0)
  }

  @Test func `exit codes say whether anything differs`() async throws {
    let hive = testHive("NTUSER.DAT")
    let same = try await Tool.hive.run("diff", hive, hive)
    #expect([same.text, same.errors] == ["", "hive: no difference\n"])
    #expect(same.code == 0)
    #expect(try await Tool.hive.run("diff", hive, "/no/such/hive").code == 66)
    #expect(try await Tool.hive.run("diff", hive, testHive("Registry.pol")).code == 65)
    #expect(try await Tool.hive.run("diff", hive).code == 64)
    // A hive with a fault is not known to be the same.
    let damaged = testHive("damaged/data-size")
    let outcome = try await Tool.hive.run("diff", damaged, damaged)
    #expect(outcome.text == "")
    #expect(outcome.code == 1)
  }

  @Test func `hives of two volumes are paired by kind and user`() async throws {
    let folder = try TemporaryFolder()
    let volume = testHive("volume")
    let copy = folder.path("copy")
    try FileManager.default.copyItem(atPath: volume, toPath: copy)
    var anna = HiveDescription()
    anna.set("Software\\New", .string("value", "data"))
    anna.makeKey("Control Panel")
    let hive = "\(copy)/Users/anna/NTUSER.DAT"
    try Data(anna.build().bytes).write(to: URL(filePath: hive))
    try FileManager.default.removeItem(atPath: "\(copy)/Users/Default")
    let outcome = try await Tool.hive.run("diff", "--format", "ndjson", volume, copy)
    #expect(outcome.code == 1)
    let lines = outcome.text.split(separator: "\n").dropLast()
    #expect(lines.allSatisfy { $0.contains("\"hive\":\"\(hive)\"") })
    #expect(lines.contains { $0.contains(#""path":"Software\\New","name":"value""#) })
    #expect(
      outcome.errors.contains(
        "hive: \(volume)/Users/Default/NTUSER.DAT: has no counterpart in \(copy)\n"))
    // A hive is compared with the one of its kind.
    let one = try await Tool.hive.run(
      "diff", "\(volume)/Windows/System32/config/SOFTWARE", copy)
    #expect(one.code == 0, "\(one.errors)")
    #expect(try await Tool.hive.run("diff", hive, volume).code == 64)
  }

  @Test func `a hive that only one of two volumes has is a difference`() async throws {
    let folder = try TemporaryFolder()
    let volume = testHive("volume")
    let copy = folder.path("copy")
    try FileManager.default.copyItem(atPath: volume, toPath: copy)
    let lost = "Users/Default/NTUSER.DAT"
    try FileManager.default.removeItem(atPath: "\(copy)/\(lost)")
    var hive = HiveDescription()
    hive.root.lastWritten = filetime(2024, 6, 3)
    hive.makeKey("Control Panel")
    let new = try folder.write(hive, as: "copy/Users/new/NTUSER.DAT")
    func run(_ format: String) async throws -> Outcome {
      try await Tool.hive.run("diff", "--logs", "none", "--format", format, volume, copy)
    }
    let lines = try await run("ndjson")
    #expect(lines.code == 1)
    #expect(!lines.errors.contains("no difference"))
    let records = lines.text.split(separator: "\n")
    #expect(records.count == 2)
    #expect(
      records.last.map(String.init) == """
        {"change":"added","hive":"\(new)","path":"","what":["hive"],\
        "lastWritten":"2024-06-03T00:00:00.0000000Z"}
        """)
    #expect(
      records.first?.hasPrefix(
        "{\"change\":\"removed\",\"hive\":\"\(volume)/\(lost)\",\"path\":\"\",\"what\":[\"hive\"],")
        == true)
    #expect(
      try await run("text").text == """
        - \(volume)/\(lost): has no counterpart in \(copy)
        + \(new): has no counterpart in \(volume)

        hives: 1 added, 1 removed

        """)
    #expect(
      try await run("csv").text.hasSuffix(
        ",\"\(new)\",added,\"\",,hive,,,,,,,2024-06-03T00:00:00.0000000Z,,,,,,,,,,,,,,,,\r\n"))
    let page = try await run("html").text
    #expect(page.contains("<h2>Hives without a counterpart</h2>"))
    #expect(page.contains("<bdi>\(new)</bdi> has no counterpart in <bdi>\(volume)</bdi>"))
    // The hive cannot be read: that it came is a difference all the same.
    try Data([UInt8]("regf".utf8) + [UInt8](repeating: 0, count: 600))
      .write(to: URL(filePath: new))
    let count = try await run("ndjson").text.split(separator: "\n").count
    #expect(count == 2)
  }

  @Test func `users are paired by SID, and have paths of their own in a registry file`()
    async throws
  {
    let folder = try HiveBuilder.TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    volume.users.append(VolumeUser("tom", 1002))
    for (path, bytes) in volume.files { try folder.write(bytes, to: "old/\(path)") }
    // Windows gave the folder another name; the user is the same.
    volume.users[0].name = "anna.DOMAIN"
    for index in volume.users.indices {
      volume.users[index].hive.set("Software\\Run", .string("x", volume.users[index].name))
    }
    for (path, bytes) in volume.files { try folder.write(bytes, to: "new/\(path)") }
    let arguments = ["diff", folder.path("old"), folder.path("new"), "--format"]
    let lines = try await Tool.hive.run(arguments + ["ndjson"])
    #expect(!lines.errors.contains("counterpart"), "\(lines.errors)")
    #expect(
      lines.text.contains("\"hive\":\"\(folder.path("new"))/Users/anna.DOMAIN/NTUSER.DAT\""))
    let file = try await Tool.hive.run(arguments + ["reg"])
    let text = try #require(String(data: Data(file.bytes), encoding: .utf16))
    for user in volume.users {
      #expect(
        text.contains(
          "[HKEY_USERS\\\(user.sid)\\Software\\Run]\r\n\"x\"=\"\(user.name)\"\r\n"))
    }
    #expect(!text.contains("HKEY_CURRENT_USER"))
    let prefix = try await Tool.hive.run(arguments + ["reg", "--prefix", "X"])
    #expect(prefix.code == 64)
    #expect(prefix.text == "")
  }

  @Test func `what leaves nothing out is named, and full paths are refused`() async throws {
    let pair = ["NTUSER-earlier.DAT", "NTUSER.DAT"].map(testHive)
    let unused = try await Tool.hive.run(
      ["diff", "--ignore", "Software", "--ignore", "Nope\\**"] + pair)
    #expect(unused.errors == "hive: --ignore Nope\\**: no key has this path\n")
    for path in ["HKCU\\Software", "HKEY_LOCAL_MACHINE\\SOFTWARE\\*", "HKLM:/SOFTWARE"] {
      let outcome = try await Tool.hive.run(["diff", "--ignore", path] + pair)
      #expect(outcome.code == 64)
      #expect(outcome.errors.contains("--ignore takes a path below the root of a hive"))
    }
    #expect(try await Tool.hive.run("diff", "-", "-").code == 64)
  }

  // MARK: - Registry files

  /// A change of every kind that a registry file can say.
  private static let writable: (old: HiveDescription, new: HiveDescription) = {
    var old = HiveDescription()
    old.set(
      "Values", .string("same", "text"), .string("type", "text"), .dword("data", 1),
      .string("", "default"), .string("gone", "x"), .string("Case", "x"), .none("none", [1]),
      .binary("big", [UInt8](repeating: 7, count: 20_000)), .binary("empty", []))
    old.set("Case\\Below\\Further", .string("kept", "x"))
    old.set("Case", .dword("value", 3))
    old.set("Tree\\With\\Keys", .string("x", "y"))
    old.set("Default", .dword("x", 1))
    old.set("s[pecial]\\\"quoted\"", .string("=-", "x"), .string("a\\b\"c", "x"))
    var new = HiveDescription()
    new.set(
      "Values", .string("same", "text"), .expandString("type", "text"), .dword("data", 2),
      .string("CASE", "x"), .none("none", []), .multiString("list", ["a", "b"]),
      .binary("big", [UInt8](repeating: 8, count: 40_000)), .string("empty", ""),
      ValueDescription("odd", type: 0xFFFF_1234, data: [1, 2, 3]),
      .string("lines", "one\r\ntwo"), .qword("number", .max))
    new.set("CASE\\below\\Further", .string("kept", "x"))
    new.set("CASE", .dword("value", 3))
    new.set("Default", .string("", "new default"), .dword("x", 1))
    new.set("s[pecial]\\\"quoted\"", .string("=-", "y"), .string("new]", "ünï\u{1F600}"))
    new.makeKey("-dash\\]bracket\\ü")
    return (old, new)
  }()

  @Test(.slow, .enabled(if: Peer.hivexregedit.isInstalled, "hivexregedit is not installed"))
  func `a registry file turns the earlier hive into the later one`() async throws {
    let folder = try TemporaryFolder()
    let paths = try write(Self.writable, to: folder)
    let errors = try await expectMerged(paths[0], into: paths[1], folder)
    #expect(errors.hasSuffix("keys that it makes get those of the keys above them\n"))
    // And the way back.
    _ = try await expectMerged(paths[1], into: paths[0], folder)
  }

  @Test(
    .enabled(if: Peer.hivexregedit.isInstalled, "hivexregedit is not installed"),
    .enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"))
  func `registry files turn real hives into their later states`() async throws {
    let folder = try TemporaryFolder()
    let pair = ["NTUSER.DAT", "NTUSER_modified.DAT"].map(Corpus.path)
    _ = try await expectMerged(pair[0], into: pair[1], folder)
    _ = try await expectMerged(pair[1], into: pair[0], folder)
    let recovered = folder.path("recovered")
    let dirty = Corpus.path("NewDirtyHive1/NewDirtyHive")
    #expect(try await Tool.hive.run("recover", dirty, "-o", recovered).code == 0)
    // Without its logs beside it, the dirty hive is read as it is.
    let alone = folder.path("alone")
    try FileManager.default.copyItem(atPath: dirty, toPath: alone)
    _ = try await expectMerged(alone, into: recovered, folder)
  }

  @Test(
    .slow, .enabled(if: Peer.wine.isInstalled, "wine is not installed"),
    .enabled(if: Peer.hivexregedit.isInstalled, "hivexregedit is not installed"))
  func `Wine makes the later hive of the earlier one too`() async throws {
    let folder = try TemporaryFolder()
    let key = "HKEY_CURRENT_USER\\HiveTest"
    let wine = try #require(Peer.wine.path)
    let settings: [String: String?] = ["WINEPREFIX": folder.path("wine"), "WINEDEBUG": "-all"]
    func regedit(_ arguments: String...) async throws {
      let outcome = try await runProgram(wine, ["regedit"] + arguments, settings: settings)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let pair = ["NTUSER-earlier.DAT", "NTUSER.DAT"].map(testHive)
    let start = try await Tool.hive.run("dump", "--format", "reg", "--prefix", key, pair[0])
    try await regedit(try folder.write(start.bytes, as: "start.reg"))
    for (old, new) in [(pair[0], pair[1]), (pair[1], pair[0])] {
      let difference = try await Tool.hive.run(
        "diff", "--format", "reg", "--prefix", key, old, new)
      try await regedit(try folder.write(difference.bytes, as: "difference.reg"))
      let result = folder.path("result.reg")
      try await regedit("/E", result, key)
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: result)))
      let hive = try folder.write(HiveDescription(), as: "result")
      try await merge(Outcome(code: 0, bytes: bytes, errors: ""), into: hive, prefix: key)
      #expect(try await keys(of: hive) == (try await keys(of: new)))
    }
  }

  @Test func `what a registry file cannot say is named`() async throws {
    let folder = try TemporaryFolder()
    var (old, new) = (HiveDescription(), HiveDescription())
    old.set("Key", .string("x", "y"))
    new.set("Key", .string("x", "y"), .string("a\nb", "z"))
    new["Key"].className = Array("Class".utf16)
    new["Key"].security = SecurityDescription.user(Fixture.userSID).bytes
    new.makeKey("New\nkey\\Below")
    let paths = try write((old, new), to: folder)
    let outcome = try await Tool.hive.run(["diff", "--format", "reg", "--prefix", "X"] + paths)
    #expect(
      String(bytes: outcome.bytes, encoding: .utf16)
        == "Windows Registry Editor Version 5.00\r\n\r\n")
    let name = paths[1]
    #expect(
      outcome.errors == """
        hive: \(name): key Key: the change of its class name cannot be written
        hive: \(name): key Key: the change of its security descriptor cannot be written
        hive: \(name): key Key: the value "a␊b" cannot be written: its name has a line end in it
        hive: \(name): key New␊key: what changed in it cannot be written: its name has a line end \
        in it
        hive: \(name): 4 left out; the rest was written

        """)
    #expect(outcome.code == 1)
  }

  /// Expects that the earlier hive becomes the later one where their difference is merged into it.
  ///
  /// - Returns: What the command wrote to standard error.
  private func expectMerged(
    _ old: String, into new: String, _ folder: TemporaryFolder
  ) async throws -> String {
    let copy = try folder.write(HiveDescription(), as: "merged")
    // A new hive, because libhivex writes into no hive that is dirty.
    let start = try await Tool.hive.run("dump", "--format", "reg", "--prefix", "HKEY_TEST", old)
    try await merge(start, into: copy)
    let unchanged = try await keys(of: copy)
    #expect(unchanged == (try await keys(of: old)))
    let difference = try await Tool.hive.run(
      "diff", "--format", "reg", "--prefix", "HKEY_TEST", old, new)
    #expect(difference.code == 1)
    try await merge(difference, into: copy)
    let merged = try await keys(of: copy)
    let expected = try await keys(of: new)
    #expect(merged == expected)
    #expect(merged != unchanged)
    return difference.errors
  }

  private func merge(
    _ file: Outcome, into hive: String, prefix: String = "HKEY_TEST"
  ) async throws {
    let text = try #require(String(data: Data(file.bytes), encoding: .utf16))
    // hivexregedit reads the encoding of the system, and text beyond ASCII only when Perl is told.
    let outcome = try await runProgram(
      try #require(Peer.hivexregedit.path), ["--merge", "--prefix", prefix, hive],
      input: Array(text.utf8), settings: ["PERL_UNICODE": "SD"])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  /// The keys of a hive by their paths, each with its values.
  private func keys(of path: String) async throws -> [String: Set<DumpedKey.Value>] {
    let outcome = try await Tool.hive.run("dump", "--format", "ndjson", "--raw", path)
    let keys = try DumpedKey.keys(in: outcome)
    return Dictionary(keys.map { ($0.path, Set($0.values)) }) { $0.union($1) }
  }

  // MARK: - Hostile hives

  @Test(.enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"))
  func `hostile hives do not flood the output of find and diff`() async throws {
    let hostile = "\(Corpus.folder ?? "")/cases/hostile"
    let folder = try TemporaryFolder()
    let empty = try folder.write(HiveDescription(), as: "empty")
    for name in try FileManager.default.contentsOfDirectory(atPath: hostile) {
      let path = "\(hostile)/\(name)"
      let size = try Data(contentsOf: URL(filePath: path)).count
      guard name != "README.md" else { continue }
      for arguments in [
        ["diff", "--format", "ndjson", empty, path], ["diff", "--format", "reg", path, empty],
        ["diff", "--format", "csv", path, path], ["diff", empty, path],
        ["find", "--format", "csv", "a", path], ["find", "--deleted", "--regex", ".", path],
      ] {
        let outcome = try await Tool.hive.run(arguments)
        #expect(outcome.code <= 1 || outcome.code == 65, "\(arguments)")
        #expect(outcome.bytes.count <= 150 * size, "\(arguments)")
      }
    }
  }
}
