// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// `hive policy` as it is run: exact output, messages and exit codes.
@Suite struct PolicyCommandTests {
  private let folder: HiveBuilder.TemporaryFolder
  private static let userHiveWarning =
    "This is a user's hive; a machine policy lives in the SOFTWARE hive."

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  private func policy(_ arguments: String...) async throws -> Outcome {
    try await Tool.hive.run(["policy"] + arguments)
  }

  /// Text with the places of files on this machine taken out.
  private func relative(_ text: String) -> String {
    text.replacing(testHive(""), with: "TestHives").replacing(folder.path, with: "/mnt")
  }

  /// A volume with the hives of `TestHives`, and its policy file.
  private func makeVolume() throws {
    func copy(_ name: String, to path: String) throws {
      try folder.write([UInt8](Data(contentsOf: URL(filePath: testHive(name)))), to: path)
    }
    try copy("SOFTWARE", to: "Windows/System32/config/SOFTWARE")
    try copy("SYSTEM", to: "Windows/System32/config/SYSTEM")
    try copy("Registry.pol", to: "Windows/System32/GroupPolicy/Machine/Registry.pol")
    try copy("NTUSER.DAT", to: "Users/anna/NTUSER.DAT")
  }

  private struct Object: Decodable {
    let policy: String
    let state: String
    let source: String
    let warnings: [String]
  }

  private func objects(_ outcome: Outcome) throws -> [Object] {
    try JSONDecoder().decode([Object].self, from: Data(outcome.bytes))
  }

  // MARK: - Output

