// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// Real hives, against the figures of another reader.
@Suite(.enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"))
struct CorpusTests {
  /// What makes the command read the file alone, whatever logs are beside it.
  private static let withoutLogs = ["--logs", "none"]

  @Test(arguments: Corpus.names)
  func `a dump has all keys and values of the file`(name: String) async throws {
    let expected = try #require(try Corpus.expectations()[name])
    let outcome = try await Tool.hive.run(
      ["dump", "--format", "ndjson", "--raw"] + Self.withoutLogs + [Corpus.path(name)])
    let keys = try DumpedKey.keys(in: outcome)
    #expect(keys.count == expected.keys)
    #expect(keys.reduce(0) { $0 + $1.values.count } == expected.values)
  }

  @Test(arguments: Corpus.names)
  func `a dump has what the logs beside the hive add`(name: String) async throws {
    let expected = try #require(try Corpus.expectations()[name])
    let outcome = try await Tool.hive.run(
      "dump", "--format", "ndjson", "--raw", Corpus.path(name))
    let keys = try DumpedKey.keys(in: outcome)
    #expect(keys.count == expected.afterReplay?.keys ?? expected.keys)
    #expect(
      keys.reduce(0) { $0 + $1.values.count } == expected.afterReplay?.values ?? expected.values)
  }

  @Test func `a key that is listed twice is dumped once, and told`() async throws {
    let outcome = try await Tool.hive.run(
      "dump", "--format", "ndjson", Corpus.path(Corpus.listingOneKeyTwice))
    #expect(outcome.text.split(separator: "\n").count == 6)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains(": 1 finding; the rest was read\n"))
  }

  @Test(arguments: Corpus.names)
  func `XML is well-formed and has all keys and values`(name: String) async throws {
    let expected = try #require(try Corpus.expectations()[name])
    let outcome = try await Tool.hive.run(
      ["dump", "--format", "xml"] + Self.withoutLogs + [Corpus.path(name)])
    let census = try #require(XMLCensus.of(outcome.bytes))
    #expect(census.keys == expected.keys)
    #expect(census.values == expected.values)
  }
}
