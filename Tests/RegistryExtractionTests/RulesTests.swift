// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@testable import RegistryExtraction

/// What rules mean, and what is reported of those that cannot be used.
@Suite struct RulesTests {
  private func extract(
    _ yaml: String, _ hive: HiveDescription, artifacts: [String] = [], deleted: Bool = false
  ) throws -> [String] {
    var rules = try ExtractionRules(yaml: yaml)
    if !artifacts.isEmpty { rules = try rules.selecting(artifacts: artifacts) }
    return try Hive(bytes: hive.build().bytes).extract(rules, includesDeleted: deleted)
      .filter { $0.row == nil }
      .map {
        "\($0.rule.description): \($0.path): \($0.value.map { "\($0.name)" } ?? "-")"
          + ($0.isDeleted ? " (deleted)" : "")
      }
  }

  private static let user: HiveDescription = {
    var hive = HiveDescription()
    hive.makeKey("Control Panel")
    hive.set("Software\\Run", .string("a", "1"), .string("", "2"))
    hive.set("Software\\Run\\Below", .dword("b", 3))
    hive.set("Software\\Run\\Below\\Deeper", .dword("c", 4))
    hive.makeKey("Software\\Empty")
    return hive
  }()

  @Test func `a batch file with mistakes runs without them`() throws {
    let rules = try ExtractionRules(
      yaml: """
        Description: x
        Keys:
            - Description: good
              HiveType: NTUSER
              KeyPath: Software
            - Description: no hive
              KeyPath: Software
            - HiveType: Nonsense
              KeyPath: Software
            - HiveType: SAM
              Description: no path
            - HiveType: SAM
              KeyPath: a
              Recursive: perhaps
            - HiveType: SAM
              KeyPath: a
              Colour: red
              BinaryConvert: ROT13
            - text
            - HiveType: SAM
              KeyPath: a
              Comment: one: two
            - HiveType: SAM
              KeyPath: [a]
            - HiveType: sam
              KeyPath: b
              ValueName: 007
        """)
    #expect(rules.format == .batch)
    #expect(rules.rules.map(\.line) == [3, 15, 25])
    #expect(rules.rules[2].valueName == NamePattern(literally: "007"))
    #expect(
      rules.problems.map(\.description) == [
        "line 6: the rule has no HiveType", "line 8: HiveType Nonsense is not known",
        "line 10: the rule has no KeyPath", "line 14: Recursive is 'perhaps', not true or false",
        "line 17: Colour is not known in a rule; the rule is used without",
        "line 18: BinaryConvert ROT13 is not known; the rule is used without",
        "line 19: is not a rule: a rule is a mapping with HiveType and KeyPath",
        "line 22: has ': ' inside a text, after 'one': put the text in quotation marks",
        "line 24: KeyPath is not text",
      ])
  }

  @Test(arguments: ["", "\n# nothing\n", "text", "- a\n- b", "Keys:", "Keys: []", "name: x\n"])
  func `a file without rules is refused`(text: String) {
    #expect(throws: RulesError.self) { try ExtractionRules(yaml: text) }
  }

  @Test func `definitions lead to keys and values`() throws {
    let yaml = """
      # Test
      name: Run
      doc: |
        Programs.

        More.
      aliases: [Start]
      labels: [System]
      sources:
      - type: REGISTRY_KEY
        attributes: {keys: ['HKEY_USERS\\%%users.sid%%\\Software\\Run\\*']}
      - type: FILE
        attributes: {paths: ['/x']}
      supported_os: [Windows]
      ---
      name: Deep
      doc: All.
      sources:
      - type: REGISTRY_KEY
        attributes:
          keys:
          - 'HKEY_CURRENT_USER\\Software\\**'
      ---
      name: Value
      doc: One.
      sources:
      - type: REGISTRY_VALUE
        attributes:
          key_value_pairs:
          - {key: 'HKCU\\Software\\R*n', value: ''}
          - {key: 'HKCU\\Software\\**2\\Below', value: 'B*'}
      ---
      name: Linux
      doc: Not here.
      sources:
      - type: REGISTRY_KEY
        attributes: {keys: ['HKEY_LOCAL_MACHINE\\Software']}
      supported_os: [Linux]
      ---
      name: Group
      doc: Two.
      sources:
      - type: ARTIFACT_GROUP
        attributes: {names: [Start, Group, Value, Absent]}
      """
    let rules = try ExtractionRules(yaml: yaml)
    #expect(rules.problems == [])
    #expect(rules.artifactNames == ["Run", "Deep", "Value", "Group"])
    #expect(rules.rules[0].comment == "Programs.\n\nMore.")
    #expect(rules.rules[0].category == "System")
    let run = [
      "Run: Software\\Run: a", "Run: Software\\Run: ", "Run: Software\\Run\\Below: b",
    ]
    #expect(try extract(yaml, Self.user, artifacts: ["run"]) == run)
    #expect(
      try extract(yaml, Self.user, artifacts: ["Deep"]).sorted() == [
        "Deep: Software\\Empty: -", "Deep: Software\\Run: ", "Deep: Software\\Run: a",
        "Deep: Software\\Run\\Below: b", "Deep: Software\\Run\\Below\\Deeper: c",
      ])
    #expect(
      try extract(yaml, Self.user, artifacts: ["Value"]) == [
        "Value: Software\\Run: ", "Value: Software\\Run\\Below: b",
      ])
    #expect(try extract(yaml, Self.user, artifacts: ["Group"]).count == 5)
    #expect(throws: RulesError.self) { try rules.selecting(artifacts: ["Linux"]) }
    #expect(throws: RulesError.self) { try rules.selecting(artifacts: ["Nobody"]) }
  }

  @Test func `definitions of one file group those of others`() throws {
    func definition(_ name: String, key: String) -> String {
      """
      name: \(name)
      sources:
      - type: REGISTRY_KEY
        attributes: {keys: ['HKEY_USERS\\%%users.sid%%\\\(key)']}
      """
    }
    let group = """
      name: Triage
      sources:
      - type: ARTIFACT_GROUP
        attributes: {names: [First, second, Nowhere]}
      ---

      """
    let files = try [
      group + definition("Other", key: "Control Panel"),
      definition("First", key: "Software\\Run"), definition("Second", key: "Software\\Empty"),
    ].map { try ExtractionRules(yaml: $0) }
    #expect(files[0].missingArtifactNames == ["First", "second", "Nowhere"])
    let rules = ExtractionRules(definitions: files)
    #expect(rules.missingArtifactNames == ["Nowhere"])
    #expect(rules.artifactNames == ["Triage", "Other", "First", "Second"])
    let hive = try Hive(bytes: Self.user.build().bytes)
    func found(_ rules: ExtractionRules) -> [String] {
      hive.extract(rules).map { "\($0.rule.description): \($0.path)" }
    }
    #expect(
      Set(try found(rules.selecting(artifacts: ["triage"]))) == [
        "First: Software\\Run", "Second: Software\\Empty",
      ])
    #expect(Set(found(rules)).count == 3)
  }

  @Test func `definitions with mistakes are reported, and the rest runs`() throws {
    let rules = try ExtractionRules(
      yaml: """
        name: A
        sources:
        - type: REGISTRY_KEY
          attributes: {keys: ['HKEY_NOWHERE\\x', 'HKLM\\Hardware\\x', [y], 'HKLM\\Software\\%%what%%']}
        - type: REGISTRY_VALUE
          attributes: {key_value_pairs: [x, {key: 'HKLM\\System\\Select', value: 'Current'}]}
        - type: MAGIC
        - attributes: {}
        ---
        doc: no name
        """)
    #expect(rules.rules.count == 2)
    #expect(
      rules.problems.map(\.description) == [
        "line 4: HKEY_NOWHERE\\x does not begin with a root key such as HKEY_LOCAL_MACHINE",
        "line 4: HKLM\\Hardware\\x is in no hive that Windows keeps in a file",
        "line 4: is not the path of a key",
        "line 4: the variable what is not known; any text is taken for it",
        "line 6: is not a pair of a key and a value",
        "line 7: A has a source of the type MAGIC, which is not known",
        "line 8: A has a source without a type", "line 10: the definition has no name",
      ])
  }

  @Test func `the current control set is the one that Select names`() throws {
    var hive = HiveDescription()
    hive.set("Select", .dword("Current", 2))
    hive.set("ControlSet001\\Control", .dword("a", 1))
    hive.set("ControlSet002\\Control", .dword("a", 2))
    for path in ["CurrentControlSet\\Control", "ROOT\\CurrentControlSet\\Control"] {
      let yaml = PlainRule.batch([PlainRule(hive: "SYSTEM", path: path)])
      #expect(try extract(yaml, hive) == ["rule: ControlSet002\\Control: a"])
    }
    let yaml = """
      name: A
      sources:
      - {type: REGISTRY_KEY, attributes: {keys: ['%%current_control_set%%\\Control']}}
      - {type: REGISTRY_KEY, attributes: {keys: ['HKLM\\System\\CurrentControlSet\\Con*']}}
      """
    // One definition gives a value once.
    #expect(try extract(yaml, hive) == ["A: ControlSet002\\Control: a"])
  }

  @Test func `a rule that begins with the root's name begins at the root`() throws {
    var hive = HiveDescription(root: "CMI-CreateHive")
    hive.makeKey("Control Panel")
    hive.set("Software", .dword("a", 1))
    for path in ["cmi-createhive\\Software", "ROOT\\Software", "\\Software\\"] {
      let yaml = PlainRule.batch([PlainRule(hive: "NTUSER", path: path)])
      #expect(try extract(yaml, hive) == ["rule: Software: a"])
    }
    hive.set("Root\\Software", .dword("b", 1))
    let yaml = PlainRule.batch([PlainRule(hive: "NTUSER", path: "Root\\Software")])
    #expect(try extract(yaml, hive) == ["rule: Root\\Software: b"])
  }

  @Test func `conversions`() {
    func convert(_ name: String, _ bytes: [UInt8], _ type: ValueType = .binary) -> String? {
      switch DataConversion(name: name)?.convert(bytes, type: type) {
      case .time(let time): time.description
      case .text(let text): text
      case nil: nil
      }
    }
    let time: [UInt8] = [0x00, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01]
    #expect(convert("FILETIME", time) == "1970-01-01T00:00:00.0000000Z")
    #expect(convert("FILETIME", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
    #expect(convert("FILETIME", [1, 2, 3]) == nil)
    #expect(convert("EPOCH", [0, 0, 0, 0x50], .dword) == "2012-07-13T11:01:20.0000000Z")
    #expect(convert("IP", [192, 168, 1, 2, 9]) == "192.168.1.2")
    #expect(convert("IP", [192, 168, 1, 2], .dword) == nil)
    #expect(
      convert("SID", [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0, 7]) == "S-1-5-32-544")
    #expect(convert("SID", [1, 5, 0, 0, 0, 0, 0, 5]) == nil)
    #expect(
      convert("SYSTEMTIME", [0xDF, 7, 3, 0, 1, 0, 2, 0, 12, 0, 33, 0, 44, 0, 0x7B, 0])
        == "2015-03-02T12:33:44.1230000Z")
    #expect(convert("SYSTEMTIME", [UInt8](repeating: 0xFF, count: 16)) == nil)
    let ticks: [UInt8] = [0x00, 0x00, 0x93, 0xDA, 0xBF, 0x55, 0xCE, 0x08]
    #expect(convert("DateTimeTicks", ticks) == "2011-10-11T00:00:00.0000000Z")
    // 36526.5 days after 1899-12-30.
    #expect(
      convert("ole", [0x00, 0x00, 0x00, 0x00, 0xD0, 0xD5, 0xE1, 0x40])
        == "2000-01-01T12:00:00.0000000Z")
    #expect(convert("OLE", [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]) == nil)
    #expect(DataConversion(name: "nonsense") == nil)
  }
}