  @Test func `text for a person`() async throws {
    let outcome = try await policy(testHive("SOFTWARE"), testHive("SOFTWARE-unset"))
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    #expect(
      relative(outcome.text) == """
        POLICY
          STATE           VALUE                   KEY LAST WRITTEN         SOURCE

        Do not forcefully unload the users registry at user logoff (DontForceUnloadHive)
          enabled         DisableForceUnload = 1  2024-05-06 09:15:00 UTC  TestHives/SOFTWARE
            At log-off Windows waits until programs have closed their handles before it
            unloads the user's registry.
            Warning: With a roaming profile
            (S-1-5-21-1111111111-2222222222-3333333333-1002.bak has
            \\\\server\\profile$\\bernd) this can keep the user from getting the newest copy
            of it, for as long as programs hold the registry open.
          not configured  DisableForceUnload      2024-03-15 09:30:00 UTC  \
        TestHives/SOFTWARE-unset
            At log-off Windows unloads the user's registry even while programs use it
            (event 1530); what they do with it afterwards fails (0x800703FA).

        """)
  }

  @Test func `JSON as the contract has it`() async throws {
    let outcome = try await policy("--format", "json", testHive("SOFTWARE"))
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    #expect(
      relative(outcome.text) == #"""
        [
        {"policy":"DontForceUnloadHive","key":"Policies\\Microsoft\\Windows\\System",\#
        "value":"DisableForceUnload","state":"enabled","type":"REG_DWORD","data":1,\#
        "source":"TestHives/SOFTWARE","keyLastWritten":"2024-05-06T09:15:00.0000000Z",\#
        "effect":"At log-off Windows waits until programs have closed their handles before it \#
        unloads the user's registry.","warnings":["With a roaming profile \#
        (S-1-5-21-1111111111-2222222222-3333333333-1002.bak has \\\\server\\profile$\\bernd) this \#
        can keep the user from getting the newest copy of it, for as long as programs hold the \#
        registry open."]}
        ]

        """#)
  }

  @Test func `what is not configured has neither type nor data`() async throws {
    let outcome = try await policy("--format", "ndjson", testHive("SOFTWARE-unset"))
    #expect(
      relative(outcome.text) == #"""
        {"policy":"DontForceUnloadHive","key":"Policies\\Microsoft\\Windows\\System",\#
        "value":"DisableForceUnload","state":"notConfigured","type":null,"data":null,\#
        "source":"TestHives/SOFTWARE-unset","keyLastWritten":"2024-03-15T09:30:00.0000000Z",\#
        "effect":"At log-off Windows unloads the user's registry even while programs use it (event \#
        1530); what they do with it afterwards fails (0x800703FA).","warnings":[]}

        """#)
  }

  @Test(arguments: ["text", "json", "csv"])
  func `every policy of a machine`(format: String) async throws {
    let outcome = try await policy("--all", "--format", format, testHive("SOFTWARE"))
    #expect(outcome.code == 0)
    try expectSnapshot("policy-software.\(format)", relative(outcome.text))
  }

  @Test func `every policy of a user, and the file of Group Policy`() async throws {
    let user = try await policy("--all", "--format", "json", testHive("NTUSER.DAT"))
    try expectSnapshot("policy-user.json", relative(user.text))
    let file = try await policy("--all", testHive("Registry.pol"))
    try expectSnapshot("policy-file.txt", relative(file.text))
  }

  @Test(arguments: ["text", "csv"])
  func `the settings of UPHClean`(format: String) async throws {
    let outcome = try await policy(
      "--only", "uphclean", "--format", format, testHive("SYSTEM"))
    #expect(outcome.code == 0)
    try expectSnapshot("policy-uphclean.\(format)", relative(outcome.text))
  }

  @Test func `a mounted volume`() async throws {
    try makeVolume()
    let one = try await policy(folder.path)
    #expect(one.code == 0)
    #expect(one.errors == "")
    try expectSnapshot("policy-volume.txt", relative(one.text))
    let all = try await policy("--all", "--format", "ndjson", folder.path)
    #expect(all.code == 0)
    try expectSnapshot("policy-volume-all.ndjson", relative(all.text))
  }

  @Test func `what terminals would act on is made visible`() async throws {
    var hive = HiveDescription()
    hive["Policies\\Microsoft\\Windows\\System"].values = [
      .string("MachineProfilePath", "a\u{1B}[31m\nb")
    ]
    let path = try folder.write(hive.build().bytes, to: "SOFTWARE")
    let outcome = try await policy("--only", "MachineProfilePath", path)
    #expect(outcome.text.contains("MachineProfilePath = \"a␛[31m␊b\""))
    #expect(!outcome.text.contains("\u{1B}"))
  }

  @Test func `help`() async throws {
    let outcome = try await policy("--help")
    #expect(outcome.code == 0)
    try expectSnapshot("hive-policy-help.txt", outcome.text)
    #expect(
      try await Tool.hivePolicy.run("--help").text
        == outcome.text.replacing("hive policy ", with: "hive-policy "))
  }

  @Test func `hive-policy is hive policy`() async throws {
    let arguments = ["--all", "--format", "csv", testHive("SOFTWARE")]
    let outcome = try await Tool.hivePolicy.run(arguments)
    #expect(outcome.code == 0)
    #expect(outcome.bytes == (try await Tool.hive.run(["policy"] + arguments)).bytes)
  }

  // MARK: - Several paths

  @Test func `a folder of collected hives gives one table`() async throws {
    let paths = ["NTUSER.DAT", "SOFTWARE", "SOFTWARE-unset", "SYSTEM", "Registry.pol"]
    let outcome = try await Tool.hive.run(
      ["policy", "--format", "json"] + paths.map(testHive))
    #expect(outcome.code == 0)
    let objects = try objects(outcome)
    #expect(objects.map(\.source) == paths.map(testHive))
    #expect(
      objects.map(\.state)
        == ["notConfigured", "enabled", "notConfigured", "notConfigured", "enabled"])
    #expect(objects[0].warnings == [Self.userHiveWarning])
  }

  @Test func `logs among the hives are skipped`() async throws {
    var hive = HiveDescription()
    hive.makeKey("Policies")
    var log = hive.build()
    log.set(.fileType, to: 6)
    log.truncate(to: 512)
    let path = try folder.write(log.bytes + Array("HvLE".utf8), to: "SOFTWARE.LOG1")
    let outcome = try await policy("--format", "ndjson", testHive("SOFTWARE"), path)
    #expect(
      outcome.errors == "hive: \(path): is a transaction log of a hive, and was skipped\n")
    #expect(outcome.text.split(separator: "\n").count == 1)
    #expect(outcome.code == 0)
    let alone = try await policy(path)
    #expect(
      alone.errors == "hive: \(path): is a transaction log; give the hive it belongs to\n")
    #expect(alone.code == 65)
  }

  @Test func `one path that cannot be read does not keep the others from it`() async throws {
    let missing = folder.path("none")
    let outcome = try await policy("--format", "json", missing, testHive("SOFTWARE"))
    #expect(outcome.errors == "hive: \(missing): no such file or folder\n")
    #expect(try objects(outcome).count == 1)
    #expect(outcome.code == 1)
  }

  // MARK: - Exit codes

  @Test func `paths that lead to nothing readable`() async throws {
    let missing = folder.path("none")
    let text = try folder.write(Array("text".utf8), to: "file.txt")
    let empty = try folder.write([], to: "Empty.POL")
    let refusals: [(String, String, Int)] = [
      (missing, "no such file or folder", 66),
      (
        folder.path,
        "has no registry hive in it, and no event log", 65
      ),
      (empty, "is empty (0 bytes), not a policy file", 65),
    ]
    for (path, message, code) in refusals {
      let outcome = try await policy(path)
      #expect(outcome.errors == "hive: \(path): \(message)\n")
      #expect(outcome.bytes == [])
      #expect(outcome.code == code)
    }
    let outcome = try await policy(text)
    #expect(outcome.errors.hasPrefix("hive: \(text): is too short to be a hive: "))
    #expect(outcome.code == 65)
    #expect(try await policy(missing, text).code == 66)
  }

  @Test func `a policy file with damage`() async throws {
    var file = PolicyFileDescription()
    file.set("Software\\Policies\\Microsoft\\Windows\\System", .dword("DisableForceUnload", 1))
    file.add([0x2D, 0])
    let path = try folder.write(file.build(), to: "Registry.pol")
    let outcome = try await policy("--format", "json", path)
    #expect(try objects(outcome).map(\.state) == ["enabled"])
    #expect(
      outcome.errors == """
        hive: \(path): at offset 0x9c: expected "[", found 0x002d; nothing readable follows
        hive: \(path): 1 finding; the rest was read

        """)
    #expect(outcome.code == 1)
  }

  @Test func `a link on a volume is reported, and no failure`() async throws {
    try makeVolume()
    try folder.link("Users/eve", to: "/nowhere")
    let outcome = try await policy("--format", "json", folder.path)
    #expect(
      outcome.errors == "hive: \(folder.path("Users/eve")): is a symbolic link, which could lead"
        + " off the volume, and was not followed\n")
    #expect(outcome.code == 0)
  }

  @Test func `a volume without the hive that is asked for`() async throws {
    try folder.write(to: "Windows/System32/config/SAM")
    let outcome = try await policy(folder.path)
    #expect(outcome.errors == "hive: \(folder.path): has no SOFTWARE hive\n")
    #expect(outcome.code == 65)
  }

  @Test func `an expected state`() async throws {
    let set = testHive("SOFTWARE")
    let unset = testHive("SOFTWARE-unset")
    let user = testHive("NTUSER.DAT")
    let cases: [(String, [String], Int)] = [
      ("enabled", [set], 0), ("disabled", [set], 1), ("notConfigured", [set], 1),
      ("enabled", [unset], 1), ("disabled", [unset], 1), ("notConfigured", [unset], 0),
      ("enabled", [set, unset], 1), ("enabled", [user, set], 0), ("notConfigured", [user, set], 1),
      ("notConfigured", [user], 0), ("enabled", [user], 1),
      ("enabled", [testHive("Registry.pol")], 0),
    ]
    for (state, paths, code) in cases {
      let outcome = try await Tool.hive.run(["policy", "--expect", state] + paths)
      #expect(outcome.code == code, "\(state) \(paths)")
      #expect(outcome.errors.isEmpty == (code == 0), "\(state) \(paths)")
    }
    let outcome = try await policy("--expect", "disabled", set)
    #expect(
      outcome.errors
        == "hive: \(set): DontForceUnloadHive is enabled; expected: disabled\n")
  }

  @Test func `what is in force on a volume is judged, not what is ordered`() async throws {
    try makeVolume()
    let path = folder.path
    #expect(try await policy("--only", "WaitForNetwork", "--expect", "enabled", path).code == 0)
    #expect(try await policy("--only", "WaitForNetwork", "--expect", "disabled", path).code == 1)
  }

  @Test func `a policy that does not exist is refused with those that do`() async throws {
    let outcome = try await policy("--only", "nothing", testHive("SOFTWARE"))
    #expect(
      outcome.errors.hasPrefix(
        "hive: --only: there is no policy \"nothing\". There are: DontForceUnloadHive, "))
    #expect(outcome.code == 64)
  }

  @Test func `logs that are named go with a single hive`() async throws {
    let outcome = try await policy(
      "--logs", testHive("SYSTEM"), testHive("SOFTWARE"), testHive("SOFTWARE-unset"))
    #expect(outcome.errors == "hive: --logs with a file needs a single hive\n")
    #expect(outcome.code == 64)
  }

  @Test func `output to a file, but never to an input`() async throws {
    let path = folder.path("out.json")
    let outcome = try await policy("--format", "json", "-o", path, testHive("SOFTWARE"))
    #expect(outcome.bytes == [])
    #expect(outcome.code == 0)
    let direct = try await policy("--format", "json", testHive("SOFTWARE"))
    #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == direct.bytes)
    try makeVolume()
    let hive = folder.path("Windows/System32/config/SOFTWARE")
    let before = try Data(contentsOf: URL(filePath: hive))
    let refused = try await policy("-o", hive, folder.path)
    #expect(refused.errors == "hive: \(hive): is an input, which is never written to\n")
    #expect(refused.code == 73)
    #expect(try Data(contentsOf: URL(filePath: hive)) == before)
  }

  // MARK: - Real hives

  @Test(
    .enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"),
    arguments: ["NTUSER.DAT", "NTUSER-XP.DAT", "NTUSER-WSL.DAT", "dirty-ntuser/NTUSER.DAT"])
  func `a real user's hive is not where the policy lives`(name: String) async throws {
    let outcome = try await policy("--format", "json", Corpus.path(name))
    let object = try #require(try objects(outcome).first)
    #expect(object.state == "notConfigured")
    #expect(object.warnings == [Self.userHiveWarning])
    #expect(outcome.code == 0)
  }

  @Test(.enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"))
  func `every real hive has an answer to every policy`() async throws {
    for name in Corpus.names {
      let outcome = try await policy("--all", "--format", "json", Corpus.path(name))
      #expect(try objects(outcome).count >= 26, "\(name)")
      #expect([0, 1].contains(outcome.code), "\(name)")
    }
  }
}
