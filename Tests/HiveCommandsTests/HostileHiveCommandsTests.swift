// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// Hives that are made to stop a reader, to flood its output, or to hide keys from it.
@Suite(.slow) struct HostileHiveCommandsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  static let commands: [[String]] =
    ["text", "reg", "xml", "csv", "bodyfile"].map { ["dump", "--format", $0] } + [
      ["dump", "--format", "ndjson", "--raw"], ["dump", "--deleted", "--format", "ndjson"],
      ["growth"], ["growth", "--format", "json"],
      ["check", "--format", "json"],
    ]

  /// Runs all commands on a hive.
  ///
  /// - Returns: The paths and values of its NDJSON dump, as `path|name`, and of keys as `path`.
  @discardableResult
  private func run(
    _ bytes: [UInt8], finding id: String, source: SourceLocation = #_sourceLocation
  ) async throws -> Set<String> {
    let path = try folder.write(bytes, as: "hive")
    var shown: Set<String> = []
    for command in Self.commands {
      let outcome = try await Tool.hive.run(command + [path])
      let size = outcome.bytes.count + outcome.errors.utf8.count
      #expect(outcome.code == 1, "\(command)", sourceLocation: source)
      #expect(size <= 150 * bytes.count, "\(command)", sourceLocation: source)
      guard command.contains("--raw") else { continue }
      #expect(outcome.text.contains("\"id\":\"\(id)\""), sourceLocation: source)
      for key in try DumpedKey.keys(in: outcome) {
        #expect(shown.insert(key.path).inserted, sourceLocation: source)
        for value in key.values { shown.insert("\(key.path)|\(value.name)") }
      }
    }
    return shown
  }
}

// MARK: - Much from little

extension HostileHiveCommandsTests {
  /// A field in which every 8 bytes begin the same, and room for what they claim.
  private static func field(_ start: [UInt8], count: Int, room: Int) -> [UInt8] {
    [0, 0, 0, 0] + [[UInt8]](repeating: start, count: count).joined()
      + Array(repeating: 0, count: room)
  }

  @Test func `lists of subkeys that overlap`() async throws {
    let leaves = 200
    let leaf = numberBytes(Int32(-4 * 16_000 - 8)) + Array("li".utf8) + numberBytes(UInt16(16_000))
    var description = HiveDescription()
    let root = Array("ri".utf8) + numberBytes(UInt16(leaves))
    description.extraCells = [
      .unreferenced(Self.field(leaf, count: leaves, room: 4 * 16_000 + 8)),
      .unreferenced(root + Array(repeating: 0, count: 4 * leaves)),
    ]
    description.add("key")
    var hive = description.build()
    for index in 0..<leaves {
      hive.put(
        hive.relative(hive.extraCells[0] + 8 + 8 * index), at: hive.extraCells[1] + 8 + 4 * index)
    }
    hive.set(.subkeyList, of: "key", to: hive.relative(hive.extraCells[1]))
    hive.set(.subkeyCount, of: "key", to: UInt32(1))
    try await run(hive.bytes, finding: "cell-overlap")
  }

  @Test func `lists of values that overlap`() async throws {
    let keys = 100
    let elements = 10_000
    let list = numberBytes(Int32(-4 * elements - 8)) + [0, 0, 0, 0]
    var description = HiveDescription()
    for number in 0..<keys { description.add("key \(number)") }
    description.extraCells = [
      .unreferenced(Self.field(list, count: keys, room: 4 * elements + 8))
    ]
    description["decoy"].values = [.dword("value", 1)]
    var hive = description.build()
    let value = hive.relative(hive.value("decoy", "value").record)
    for index in 0..<elements { hive.put(value, at: hive.extraCells[0] + 8 + 8 * keys + 4 * index) }
    for number in 0..<keys {
      let place = hive.relative(hive.extraCells[0] + 8 + 8 * number)
      hive.set(.valueList, of: "key \(number)", to: place)
      hive.set(.valueCount, of: "key \(number)", to: UInt32(elements))
    }
    let shown = try await run(hive.bytes, finding: "value-reused")
    #expect(shown.contains("decoy|value"))
    #expect(shown.filter { !$0.contains("|") }.count == keys + 2)
  }

