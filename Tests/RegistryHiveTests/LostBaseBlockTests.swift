// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

/// Hives whose beginning was overwritten.
@Suite struct LostBaseBlockTests {
  /// A hive of several bins.
  private let built = BigHive.describe(keys: 600, values: 2).build()

  private func overwritten(_ count: Int, with byte: (Int) -> UInt8 = { _ in 0 }) -> [UInt8] {
    var bytes = built.bytes
    for index in 0..<count { bytes[index] = byte(index) }
    return bytes
  }

  @Test func `all keys are read from the bins`() throws {
    let whole = try Hive(bytes: built.bytes)
    var generator = SplitMix(state: 1)
    let noise = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for bytes in [
      overwritten(4096), overwritten(4, with: { [0x67, 0x6F, 0x6E, 0x65][$0] }),
      overwritten(4096, with: { noise[$0] }),
    ] {
      let hive = try Hive(bytes: bytes)
      #expect(hive.tree == whole.tree)
      #expect(hive.hasSyntheticHeader)
      #expect(hive.findings.map(\.id) == ["no-base-block"])
      #expect(hive.root.offset == whole.root.offset)
      #expect(hive.header.binsSize == whole.header.binsSize)
      #expect(hive.state.dirtyReasons.map(\.id) == ["no-base-block"])
    }
    #expect(
      try Hive(bytes: overwritten(4, with: { [0x67, 0x6F, 0x6E, 0x65][$0] })).findings
        == [
          Finding(
            id: "no-base-block", offset: 0, expected: "the base block of a hive",
            found: "\"gone\"; keys are read from the bins after it")
        ])
  }

  @Test func `what the first bin held is lost with it, and nothing else`() throws {
    let whole = try Hive(bytes: built.bytes)
    let lost = built.bins[1]
    let hive = try Hive(bytes: overwritten(lost))
    let kept = built.keys.count { $0.node >= lost }
    #expect(kept > 400)
    // One more: the root that was made up.
    #expect(hive.paths.count == kept + 1)
    #expect(hive.root.name == "(root lost)")
    #expect(hive.findings.map(\.id).prefix(2) == ["no-base-block", "root-cell"])
    #expect(whole.paths.count > kept)
  }

  @Test func `bins that are no bins make no hive`() throws {
    // The signature alone, in a file of another kind.
    var other = [UInt8](repeating: 0x20, count: 40_000)
    other.replaceSubrange(4096..<4100, with: "hbin".utf8)
    let error = try #require(throws: HiveError.self) { try Hive(bytes: other) }
    #expect(error.code == .notAHive)
    #expect(error.reason == "is not a hive: it begins with \"    \" instead of \"regf\"")
    // A bin without a key.
    var empty = [UInt8](repeating: 0, count: 8192)
    empty.replaceSubrange(4096..<4100, with: "hbin".utf8)
    empty[4096 + 9] = 0x10
    empty.replaceSubrange(4128..<4132, with: [0xE0, 0x0F, 0, 0])
    let keyless = try #require(throws: HiveError.self) { try Hive(bytes: empty) }
    #expect(keyless.code == .notAHive)
    #expect(
      keyless.reason == "is not a hive: it has no base block, and no key after it can be read")
  }

  @Test(
    .enabled(if: Corpus.folder != nil, "REGISTRY_HIVE_CORPUS names no folder"))
  func `a user's hive that was overwritten is read`() throws {
    let folder = "\(Corpus.folder ?? "")/cases/hostile/"
    let bytes = try Data(contentsOf: URL(filePath: folder + "lost-base-block"))
    let hive = try Hive(bytes: [UInt8](bytes))
    #expect(hive.paths.count >= 190)
    #expect(hive.findings.map(\.id).first == "no-base-block")
  }
}
