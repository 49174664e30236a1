// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// Every line of NDJSON is taken by the programs that people read it with.
@Suite(.slow, .serialized) struct LineReaderTests {
  /// Dumps of the package's hives, and of real and hostile ones where they are at hand; and what the
  /// other commands write of the package's.
  private static let examples: [[String]] =
    [["dump", "--raw"] + Fixture.all.map { testHive($0.name) }]
    + (Corpus.folder.map { [["dump", "\($0)/hives"], ["dump", "\($0)/cases/hostile"]] } ?? [])
    + [
      ["dump", "--deleted", "--security"], ["find", "--deleted", "a"], ["timeline"], ["growth"],
      ["policy", "--all"], ["check"], ["info"],
    ].map { $0 + [testHive("")] }
    + (readsEventLogs ? [["events", testHive("volume")]] : [])

  /// Reads each line as strict UTF-8 and as JSON, and writes it again; prints how many there are.
  private static let script = """
    import json, sys
    def once(pairs):
        assert len(dict(pairs)) == len(pairs), pairs
        return dict(pairs)
    count = 0
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "strict")
        assert len(text.splitlines()) == 1
        record = json.loads(text, object_pairs_hook=once)
        assert type(record) is dict
        json.dumps(record, ensure_ascii=False, allow_nan=False).encode("utf-8", "strict")
        count += 1
    print(count)
    """

  @Test(
    .enabled(
      if: Peer.jq.isInstalled || Peer.python3.isInstalled || Peer.duckdb.isInstalled,
      "neither jq nor python3 nor duckdb is installed"), arguments: examples)
  func `jq, Python and DuckDB take every line`(arguments: [String]) async throws {
    let outcome = try await Tool.hive.run(arguments + ["--format", "ndjson"])
    #expect(outcome.code <= 1)
    let count = outcome.bytes.count { $0 == UInt8(ascii: "\n") }
    #expect(count > 0)
    if let path = Peer.jq.path {
      let read = try await runProgram(path, ["-c", "type"], input: outcome.bytes)
      #expect(read.errors == "")
      #expect(read.text == String(repeating: "\"object\"\n", count: count))
    }
    if let path = Peer.python3.path {
      let read = try await runProgram(path, ["-c", Self.script], input: outcome.bytes)
      #expect(read.errors == "")
      #expect(read.text == "\(count)\n")
    }
    if let path = Peer.duckdb.path {
      let folder = try TemporaryFolder()
      let file = try folder.write(outcome.bytes, as: "records.ndjson")
      let query = "select count(*) from read_ndjson('\(file)', maximum_object_size=104857600)"
      let read = try await runProgram(path, ["-csv", "-noheader", "-c", query])
      #expect(read.errors == "")
      #expect(read.text == "\(count)\n")
    }
  }
}
