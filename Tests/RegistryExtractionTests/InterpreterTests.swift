// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryExtraction
import RegistryHive
import Testing

/// Rules give what a plain interpreter of them gives.
@Suite struct InterpreterTests {
  private static let hives = [
    "NTUSER", "UsrClass", "SOFTWARE", "system", "Sam", "Security", "DEFAULT", "BCD", "Amcache",
    "Other",
  ]

  /// Every feature of paths and values, for each hive.
  private static let paths = hives.flatMap { hive in
    [
      PlainRule(hive: hive, path: "*", comment: "root alone"),
      PlainRule(hive: hive, path: "ROOT", value: "(default)"),
      PlainRule(hive: hive, path: "Software\\*", isRecursive: false),
      PlainRule(hive: hive, path: "\\soft*\\micro*t\\*\\"),
      PlainRule(hive: hive, path: "*\\*", value: "(Default)"),
      PlainRule(hive: hive, path: "*\\*\\*\\*", includesBinary: true),
      PlainRule(hive: hive, path: "Software\\Microsoft\\Windows\\CurrentVersion\\Run"),
      PlainRule(
        hive: hive, path: "Software\\Microsoft\\Windows\\CurrentVersion", isRecursive: true),
      PlainRule(hive: hive, path: "No such key", isRecursive: true),
      PlainRule(hive: hive, path: "*o*e*", isRecursive: false),
    ]
  }

  private static let values = hives.flatMap { hive in
    [
      PlainRule(hive: hive, path: "*", value: "Version", isRecursive: true),
      PlainRule(hive: hive, path: "ControlSet00*\\*", value: "start", isRecursive: true),
      PlainRule(hive: hive, path: "Control Panel\\*", isRecursive: true, includesBinary: true),
      PlainRule(hive: hive, path: "*\\Mouse", value: "MouseSpeed"),
      PlainRule(
        hive: hive, path: "*\\Desktop", value: "UserPreferencesMask", includesBinary: true,
        conversion: "FILETIME"),
      PlainRule(
        hive: hive, path: "Software\\*\\*\\*", isRecursive: true, includesBinary: true,
        conversion: "sid"),
      PlainRule(hive: hive, path: "Select", conversion: "EPOCH"),
      PlainRule(hive: hive, path: "CurrentControlSet\\Control\\*", conversion: "SYSTEMTIME"),
      PlainRule(hive: hive, path: "currentcontrolset\\Services\\*", value: "Start"),
      PlainRule(hive: hive, path: "ROOT\\Software\\*"),
      PlainRule(hive: hive, path: "\\root\\ControlSet001\\Control\\*\\"),
    ]
      + ["FILETIME", "IP", "EPOCH", "SID", "SYSTEMTIME", "DateTimeTicks", "OLE"].flatMap { name in
        ["*\\*", "*\\*\\*", "*\\*\\*\\*\\*"].map {
          PlainRule(hive: hive, path: $0, includesBinary: true, conversion: name)
        }
      }
  }

  /// The hives of the package and of the corpus.
  private static let files: [String] = {
    let package = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../TestHives").standardized.path
    let corpus = ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"].map { $0 + "/hives" }
    return [package, corpus].compactMap(\.self).flatMap { folder -> [String] in
      let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      return names.sorted().map { folder + "/" + $0 }.filter { (try? Hive(path: $0)) != nil }
    }
  }()

  private func expectSame(_ rules: [PlainRule], _ hive: Hive, _ plain: PlainInterpreter) throws {
    let compiled = try ExtractionRules(yaml: PlainRule.batch(rules))
    #expect(compiled.problems == [])
    #expect(compiled.rules.count == rules.count)
    var extraction = hive.extract(compiled)
    var found: [PlainRecord] = []
    while let record = extraction.next() {
      #expect(record.row == nil)
      found.append(
        PlainRecord(
          rule: record.ruleIndex, path: record.path.names.map(text).joined(separator: "\\"),
          name: record.value.map { text($0.name) }, bytes: record.bytes,
          converted: record.converted?.plain))
    }
    let expected = try plain.records(of: rules)
    // What cannot be read, or is there twice, the two may see differently, but nothing is missing.
    guard extraction.findingCount == 0, hive.findings.isEmpty else {
      let missing = Set(expected).subtracting(found)
      #expect(missing == [])
      return
    }
    #expect(found.sorted() == expected)
  }

  @Test(arguments: files)
  func `rules give what a plain interpreter gives`(file: String) throws {
    let hive = try Hive(path: file)
    let plain = PlainInterpreter(hive)
    let name = text(hive.root.name)
    let below = PlainRule(
      hive: hive.kind == .other ? "Other" : hive.kind.rawValue, path: "\(name)\\*")
    let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || "-_{}".contains($0) }
    try expectSame(Self.paths + (isPlain && !name.isEmpty ? [below] : []), hive, plain)
    try expectSame(Self.values, hive, plain)
  }

  @Test func `the rules find something`() throws {
    let hive = try Hive(bytes: Fixture.named("NTUSER.DAT").build().bytes)
    let plain = PlainInterpreter(hive)
    let paths = try plain.records(of: Self.paths)
    #expect(Set(paths.map(\.rule)).count >= 6)
    #expect(try plain.records(of: Self.values).count > 20)
  }

  @Test func `every conversion means something in a made hive`() throws {
    var description = HiveDescription()
    description.makeKey("Control Panel")
    description.makeKey("Software")
    description.set(
      "A\\B", .binary("time", [0, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 1]),
      .binary("net", [0, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 8]),
      .binary("sid", [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
      .binary("system", [0xE8, 7, 2, 0, 4, 0, 29, 0, 23, 0, 59, 0, 58, 0, 0xE7, 3]),
      .binary("ole", [0, 0, 0, 0, 0x80, 0x4D, 0xE6, 0x40]))
    let hive = try Hive(bytes: description.build().bytes)
    let plain = PlainInterpreter(hive)
    try expectSame(Self.values, hive, plain)
    let rules = ["FILETIME", "IP", "EPOCH", "SID", "SYSTEMTIME", "DateTimeTicks", "OLE"].map {
      PlainRule(hive: "NTUSER", path: "A\\B", includesBinary: true, conversion: $0)
    }
    let records = try plain.records(of: rules)
    for index in rules.indices {
      #expect(records.contains { $0.rule == index && $0.converted != nil })
    }
  }
}