  @Test func `data that many values share`() async throws {
    let count = 3_000
    var description = HiveDescription()
    description.root.values = [.binary("0", Fixture.pattern(16_000, seed: 1))]
    for number in 1..<count {
      description.root.values.append(
        .binary("\(number)", [], storage: .raw(size: 16_000, offset: 0)))
    }
    var hive = description.build()
    let cell = hive.relative(hive.value("", "0").data ?? 0)
    for value in hive.key("").values.dropFirst() { hive.put(cell, at: value.record + 4 + 8) }
    let shown = try await run(hive.bytes, finding: "repeated-bytes")
    #expect(shown.count == 1 + count)
  }

  @Test(arguments: [false, true])
  func `a tree that is deep, with long names`(isDeleted: Bool) async throws {
    var description = HiveDescription()
    var parent = HiveDescription.KeyID.root
    for _ in 0..<1_200 {
      parent = description.add(NameDescription(String(repeating: "N", count: 100)), to: parent)
    }
    var hive = description.build()
    let first = hive.keys[1].node
    if isDeleted {
      hive.set(.subkeyCount, of: "", to: UInt32(0))
      for key in hive.keys.dropFirst() { hive.flipAllocation(of: key.node) }
      let outcome = try await Tool.hive.run(
        "dump", "--deleted", "--format", "ndjson", try folder.write(hive.bytes, as: "hive"))
      #expect(outcome.text.split(separator: "\n").count == 1_201)
      #expect(outcome.bytes.count <= 150 * hive.bytes.count)
    } else {
      let shown = try await run(hive.bytes, finding: "key-depth")
      #expect(shown.count == 1_201)
      #expect(shown.contains { $0.hasPrefix("…0x") })
      #expect(first > 0)
    }
  }

  @Test(arguments: [false, true])
  func `many values of a key with a long path`(isDeleted: Bool) async throws {
    var description = HiveDescription()
    var parent = HiveDescription.KeyID.root
    // A quotation mark takes two bytes in a CSV file.
    let names = Array(repeating: String(repeating: "\"", count: 255), count: 60)
    for name in names { parent = description.add(NameDescription(name), to: parent) }
    description.add("key", to: parent, values: (0..<4_000).map { .binary("\($0)", []) })
    var hive = description.build()
    if isDeleted, let key = hive.keys.last {
      hive.set(.subkeyCount, of: names.joined(separator: "\\"), to: UInt32(0))
      hive.flipAllocation(of: key.node)
    }
    let path = try folder.write(hive.bytes, as: "hive")
    let outcome = try await Tool.hive.run("dump", "--deleted", "--format", "csv", path)
    #expect(outcome.bytes.count <= 150 * hive.bytes.count)
    let rows = outcome.text.split(separator: "\r\n")
    // The names of columns, the root and the keys above, then a row for each value.
    #expect(rows.count == 2 + names.count + 4_000)
    #expect(rows.last?.hasPrefix("\"…\\key\",") == true)
  }

  @Test func `names that overlap`() async throws {
    // Key nodes 88 bytes apart, in one cell, each with a name of 65,000 bytes.
    let count = 200
    let node =
      numberBytes(Int32(-66_000)) + Array("nk".utf8) + numberBytes(UInt16(0x20))
      + Array(repeating: 0, count: 8 + 4) + numberBytes(UInt32(0x20))
      + Array(repeating: 0, count: 28) + Array(repeating: 0xFF, count: 8)
      + Array(repeating: 0, count: 16) + numberBytes(UInt16(65_000)) + [0, 0]
      + Array("12345678".utf8)
    var description = HiveDescription()
    let list = Array("li".utf8) + numberBytes(UInt16(count))
    description.extraCells = [
      .unreferenced(
        [0, 0, 0, 0] + [[UInt8]](repeating: node, count: count).joined()
          + Array(repeating: 0x41, count: 66_000)),
      .unreferenced(list + Array(repeating: 0, count: 4 * count)),
    ]
    description.add("key")
    var hive = description.build()
    for index in 0..<count {
      hive.put(
        hive.relative(hive.extraCells[0] + 8 + node.count * index),
        at: hive.extraCells[1] + 8 + 4 * index)
    }
    hive.set(.subkeyList, of: "key", to: hive.relative(hive.extraCells[1]))
    hive.set(.subkeyCount, of: "key", to: UInt32(count))
    let path = try folder.write(hive.bytes, as: "hive")
    for command in Self.commands {
      let outcome = try await Tool.hive.run(command + [path])
      #expect(outcome.code == 1, "\(command)")
      #expect(outcome.bytes.count <= 150 * hive.bytes.count, "\(command)")
    }
  }
}

