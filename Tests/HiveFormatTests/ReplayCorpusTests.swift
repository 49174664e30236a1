// SPDX-License-Identifier: MIT

import Foundation
import HiveFormat
import Testing

@Suite(
  .enabled(
    if: corpusFolder != nil, "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"))
struct ReplayCorpusTests {
  @Test func `new-format logs give what Windows 10 recovered`() throws {
    let plan = try corpusPlan("NewDirtyHive1/NewDirtyHive")
    #expect(plan.conclusion == .recoverable)
    #expect(plan.isComplete)
    #expect(plan.order == [0, 1])
    #expect(plan.appliedEntries == 4)
    #expect(
      plan.sentence == """
        The hive is dirty (sequence numbers 3 and 2 differ) and recoverable: 1 entry (2) from \
        LOG1, then 3 entries (3 to 5) from LOG2.
        """)
    let mine = try plan.recovered()
    let theirs = try corpusFile("NewDirtyHive1/RecoveredHive_Windows10")
    #expect(mine.count == theirs.count)
    #expect(mine[4096...] == theirs[4096...])
    // The recovering system began and ended a write of its own: sequence numbers and checksum.
    #expect(differences(mine, theirs) == [4, 8])
    #expect(mine.number(at: 4) == 5)
    #expect(mine.number(at: 8) == 5)
  }

  @Test func `the order in which two logs are given does not matter`() throws {
    let hive = "NewDirtyHive1/NewDirtyHive"
    let plan = try corpusPlan(hive, logs: ["LOG2", "LOG1"])
    #expect(plan.order == [1, 0])
    #expect(try plan.recovered() == corpusPlan(hive).recovered())
  }

  @Test func `an old-format log gives what Windows 7 recovered`() throws {
    let plan = try corpusPlan("OldDirtyHive/OldDirtyHive")
    #expect(plan.conclusion == .recoverable)
    #expect(plan.isComplete)
    #expect(plan.remarks == [])
    #expect(plan.verdicts == [.applied, .empty])
    #expect(
      plan.sentence == """
        The hive is dirty (sequence numbers 5 and 4 differ) and recoverable: 64 pages of 512 \
        bytes from LOG1.
        """)
    let mine = try plan.recovered()
    let theirs = try corpusFile("OldDirtyHive/RecoveredHive_Windows7")
    #expect(mine.count == theirs.count)
    let base = try BaseBlock(parsing: HiveImage(mine))
    #expect(!base.isDirty)
    #expect(base.primarySequence == 5)
    // Windows wrote the hive once more. In the base block: sequence numbers, time, the file's
    // name, which was another. In the bins: the time in the first one, which repeats that of the
    // base block, and a key node's length of its longest value name, put right on loading.
    #expect(
      differences(mine, theirs) == [4, 8, 12, 16] + Array(stride(from: 48, through: 80, by: 4)) + [
        4116, 4120, 441_740 + 60,
      ])
  }

  @Test(
    arguments: [
      Expected("NewDirtyHive1/NewDirtyHive", 2, 5, 4, 5, 1, 20480, 0x9E85_24AC_50D8_D85D),
      Expected("OldDirtyHive/OldDirtyHive", 5, 5, 1, 5003, 1, 487_424, 0xCC78_AE95_A485_AB74),
      Expected(
        "BadBaseBlockHive/BadBaseBlockHive", 5, 5, 1, 5003, 1, 487_424, 0xCC78_AE95_A485_AB74),
      Expected(
        "dirty-ntuser/NTUSER.DAT", 566, 588, 23, 3105, 4695, 925_696, 0x521B_1671_CF43_4B55),
      Expected(
        "dirty-usrclass/UsrClass.dat", 287, 300, 14, 6238, 12531, 2_830_336,
        0xD8FD_294C_F734_47B2),
    ])
  func `replay restores all keys and values`(expected: Expected) throws {
    let plan = try corpusPlan(expected.hive)
    #expect(plan.conclusion == .recoverable)
    #expect(plan.isComplete)
    #expect(plan.appliedEntries == expected.entries)
    #expect(plan.logs[plan.order[0]].appliedSequences?.first == expected.firstSequence)
    let bytes = try plan.recovered()
    let image = HiveImage(bytes)
    let base = try BaseBlock(parsing: image)
    #expect(!base.isDirty)
    #expect(base.fileType == .primary)
    #expect(base.primarySequence == expected.lastSequence)
    #expect(base.secondarySequence == expected.lastSequence)
    #expect(base.binsSize == expected.binsSize)
    let count = try countTree(bytes)
    #expect(count == (expected.keys, expected.values, 0))
    let body = try image.withBytes(at: 4096, count: bytes.count - 4096) { Marvin32.hash($0) }
    #expect(body == expected.body)
    // A recovered hive is clean, and replaying again does nothing.
    let again = ReplayPlan(primary: image, logs: plan.logs.map(\.log))
    #expect(again.conclusion == .clean)
    #expect(try again.recovered() == bytes)
  }

  @Test func `a live hive uses the log that is newer than it`() throws {
    let plan = try corpusPlan("dirty-ntuser/NTUSER.DAT")
    #expect(plan.verdict(of: 0) == "applied")
    #expect(
      plan.verdicts[1]
        == .refused(
          FormatError(
            .logOlder, at: 4, expected: "a sequence number of 566 or later", found: "562")))
    #expect(plan.logs[1].log.entryOffsets.count == 1)
    #expect(plan.logs[1].log.lastSequence == 562)
  }

  @Test func `a damaged base block comes from the log`() throws {
    let plan = try corpusPlan("BadBaseBlockHive/BadBaseBlockHive")
    #expect(plan.baseBlockLog == 0)
    #expect(plan.header?.sequence == 5)
    let sound = try corpusPlan("OldDirtyHive/OldDirtyHive")
    #expect(try plan.recovered() == sound.recovered())
  }

  @Test func `a log with a wrong checksum is refused`() throws {
    let plan = try corpusPlan("BadLogHive1/BadLogHive")
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(plan.verdict(of: 0) == "log-checksum")
    #expect(plan.verdict(of: 1) == "empty")
    #expect(plan.writes == [])
    #expect(plan.header == nil)
    #expect(try plan.recovered() == corpusFile("BadLogHive1/BadLogHive"))
    let sentence = plan.sentence
    #expect(
      sentence.hasPrefix(
        """
        The hive is dirty (sequence numbers 5 and 4 differ) and not recoverable: no transaction \
        log can be used (LOG1: at offset 0x1fc: expected the checksum 0x
        """), "\(sentence)")
  }

  @Test(arguments: ["NTUSER_BAGMRU.DAT", "SYSTEM_2"])
  func `a dirty hive without logs stays as it is`(hive: String) throws {
    let bytes = try corpusFile(hive)
    let plan = ReplayPlan(bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogs))
    #expect(plan.resultingSize == bytes.count)
    #expect(try plan.recovered() == bytes)
  }

  @Test(
    arguments: [
      ("NewDirtyHive1/NewDirtyHive.LOG1", 1), ("NewDirtyHive1/NewDirtyHive.LOG2", 3),
      ("dirty-ntuser/NTUSER.DAT.LOG1", 23), ("dirty-ntuser/NTUSER.DAT.LOG2", 1),
      ("dirty-usrclass/UsrClass.dat.LOG1", 4), ("dirty-usrclass/UsrClass.dat.LOG2", 10),
    ])
  func `both hashes of every entry that Windows wrote are right`(name: String, count: Int) throws {
    let image = HiveImage(try corpusFile(name))
    let log = LogFile(name: name, image: image)
    #expect(log.fault == nil)
    #expect(log.format == .entries)
    #expect(log.entryOffsets.count == count)
    for offset in log.entryOffsets {
      let entry = try LogEntry(parsing: image, at: offset)
      let content = try image.withBytes(at: offset + 40, count: entry.size - 40) {
        Marvin32.hash($0)
      }
      let header = try image.withBytes(at: offset, count: 32) { Marvin32.hash($0) }
      #expect(entry.storedContentHash == content)
      #expect(entry.storedHeaderHash == header)
    }
    guard case .noEntry? = log.end else {
      Issue.record("\(name) ends with \(String(describing: log.end))")
      return
    }
  }
}

