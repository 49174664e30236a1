// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Names of keys that make the paths of two keys look the same.
@Suite struct HostileNamesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func `a key without a name does not look like the one above it`() async throws {
    var description = HiveDescription()
    description.root.values = [.string("v", "root")]
    for name: NameDescription in ["", "‹empty›", "A"] {
      description.add(name, values: [.string("v", "text")])
    }
    let path = try folder.write(description.build().bytes, as: "hive")
    for format in ["text", "csv", "bodyfile", "ndjson", "xml"] {
      let outcome = try await Tool.hive.run("dump", "--format", format, path)
      #expect(outcome.code == 1, "\(format)")
      #expect(
        outcome.errors.contains("key ‹empty›: at offset 0x"), "\(format): \(outcome.errors)")
      guard format != "xml" else { continue }
      #expect(outcome.text.contains("‹empty›"), "\(format)")
      #expect(outcome.text.contains("‹U+2039›empty›"), "\(format)")
    }
    let keys = try DumpedKey.keys(in: try await Tool.hive.run("dump", "--format", "ndjson", path))
    #expect(Set(keys.map(\.path)) == ["", "‹empty›", "‹U+2039›empty›", "A"])
    for command in ["growth", "check", "info"] {
      #expect(try await Tool.hive.run(command, path).code == 1, "\(command)")
    }
  }

  @Test func `a name that begins like a shortened path does not look like one`() async throws {
    var description = HiveDescription()
    var deepest = HiveDescription.KeyID.root
    for level in 0..<540 { deepest = description.add(NameDescription("L\(level)"), to: deepest) }
    let plain = try folder.write(description.build().bytes, as: "plain")
    let paths = try DumpedKey.keys(in: try await Tool.hive.run("dump", "--format", "ndjson", plain))
      .map(\.path)
    let shortened = try #require(paths.last { $0.hasPrefix("…0x") })
    let names = shortened.split(separator: "\\").map(String.init)
    var parent = HiveDescription.KeyID.root
    for name in names { parent = description.add(NameDescription(name), to: parent) }
    let path = try folder.write(description.build().bytes, as: "hive")
    for (format, mark) in [
      ("text", "‹U+2026›0x"), ("ndjson", "‹U+2026›0x"), ("csv", "‹U+2026›0x"),
    ] {
      let outcome = try await Tool.hive.run("dump", "--format", format, path)
      #expect(outcome.text.contains(mark), "\(format)")
    }
    let shown = try DumpedKey.keys(in: try await Tool.hive.run("dump", "--format", "ndjson", path))
      .map(\.path)
    #expect(Set(shown).count == shown.count)
  }

  @Test func `a check shows paths as other commands do`() async throws {
    var description = HiveDescription()
    description.add("A\\B\0C")
    let path = try folder.write(description.build().bytes, as: "hive")
    let outcome = try await Tool.hive.run("check", path)
    #expect(outcome.text.contains("A‹U+005C›B␀C: at 0x"))
    #expect(!outcome.text.contains("‹U+2039›"))
    #expect(!outcome.text.contains("‹U+2400›"))
    let dump = try await Tool.hive.run("dump", path)
    #expect(dump.errors.contains("key A‹U+005C›B␀C: "))
  }

  @Test(arguments: [
    ("", "‹empty›"), ("‹empty›", "‹U+2039›empty›"), ("…", "‹U+2026›"), ("…0x1", "‹U+2026›0x1"),
    ("…\\", "‹U+2026›‹U+005C›"), ("a…", "a…"), ("A\\B", "A‹U+005C›B"),
  ])
  func `different names are different in paths`(name: String, shown: String) {
    let path = RegistryPath(names: [RegistryString(name), "x"])
    #expect(path.description == "\(shown)\\x")
  }
}
