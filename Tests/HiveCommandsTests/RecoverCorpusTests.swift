// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// Dirty hives of real machines, against what Windows and other readers made of them.
@Suite(.enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"))
struct RecoverCorpusTests {
  private let outputs: TemporaryFolder

  init() throws {
    outputs = try TemporaryFolder()
  }

  /// Recovers a hive, and makes sure that its folder stays as it was.
  private func recover(_ name: String) async throws -> String {
    let path = Corpus.path(name)
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let before = try Evidence(folder)
    let output = outputs.path("recovered")
    let outcome = try await Tool.hive.run("recover", path, "-o", output)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try Evidence(folder) == before)
    return output
  }

  private func dump(_ path: String) async throws -> Outcome {
    try await Tool.hive.run("dump", "--format", "ndjson", "--raw", path)
  }

  @Test(
    arguments: [
      ("NewDirtyHive1/NewDirtyHive", "NewDirtyHive1/RecoveredHive_Windows10"),
      ("OldDirtyHive/OldDirtyHive", "OldDirtyHive/RecoveredHive_Windows7"),
    ])
  func `the new file has the tree that Windows recovered`(
    name: String, recovered: String
  ) async throws {
    let ours = try await dump(recover(name))
    let theirs = try await dump(Corpus.path(recovered))
    #expect(ours.errors == "")
    #expect(ours.bytes == theirs.bytes)
  }

  private static let recoverable = [
    "NewDirtyHive1/NewDirtyHive", "OldDirtyHive/OldDirtyHive", "BadBaseBlockHive/BadBaseBlockHive",
    "dirty-ntuser/NTUSER.DAT", "dirty-usrclass/UsrClass.dat",
  ]

  @Test(arguments: recoverable)
  func `the new file is clean and has all keys and values`(name: String) async throws {
    let output = try await recover(name)
    let dumped = try await dump(output)
    #expect(dumped.errors == "")
    let keys = try DumpedKey.keys(in: dumped)
    if let counts = try Corpus.expectations()[name]?.afterReplay {
      #expect(keys.count == counts.keys)
      #expect(keys.reduce(0) { $0 + $1.values.count } == counts.values)
    }
    let info = try await Tool.hive.run("info", output)
    #expect(info.text.hasPrefix("\(output): The hive is clean.\n"))
    #expect(info.code == 0)
  }

  @Test(.enabled(if: Peer.hivexml.isInstalled, "hivexml is not installed"), arguments: recoverable)
  func `hivexml reads the same tree in the new file`(name: String) async throws {
    let output = try await recover(name)
    let theirs = try await runProgram(try #require(Peer.hivexml.path), [output])
    let expected = try #require(XMLCensus.of(theirs.bytes))
    let ours = try await Tool.hive.run("dump", "--format", "xml", Corpus.path(name))
    let census = try #require(XMLCensus.of(ours.bytes))
    #expect(theirs.code == 0)
    #expect(census.keys == expected.keys)
    #expect(census.values == expected.values)
    #expect(census.greatestDepth == expected.greatestDepth)
  }

  @Test(arguments: ["dirty-ntuser/NTUSER.DAT", "dirty-usrclass/UsrClass.dat"])
  func `the changes lead from one tree to the other`(name: String) async throws {
    struct Info: Decodable {
      var changes: [String: Int]
    }
    let expected = try #require(try Corpus.expectations()[name])
    let outcome = try await Tool.hive.run("info", "--format", "json", Corpus.path(name))
    let changes = try JSONDecoder().decode(Info.self, from: Data(outcome.bytes)).changes
    func growth(_ added: String, _ removed: String) -> Int? {
      changes[added].flatMap { added in changes[removed].map { added - $0 } }
    }
    let after = try #require(expected.afterReplay)
    #expect(growth("keysAdded", "keysRemoved") == after.keys - (expected.keys ?? 0))
    #expect(growth("valuesAdded", "valuesRemoved") == after.values - (expected.values ?? 0))
    let list = try await Tool.hive.run(
      "recover", "--list", "--format", "ndjson", Corpus.path(name))
    #expect(list.code == 0)
    #expect(
      list.bytes.count { $0 == UInt8(ascii: "\n") } == changes.values.reduce(0, +))
  }

  @Test func `a damaged log is refused, and nothing is written`() async throws {
    let output = outputs.path("recovered")
    let outcome = try await Tool.hive.run(
      "recover", Corpus.path("BadLogHive1/BadLogHive"), "-o", output)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("not recoverable: no transaction log can be used ("))
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}