// MARK: - Facts

extension HostileHiveCommandsTests {
  /// Lets all keys below one have the list of values of the first.
  private static func shareValues(of names: [String], below path: String, in hive: inout BuiltHive)
  {
    let first = hive.key("\(path)\\\(names[0])")
    for name in names.dropFirst() {
      hive.set(.valueList, of: "\(path)\\\(name)", to: hive.relative(first.valueList ?? 0))
      hive.set(.valueCount, of: "\(path)\\\(name)", to: UInt32(first.values.count))
    }
  }

  @Test func `profiles that share a long path`() async throws {
    var description = HiveDescription()
    let list = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
    let names = (0..<500).map { "S-1-5-21-1-2-3-\(1_000 + $0)" }
    for name in names { description.makeKey("\(list)\\\(name)") }
    description["\(list)\\\(names[0])"].values = [
      .expandString("ProfileImagePath", "C:\\Users\\" + String(repeating: "x", count: 30_000)),
      .dword("RefCount", 1), .dword("State", 0x100),
    ]
    var hive = description.build()
    Self.shareValues(of: names, below: list, in: &hive)
    try folder.write(hive.bytes, as: "volume/Windows/System32/config/SOFTWARE")
    for command in [["check"], ["check", "--format", "json"], ["timeline"], ["info"], ["events"]] {
      let outcome = try await Tool.hive.run(command + [folder.path("volume")])
      #expect([0, 1, 65].contains(outcome.code), "\(command)")
      #expect(outcome.bytes.count <= 150 * hive.bytes.count, "\(command)")
    }
  }

  @Test func `services that share a long path`() async throws {
    var description = HiveDescription()
    description.set("Select", .dword("Current", 1))
    let services = "ControlSet001\\Services"
    let names = (0..<1_000).map { "svc\($0)" }
    for name in names { description.makeKey("\(services)\\\(name)") }
    description["\(services)\\svc0"].values = [
      .dword("Type", 0x10), .dword("Start", 2), .string("ObjectName", ".\\joe"),
      .string("ImagePath", "C:\\" + String(repeating: "x", count: 100_000)),
    ]
    var hive = description.build()
    Self.shareValues(of: names, below: services, in: &hive)
    let path = try folder.write(hive.bytes, as: "SYSTEM")
    let rules = try folder.write(
      Array(
        """
        Description: Test
        Keys:
            -
                Description: Services
                HiveType: SYSTEM
                Category: One
                KeyPath: ControlSet00*\\Services
                Recursive: true

        """.utf8), as: "rules.reb")
    for command in [
      ["check"], ["check", "--format", "json"], ["extract", "--format", "csv", rules],
    ] {
      let outcome = try await Tool.hive.run(command + [path])
      #expect([0, 1].contains(outcome.code), "\(command)")
      #expect(outcome.bytes.count <= 150 * hive.bytes.count, "\(command)")
    }
  }

  @Test func `text shows the beginning of a path that is too long to read`() async throws {
    var description = HiveDescription()
    let list = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
    for number in 0..<20 {
      description.set(
        "\(list)\\S-1-5-21-1-2-3-\(1_000 + number)",
        .expandString(
          "ProfileImagePath", "C:\\Users\\" + String(repeating: "\u{202E}", count: 5_000)),
        .dword("State", 0x100))
    }
    let hive = description.build()
    try folder.write(hive.bytes, as: "volume/Windows/System32/config/SOFTWARE")
    let outcome = try await Tool.hive.run("check", folder.path("volume"))
    #expect(outcome.bytes.count <= 2 * hive.bytes.count)
    #expect(outcome.text.contains("characters)"))
    #expect(!outcome.text.contains("\u{202E}"))
  }
}

// MARK: - Decoys

extension HostileHiveCommandsTests {
  private static func decoyHive() -> HiveDescription {
    var description = HiveDescription()
    description["AAA"].values = [.string("decoy", "not much")]
    description["Run"].values = [.string("Malware", "C:\\evil.exe"), .string("Second", "another")]
    description["Run\\One"].values = [.string("ImagePath", "evil")]
    description["Run\\Two"].className = Array("Shell".utf16)
    description["AAA\\Zero"].values = []
    return description
  }