// MARK: - Helpers

/// What replay must come to, by an independent reader.
struct Expected: Sendable, CustomTestStringConvertible {
  let hive: String
  let firstSequence: UInt32
  let lastSequence: UInt32
  let entries: Int
  let keys: Int
  let values: Int
  let binsSize: UInt32
  /// The Marvin32 hash, with the seed of logs, of everything after the base block.
  let body: UInt64

  init(
    _ hive: String, _ firstSequence: UInt32, _ lastSequence: UInt32, _ entries: Int, _ keys: Int,
    _ values: Int, _ binsSize: UInt32, _ body: UInt64
  ) {
    self.hive = hive
    self.firstSequence = firstSequence
    self.lastSequence = lastSequence
    self.entries = entries
    self.keys = keys
    self.values = values
    self.binsSize = binsSize
    self.body = body
  }

  var testDescription: String { hive }
}

/// Where two files differ, in words of 4 bytes; the base block's checksum is left out.
private func differences(_ first: [UInt8], _ second: [UInt8]) -> [Int] {
  stride(from: 0, to: min(first.count, second.count), by: 4).filter {
    $0 != 508 && first[$0..<$0 + 4] != second[$0..<$0 + 4]
  }
}

extension [UInt8] {
  fileprivate func number(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << (8 * UInt32($1)) }
  }
}
