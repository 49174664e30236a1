// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// What the programs of libhivex make of the same hives.
@Suite struct PeerTests {
  private static let undamaged = Fixture.all.map(\.name).filter { !$0.hasPrefix("damaged/") }

  /// Fixtures and, where there are any, real hives that are neither dirty nor damaged.
  private static let hives =
    undamaged.map(testHive)
    + Corpus.names.filter { name in
      !name.hasPrefix("damaged/")
        && (try? Corpus.expectations()[name]).map { !$0.dirty && $0.checksumValid } ?? false
    }.map(Corpus.path)

  // MARK: - XML

  @Test(arguments: Fixture.all.map(\.name))
  func `XML of any hive is well-formed`(name: String) async throws {
    let outcome = try await Tool.hive.run("dump", "--format", "xml", "--raw", testHive(name))
    let census = try #require(XMLCensus.of(outcome.bytes))
    let keys = try await Tool.hive.run("dump", "--format", "ndjson", testHive(name))
    #expect(census.keys == keys.bytes.count { $0 == UInt8(ascii: "\n") })
    #expect(census.counts["hive"] == 1)
  }

  @Test(.enabled(if: Peer.hivexml.isInstalled, "hivexml is not installed"), arguments: hives)
  func `XML has the nodes and values that hivexml finds`(path: String) async throws {
    let outcome = try await Tool.hive.run("dump", "--format", "xml", path)
    let census = try #require(XMLCensus.of(outcome.bytes))
    let theirs = try await runProgram(try #require(Peer.hivexml.path), [path])
    // Some names and texts are beyond it: it stops, or writes what is not XML.
    guard theirs.code == 0, let expected = XMLCensus.of(theirs.bytes) else {
      #expect(census.keys > 0)
      return
    }
    #expect(census.keys == expected.keys)
    #expect(census.values == expected.values)
    #expect(census.greatestDepth == expected.greatestDepth)
  }

  @Test(.enabled(if: Peer.hivexml.isInstalled, "hivexml is not installed"))
  func `XML says the same as hivexml where both can say it`() async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    hive.set(
      "Ünïcode & <tags>", .string("", "one \"two\" & <three>\ttab\r\nline"),
      .expandString("expand", "%SystemRoot%"), .link("link", "\\Registry\\Machine"),
      .dword("dword", .max), .qword("qword", 0x1122_3344_5566_7788), .binary("binary", [1, 2, 3]),
      .none("none", [4]), .dwordBigEndian("swapped", 5),
      ValueDescription("unknown", type: 0x1234, data: [6, 7]),
      .binary("big", [UInt8](repeating: 8, count: 40)),
      ValueDescription("lone", type: 1, data: [0x61, 0, 0x3D, 0xD8, 0, 0]))
    hive.makeKey("Ünïcode & <tags>\\below\\further")
    hive.makeKey("next")
    let path = try folder.write(hive)
    let ours = try await Tool.hive.run("dump", "--format", "xml", path).text
    let theirs = try await runProgram(try #require(Peer.hivexml.path), [path]).text
    // Ours has line ends between elements, full times, and the numbers of types.
    #expect(
      ours.replacing("\n", with: "").replacing(".0000000Z", with: "Z")
        .replacing(" type-code=\"4660\"", with: "").replacing(" type-code=\"5\"", with: "")
        == theirs.replacing("\n", with: ""))
  }

  // MARK: - Registry files

  // JSON of names that are not valid UTF-16 is beyond Foundation.
  @Test(
    .slow,
    .enabled(if: Peer.hivexregedit.isInstalled, "hivexregedit is not installed"),
    arguments: hives.filter { !$0.hasSuffix("/lone-surrogates") })
  func `a registry file merges into the same hive`(path: String) async throws {
    let folder = try TemporaryFolder()
    let copy = try folder.write(HiveDescription(), as: "empty")
    let dump = try await Tool.hive.run("dump", "--format", "reg", "--prefix", "HKEY_TEST", path)
    // hivexregedit reads the encoding of the system, and text beyond ASCII only when Perl is told.
    let text = try #require(String(data: Data(dump.bytes), encoding: .utf16))
    let merge = try await runProgram(
      try #require(Peer.hivexregedit.path), ["--merge", "--prefix", "HKEY_TEST", copy],
      input: Array(text.utf8), settings: ["PERL_UNICODE": "SD"])
    #expect(merge.code == 0, "\(merge.errors)")
    let original = try await keys(of: path)
    let merged = try await keys(of: copy)
    guard dump.code == 0 else {
      // What cannot be written was said so, and is missing; the rest is there.
      #expect(merged.allSatisfy { $0.1.subtracting(original[$0.0] ?? []) == [] })
      #expect(dump.errors.contains(" left out; the rest was written\n"))
      return
    }
    #expect(merged == original)
  }

  /// The keys of a hive by their paths, each with its values.
  private func keys(of path: String) async throws -> [String: Set<DumpedKey.Value>] {
    let outcome = try await Tool.hive.run("dump", "--format", "ndjson", "--raw", path)
    let keys = try DumpedKey.keys(in: outcome)
    return Dictionary(keys.map { ($0.path, Set($0.values)) }) { $0.union($1) }
  }
}