  private static let honest: Set<String> = [
    "", "AAA", "Run", "Run|Malware", "Run|Second", "Run\\One", "Run\\One|ImagePath", "Run\\Two",
  ]

  @Test(arguments: [-4, -1, 1, 4, 0], [NodeField.valueList, .subkeyList, .className])
  func `a reference beside another key's list takes nothing from it`(
    shift: Int, field: NodeField
  ) async throws {
    var hive = Self.decoyHive().build()
    let target =
      switch field {
      case .valueList: hive.key("Run").valueList ?? 0
      case .subkeyList: hive.key("Run").subkeyLists[0]
      default: hive.key("Run\\Two").className ?? 0
      }
    hive.set(field, of: "AAA", to: UInt32(truncatingIfNeeded: target - 4096 + shift))
    if field == .valueList { hive.set(.valueCount, of: "AAA", to: UInt32(2)) }
    if field == .className { hive.set(.classNameLength, of: "AAA", to: UInt16(10)) }
    if field == .subkeyList { hive.set(.subkeyCount, of: "AAA", to: UInt32(2)) }
    let id =
      shift != 0
      ? "cell-misaligned"
      : field == .valueList
        ? "list-reused" : field == .subkeyList ? "key-reused" : "class-name-reused"
    let shown = try await run(hive.bytes, finding: id)
    #expect(shown.isSuperset(of: Self.honest))
    #expect(shown.subtracting(Self.honest).allSatisfy { $0.hasPrefix("AAA") })
  }

  @Test func `a decoy that lists another key's lists of lists takes nothing from it`() async throws
  {
    var description = HiveDescription()
    description.makeKey("AAA\\none")
    for number in 0..<6 { description.makeKey("Run\\key \(number)") }
    description["Run"].list = .index(.lh, leafSize: 2)
    var hive = description.build()
    hive.set(.subkeyList, of: "AAA", to: hive.relative(hive.key("Run").subkeyLists[0]))
    hive.set(.subkeyCount, of: "AAA", to: UInt32(6))
    let shown = try await run(hive.bytes, finding: "key-reused")
    #expect(shown == Set(["", "AAA", "Run"] + (0..<6).map { "Run\\key \($0)" }))
  }

  @Test func `broken references before a decoy do not hide what is behind it`() async throws {
    var description = Self.decoyHive()
    description["AAA"].values += (0..<300).map { .dword("\($0)", 1) }
    var hive = description.build()
    for index in 1...300 { hive.redirectValue(of: "AAA", at: index) }
    hive.setDataSize(of: "Run", "Second", to: 4_000)
    let shown = try await run(hive.bytes, finding: "cell-out-of-bounds")
    #expect(shown.isSuperset(of: Self.honest))
    let outcome = try await Tool.hive.run("dump", folder.path("hive"))
    #expect(outcome.errors.contains("key Run: "))
    let path = folder.path("hive")
    #expect(outcome.errors.contains("and 290 more; 'hive check \(path)' lists all\n"))
  }

  @Test func `a backslash in a name is not one between names`() async throws {
    var description = HiveDescription()
    description.makeKey("A\\B")
    description.add("A\\B")
    description.add("A‹U+005C›B")
    let shown = try await run(description.build().bytes, finding: "key-name-backslash")
    #expect(shown == ["", "A", "A\\B", "A‹U+005C›B", "A‹U+2039›U+005C›B"])
    for format in ["text", "csv", "bodyfile"] {
      let outcome = try await Tool.hive.run("dump", "--format", format, folder.path("hive"))
      #expect(outcome.text.contains("A\\B"))
      #expect(outcome.text.contains("A‹U+005C›B"))
      #expect(outcome.text.contains("A‹U+2039›U+005C›B"))
    }
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.isMissing)))
  func `hostile hives of the cases`() async throws {
    let folder = URL(filePath: "\(Corpus.folder ?? "")/cases/hostile")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name != "README.md" {
      let path = folder.appending(path: name).path
      let size = try #require(
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      for command in Self.commands {
        let outcome = try await Tool.hive.run(command + [path])
        #expect(outcome.code == 1, "\(name): \(command)")
        #expect(outcome.bytes.count <= 150 * size, "\(name): \(command)")
      }
    }
  }
}
