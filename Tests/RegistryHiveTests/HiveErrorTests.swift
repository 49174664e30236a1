// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

/// What stands in the way of opening a hive, each with its own sentence.
@Suite struct HiveErrorTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func expect(
    _ code: HiveError.Code, _ reason: String, at offset: Int? = nil, opening path: String,
    logs: TransactionLogSource = .automatic, source: SourceLocation = #_sourceLocation
  ) throws {
    let error = try #require(
      throws: HiveError.self, sourceLocation: source
    ) { try Hive(path: path, logs: logs) }
    #expect(error.code == code, sourceLocation: source)
    #expect(error.path == path, sourceLocation: source)
    #expect(error.offset == offset, sourceLocation: source)
    #expect(error.reason == reason, sourceLocation: source)
    #expect(error.description == "\(path): \(reason)", sourceLocation: source)
  }

  @Test func `a missing file`() throws {
    try expect(.noSuchFile, "no such file", opening: folder.path("missing"))
    try expect(.noSuchFile, "no such file", opening: "")
    let file = try folder.write([1], to: "file")
    try expect(.noSuchFile, "no such file", opening: file + "/below")
  }

  @Test func `a directory`() throws {
    try expect(.isDirectory, "is a directory, not a hive", opening: folder.path)
  }

  @Test func `a pipe`() throws {
    let path = folder.path("pipe")
    try #require(unsafe mkfifo(path, 0o600) == 0)
    try expect(.notAFile, "is not a regular file", opening: path)
    try expect(.notAFile, "is not a regular file", opening: "/dev/null")
  }

  @Test func `a link to itself`() throws {
    try folder.link("link", to: folder.path("link"))
    try expect(
      .inputOutput, "cannot be read: Too many levels of symbolic links",
      opening: folder.path("link"))
  }

  @Test(.disabled(if: geteuid() == 0, "the superuser may read every file"))
  func `a file that may not be read`() throws {
    let path = try folder.write(HiveDescription().build().bytes, to: "secret")
    try #require(unsafe chmod(path, 0) == 0)
    try expect(.permissionDenied, "permission denied", opening: path)
  }

  @Test func `an empty file`() throws {
    try expect(
      .empty, "is empty (0 bytes), not a hive", opening: try folder.write([], to: "empty"))
    let error = try #require(throws: HiveError.self) { try Hive(bytes: []) }
    #expect(error.code == .empty)
    #expect(error.path == nil)
    #expect(error.description == "is empty (0 bytes), not a hive")
  }

  @Test(arguments: [
    (1, "a file of 1 byte"), (3, "a file of 3 bytes"), (511, "a file of 511 bytes"),
  ])
  func `a file too short to be a hive`(count: Int, found: String) throws {
    let bytes = Array(HiveDescription().build().bytes.prefix(count))
    try expect(
      .notAHive, "is too short to be a hive: \(found)", at: 0,
      opening: try folder.write(bytes, to: "short"))
  }

  @Test(arguments: [
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], "bytes 89 50 4e 47"),
    (Array("SQLite format 3".utf8), "\"SQLi\""), ([0, 0, 0, 0], "bytes 00 00 00 00"),
  ])
  func `a file of another kind`(start: [UInt8], found: String) throws {
    let bytes = start + Array(repeating: 0, count: 9_000)
    try expect(
      .notAHive, "is not a hive: it begins with \(found) instead of \"regf\"", at: 0,
      opening: try folder.write(bytes, to: "other"))
  }

  @Test func `a transaction log`() throws {
    let before = Fixture.sample().build().bytes
    var after = before
    after[5000] ^= 1
    let reason = "is a transaction log; give the hive it belongs to"
    let old = BuiltLog(from: before, to: after, sequence: 2)
    try expect(.isLog, reason, opening: try folder.write(old.bytes, to: "old.LOG"))
    let new = BuiltLog(states: [before, after], firstSequence: 2)
    try expect(.isLog, reason, opening: try folder.write(new.bytes, to: "new.LOG1"))
    let fresh = Array(new.bytes.prefix(512))
    try expect(.isLog, reason, opening: try folder.write(fresh, to: "fresh.LOG1"))
  }

  @Test func `a log that was named and is missing`() throws {
    var built = Fixture.sample().build()
    built.makeDirty()
    let path = try folder.write(built.bytes, to: "hive")
    let log = folder.path("gone.LOG1")
    let error = try #require(throws: HiveError.self) {
      try Hive(path: path, logs: .files([log]))
    }
    #expect(error.description == "\(log): no such file")
  }

  @Test(arguments: [512, 4096, 4097])
  func `a hive that ends before its first key`(count: Int) throws {
    let bytes = Array(HiveDescription().build().bytes.prefix(count))
    try expect(
      .noKeys,
      "its root key cannot be read, nor any other: at offset 0x1020: expected a cell between "
        + "0x1020 and 0x\(String(count, radix: 16)), found a reference to 0x1020",
      at: 0x1020, opening: try folder.write(bytes, to: "headless"))
  }
}
