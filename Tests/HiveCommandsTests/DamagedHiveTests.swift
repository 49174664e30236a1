// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// Damaged and outsized hives, through the programs as people run them.
@Suite struct DamagedHiveTests {
  /// Real damaged hives, with the keys and values that are there to be read.
  private static let damaged = [
    ("BadSubkeyHive", 6, 0), ("GarbageHive", 1, 0), ("SAMBadHBinHeader", 68, 73),
    ("TruncatedHive", 2, 0), ("TruncatedNameHive", 2, 0), ("corrupted_system_hive", 1_662, 5_546),
  ]

  @Test(
    .enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"), arguments: damaged)
  func `at least as much is dumped as can be read, with exit code 1`(
    name: String, keys: Int, values: Int
  ) async throws {
    let path = Corpus.path("damaged/\(name)")
    let outcome = try await Tool.hive.run("dump", "--format", "ndjson", "--raw", path)
    let dumped = try DumpedKey.keys(in: outcome)
    #expect(dumped.count >= keys)
    #expect(dumped.reduce(0) { $0 + $1.values.count } >= values)
    #expect(outcome.errors.contains(/\b\d+ findings?; the rest was read\n$/))
    #expect(outcome.code == 1)
    for command in ["growth", "check"] {
      #expect(try await Tool.hive.run(command, path).code == 1, "\(command)")
    }
  }

  private static func hive(_ describe: (inout HiveDescription) -> Void) -> [UInt8] {
    var description = HiveDescription()
    describe(&description)
    return description.build().bytes
  }

  private static let outsized: [(name: String, keys: Int, values: Int, bytes: [UInt8])] = [
    (
      "100,000 subkeys", 100_001, 0,
      hive { hive in
        for number in 0..<100_000 { hive.add("\(1_000_000 + number)", to: .root) }
      }
    ),
    (
      "150,000 values", 1, 150_000,
      hive { $0.root.values = (0..<150_000).map { .dword("\($0)", UInt32($0)) } }
    ),
    (
      "a value of 9 MB", 1, 1,
      hive { $0.root.values = [.binary("large", [UInt8](repeating: 0x5A, count: 9_000_000))] }
    ),
  ]

  @Test(.slow, arguments: outsized.indices)
  func `what is beyond libhivex is read whole, by every command`(index: Int) async throws {
    let hive = Self.outsized[index]
    let folder = try TemporaryFolder()
    let path = folder.path("hive")
    try Data(hive.bytes).write(to: URL(filePath: path))
    for format in ["text", "json", "reg", "xml", "csv", "bodyfile"] {
      let outcome = try await Tool.hive.run(
        "dump", "--format", format, "-o", folder.path("dump.\(format)"), path)
      #expect(outcome.code == 0, "\(format): \(outcome.errors)")
    }
    let outcome = try await Tool.hive.run("dump", "--format", "ndjson", "--raw", path)
    let dumped = try DumpedKey.keys(in: outcome)
    #expect(dumped.count == hive.keys)
    #expect(dumped.reduce(0) { $0 + $1.values.count } == hive.values)
    #expect(outcome.errors == "")
    #expect(outcome.code == 0)
    for command in ["growth", "check", "info"] {
      let outcome = try await Tool.hive.run(command, path)
      #expect(outcome.code == 0, "\(hive.name), \(command): \(outcome.text)")
    }
  }

  @Test(.slow) func `a tree 60,000 keys deep is dumped, and a path of it found`() async throws {
    let depth = 60_000
    let bytes = Self.hive { hive in
      var key = HiveDescription.KeyID.root
      for _ in 0..<depth { key = hive.add("k", to: key) }
    }
    let folder = try TemporaryFolder()
    let path = folder.path("hive")
    try Data(bytes).write(to: URL(filePath: path))
    for format in ["text", "ndjson"] {
      let outcome = try await Tool.hive.run(
        "dump", "--format", format, "-o", "/dev/null", path)
      // Windows allows 512 levels, and what is wrong is one finding.
      #expect(outcome.code == 1)
      #expect(outcome.errors.hasSuffix(": 1 finding; the rest was read\n"))
    }
    let deepest = Array(repeating: "k", count: 20_000).joined(separator: "\\")
    let outcome = try await Tool.hive.run(
      "dump", "--depth", "0", "--format", "ndjson", "--key", deepest, path)
    #expect(try DumpedKey.keys(in: outcome).map(\.path) == [deepest])
    #expect(outcome.code == 0)
    #expect(try await Tool.hive.run("growth", path).code == 1)
    let check = try await Tool.hive.run("check", path)
    #expect(check.errors == "")
  }
}
