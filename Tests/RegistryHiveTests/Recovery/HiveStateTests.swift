// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct HiveStateTests {
  private func state(_ name: String, logs: [[UInt8]]? = nil) throws -> HiveState {
    let fixture = Fixture.named(name)
    return try Hive(bytes: fixture.build().bytes, logs: logs ?? fixture.buildLogs()).state
  }

  @Test func `a clean hive`() throws {
    let state = try state("NTUSER.DAT")
    #expect(state.conclusion == .clean)
    #expect(!state.isDirty)
    #expect(state.dirtyReasons == [])
    #expect(state.obstacle == nil)
    #expect(state.recovery == nil)
    #expect(state.description == "The hive is clean.")
  }

  @Test func `a dirty hive with logs of the newer format`() throws {
    let state = try state("damaged/dirty-new-format")
    #expect(state.conclusion == .recoverable)
    #expect(state.isComplete)
    #expect(state.dirtyReasons.map(\.id) == ["sequence-numbers"])
    #expect(state.recovery?.logNames == ["log 1", "log 2"])
    #expect(state.recovery?.entryCount == 3)
    #expect(state.recovery?.sequence == 9)
    #expect(state.recovery?.binsSize == 4096)
    #expect(state.recovery?.fileSize == 8192)
    #expect(state.recovery?.headerLogName == nil)
    #expect(state.logs.map(\.use) == [.applied, .applied])
    #expect(state.logs.map(\.format) == [.entries, .entries])
    #expect(state.logs.map(\.entryCount) == [1, 2])
    #expect(state.logs.map(\.firstSequence) == [7, 8])
    #expect(state.logs.map(\.lastSequence) == [7, 9])
    #expect(state.logs.map(\.reason) == [nil, nil])
    #expect(state.logs.map(\.description).first == "log 1 is used: 1 entry (7).")
  }

  @Test func `a dirty hive with a log of the older format`() throws {
    let state = try state("damaged/dirty-old-format")
    #expect(state.conclusion == .recoverable)
    #expect(state.logs.map(\.use) == [.applied, .empty])
    #expect(state.logs.map(\.format) == [.dirtyVector, nil])
    #expect(state.logs.map(\.appliedBytes) == [1024, 0])
    #expect(state.recovery?.sequence == 8)
  }

  @Test func `a dirty hive without logs`() throws {
    let state = try state("damaged/dirty-new-format", logs: [])
    #expect(state.conclusion == .unrecoverable)
    #expect(state.obstacle?.id == "no-logs")
    #expect(state.recovery == nil)
  }

  @Test func `a log that would leave nothing of the hive is left aside`() throws {
    let built = Fixture.named("damaged/dirty-new-format").build()
    var logs = Fixture.named("damaged/dirty-new-format").buildLogs()
    let size = built.number(UInt32.self, at: 40)
    var entry = LogEntryDescription(
      sequence: 7, binsSize: size,
      pages: [.init(offset: 0, bytes: Array(repeating: 0, count: Int(size)))])
    entry.flags = 0
    logs = [Array(logs[0][..<512]) + entry.encoded]
    let hive = try Hive(bytes: built.bytes, logs: logs)
    let alone = try Hive(bytes: built.bytes)
    #expect(hive.tree == alone.tree)
    #expect(hive.state.conclusion == .unrecoverable)
    #expect(hive.state.logs.map(\.use) == [.refused])
    #expect(hive.findings.last?.id == "log-unreadable")
    #expect(hive.findings.last?.expected == "transaction logs that leave the hive readable")
  }

  /// A hive of a user that is dirty, and a log with one entry.
  private func opened(
    _ entry: (BuiltHive) -> LogEntryDescription
  ) throws -> (hive: Hive, alone: Hive) {
    var built = Fixture.named("NTUSER.DAT").build()
    built.makeDirty()
    let log = BuiltLog(entries: [entry(built)], of: built.bytes)
    return (try Hive(bytes: built.bytes, logs: [log.bytes]), try Hive(bytes: built.bytes))
  }

  private func sequence(_ built: BuiltHive) -> UInt32 {
    built.number(UInt32.self, at: HeaderField.secondarySequence.offset)
  }

  private static let emptying: [@Sendable (BuiltHive, UInt32) -> LogEntryDescription] = [
    // All but the root overwritten with zeros.
    { built, sequence in
      let size = built.number(UInt32.self, at: 40)
      let zeros = [UInt8](repeating: 0, count: Int(size) - 512)
      return LogEntryDescription(
        sequence: sequence, binsSize: size, pages: [.init(offset: 512, bytes: zeros)])
    },
    // The list of the root's subkeys dropped, which leaves all else sound.
    { built, sequence in
      var after = built
      after.set(.subkeyCount, of: "", to: UInt32(0))
      return LogEntryDescription(from: built.bytes, to: after.bytes, sequence: sequence)
    },
  ]

  @Test(arguments: emptying.indices)
  func `a log that leaves little more than the root is left aside`(index: Int) throws {
    let (hive, alone) = try opened { Self.emptying[index]($0, sequence($0)) }
    #expect(alone.tree.count > 100)
    #expect(hive.tree == alone.tree)
    #expect(hive.state.conclusion == .unrecoverable)
    #expect(hive.state.obstacle?.id == "no-log-fits")
    #expect(hive.state.logs.map(\.use) == [.refused])
    #expect(hive.findings.map(\.id) == ["log-unreadable"])
    #expect(hive.findings.last?.found.hasSuffix("can be read; they were not used") == true)
  }

  /// A dirty hive, an entry for it that takes the values of one key away, and one that comes next.
  private struct TwoEntries {
    var built = Fixture.named("NTUSER.DAT").build()
    let rightful: LogEntryDescription
    let emptying: LogEntryDescription

    init(rightfulFirst: Bool = true) {
      built.makeDirty()
      let sequence = built.number(UInt32.self, at: HeaderField.secondarySequence.offset)
      var after = built
      after.set(.valueCount, of: "Environment", to: UInt32(0))
      rightful = LogEntryDescription(
        from: built.bytes, to: after.bytes, sequence: rightfulFirst ? sequence : sequence + 1)
      emptying = HiveStateTests.emptying[0](built, rightfulFirst ? sequence + 1 : sequence)
    }

    func log(_ entries: LogEntryDescription...) -> BuiltLog {
      BuiltLog(entries: entries, of: built.bytes)
    }

    func open(_ logs: BuiltLog...) throws -> Hive {
      try Hive(bytes: built.bytes, logs: logs.map(\.bytes))
    }
  }

  @Test func `a second log that leaves little of the hive takes nothing from the first`() throws {
    let entries = TwoEntries()
    let first = entries.log(entries.rightful)
    let hive = try entries.open(first, entries.log(entries.emptying))
    #expect(hive.tree == (try entries.open(first).tree))
    #expect(hive.tree != (try entries.open().tree))
    #expect(hive.key(at: "Environment")?.values.isEmpty == true)
    #expect(hive.state.conclusion == .recoverable)
    #expect(!hive.state.isComplete)
    #expect(hive.state.recovery?.entryCount == 1)
    #expect(hive.state.logs.map(\.use) == [.applied, .refused])
    #expect(hive.state.logs[0].reason == nil)
    #expect(hive.state.logs[1].reason?.id == "log-unreadable")
    #expect(hive.findings.map(\.id) == ["log-unreadable"])
    #expect(hive.findings.last?.found.hasSuffix("can be read; they were not used") == true)
  }

  @Test func `an entry that leaves little of the hive takes nothing from those before`() throws {
    let entries = TwoEntries()
    let log = entries.log(entries.rightful, entries.emptying)
    let hive = try entries.open(log)
    #expect(hive.tree == (try entries.open(entries.log(entries.rightful)).tree))
    #expect(hive.state.conclusion == .recoverable)
    #expect(!hive.state.isComplete)
    #expect(hive.state.logs.map(\.use) == [.applied])
    #expect(hive.state.logs.map(\.appliedEntryCount) == [1])
    #expect(hive.state.logs[0].reason?.id == "log-unreadable")
    #expect(hive.state.logs[0].reason?.offset == log.entries[1])
    #expect(hive.findings.map(\.id) == ["log-unreadable"])
  }

  @Test func `an entry after one that is left aside is not used either`() throws {
    let entries = TwoEntries(rightfulFirst: false)
    let hive = try entries.open(entries.log(entries.emptying), entries.log(entries.rightful))
    #expect(hive.tree == (try entries.open().tree))
    #expect(hive.state.conclusion == .unrecoverable)
    #expect(hive.state.logs.map(\.use) == [.refused, .refused])
    #expect(hive.state.logs[0].reason?.id == "log-unreadable")
    #expect(hive.state.logs[1].reason?.id == "log-gap")
    let expected = "entry \(entries.emptying.sequence) (left aside in log 1)"
    #expect(hive.state.logs[1].reason?.expected == expected)
  }

  @Test func `a log that takes most keys away and leaves the rest sound is used`() throws {
    var description = HiveDescription()
    for number in 10..<60 { description.add("K\(number)") }
    var built = description.build()
    built.makeDirty()
    var after = built
    after.setListCount(of: "", to: 20)
    after.set(.subkeyCount, of: "", to: UInt32(20))
    let entry = LogEntryDescription(
      from: built.bytes, to: after.bytes, sequence: sequence(built))
    let log = BuiltLog(entries: [entry], of: built.bytes)
    let hive = try Hive(bytes: built.bytes, logs: [log.bytes])
    let names = (10..<30).map { "K\($0)" }
    #expect(hive.root.subkeys.map { $0.name.description } == names)
    #expect(hive.state.conclusion == .recoverable)
    #expect(hive.state.isComplete)
    #expect(hive.findings == [])
  }

  @Test func `a log that makes the hive shorter hides no bin that keys lead to`() throws {
    let (hive, alone) = try opened { built in
      LogEntryDescription(
        sequence: sequence(built), binsSize: 4096,
        pages: [.init(offset: 0, bytes: Array(built.bytes[4096..<4608]))])
    }
    #expect(hive.tree == alone.tree)
    #expect(hive.state.conclusion == .recoverable)
    #expect(hive.findings.map(\.id) == ["bins-size"])
  }

  @Test func `a log that takes values away is used`() throws {
    let (hive, alone) = try opened { built in
      var after = built
      after.set(.valueCount, of: "Environment", to: UInt32(0))
      return LogEntryDescription(from: built.bytes, to: after.bytes, sequence: sequence(built))
    }
    #expect(hive.state.conclusion == .recoverable)
    #expect(hive.tree.count < alone.tree.count)
    #expect(hive.findings == [])
  }

  @Test func `a log whose end is damaged`() throws {
    var logs = Fixture.named("damaged/dirty-new-format").buildLogs()
    logs[1][logs[1].count - 1] ^= 1
    let state = try state("damaged/dirty-new-format", logs: logs)
    #expect(state.conclusion == .recoverable)
    #expect(!state.isComplete)
    #expect(state.logs.map(\.entryCount) == [1, 1])
    #expect(state.logs[1].reason?.id == "log-entry-hash")
    #expect(state.recovery?.sequence == 8)
  }

  @Test func `the header shows all of the base block`() throws {
    let header = try Hive(bytes: Fixture.named("format/header").build().bytes).header
    #expect(header.fileType == .hive)
    #expect(header.storedChecksum == header.computedChecksum)
    #expect(header.isMarkedOffline)
    #expect(header.savedOffline != nil)
    #expect(header.resourceManagerID?.count == 36)
    let plain = try Hive(bytes: Fixture.sample().build().bytes).header
    #expect(plain.resourceManagerID == nil)
    #expect(plain.reorganization == nil)
    #expect(!plain.isMarkedOffline)
  }

  @Test(arguments: [
    (UInt64(1), HiveHeader.Reorganization.defragmented, false),
    (2, .accessHistoryCleared, false), (0x1_0000_0001, .defragmented, true),
  ])
  func `the two low bits of a time show how a hive was reorganized`(
    stored: UInt64, kind: HiveHeader.Reorganization, hasTime: Bool
  ) throws {
    var description = HiveDescription()
    description.header.lastReorganized = stored
    let header = try Hive(bytes: description.build().bytes).header
    #expect(header.reorganization == kind)
    #expect((header.lastReorganized != nil) == hasTime)
  }

  @Test func `a summary shows that a file is a log`() throws {
    let folder = try TemporaryFolder()
    let fixture = Fixture.named("damaged/dirty-new-format")
    let path = try folder.write(fixture.buildLogs()[1], to: "NTUSER.DAT.LOG2")
    let summary = try HiveFileSummary(path: path)
    guard case .log(let log) = summary.content else {
      Issue.record("not a log")
      return
    }
    #expect(log.name == "NTUSER.DAT.LOG2")
    #expect(log.use == nil)
    #expect(log.entryCount == 2)
    #expect(summary.header?.fileType == .entriesLog)
    #expect(summary.readableBinsSize == 0)
  }

  @Test func `a summary looks at the logs of a clean hive too`() throws {
    let folder = try TemporaryFolder()
    let fixture = Fixture.named("damaged/dirty-new-format")
    let path = try folder.write(Fixture.sample().build().bytes, to: "NTUSER.DAT")
    try folder.write(fixture.buildLogs()[1], to: "ntuser.dat.LOG1")
    guard case .hive(let state) = try HiveFileSummary(path: path).content else {
      Issue.record("not a hive")
      return
    }
    #expect(state.conclusion == .clean)
    #expect(state.logs.map(\.name) == ["ntuser.dat.LOG1"])
    #expect(state.logs.map(\.use) == [.notNeeded])
    // Opening the hive does not need them.
    #expect(try Hive(path: path).state.logs.isEmpty)
    #expect(try Hive(path: path, logs: .none).state.conclusion == .clean)
  }
}
