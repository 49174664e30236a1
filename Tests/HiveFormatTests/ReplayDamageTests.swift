// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

/// Where replay stops: damaged entries, gaps, and what lies after the last entry.
@Suite struct ReplayDamageTests {
  private let states = hiveStates(5)
  private var dirty: [UInt8] { withSequences(states[0], 8, 7) }

  private func log(_ steps: ClosedRange<Int>) -> BuiltLog {
    BuiltLog(
      states: Array(states[(steps.lowerBound - 1)...steps.upperBound]),
      firstSequence: UInt32(6 + steps.lowerBound))
  }

  private func clean(_ state: Int) -> [UInt8] {
    withSequences(states[state], UInt32(6 + state), UInt32(6 + state))
  }

  @Test func `a torn last entry is left out`() throws {
    var log = log(1...4)
    log.tear(entry: 3)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.conclusion == .recoverable)
    #expect(!plan.isComplete)
    #expect(plan.appliedEntries == 3)
    #expect(plan.logs[0].stop?.code == .entrySize)
    #expect(plan.logs[0].stop?.offset == log.entries[3] + 4)
    #expect(plan.sentence.hasSuffix("from LOG1; what was changed after that is lost."))
    #expect(try plan.recovered() == clean(3))
  }

  @Test(arguments: 1...3)
  func `an entry with a wrong hash ends the replay`(index: Int) throws {
    var log = log(1...4)
    log.flipPageByte(inEntry: index)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.logs[0].stop?.code == .entryHash)
    #expect(plan.logs[0].stop?.offset == log.entries[index] + 24)
    #expect(plan.appliedEntries == index)
    #expect(!plan.isComplete)
    #expect(try plan.recovered() == clean(index))
  }

  @Test func `an entry with a damaged header ends the replay`() throws {
    var log = log(1...4)
    log.bytes[log.entries[2] + 16] ^= 0x10
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.logs[0].stop?.code == .entryHash)
    #expect(plan.logs[0].stop?.offset == log.entries[2] + 32)
    #expect(try plan.recovered() == clean(2))
  }

  @Test func `an entry with an odd hive size ends the replay`() throws {
    var log = log(1...4)
    log.put(UInt32(states[0].count - 4096 + 512), at: 16, inEntry: 1)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.logs[0].stop?.code == .logBinsSize)
    #expect(try plan.recovered() == clean(1))
  }

  @Test func `a missing number inside a log ends the replay`() throws {
    var entries = logEntries(states, firstSequence: 7)
    entries.remove(at: 2)
    let plan = ReplayPlan(dirty, logs: BuiltLog(entries: entries, of: states[0]).bytes)
    #expect(plan.logs[0].stop?.code == .logGap)
    #expect(plan.logs[0].stop?.expected == "entry 9")
    #expect(plan.logs[0].stop?.found == "entry 10")
    #expect(!plan.isComplete)
    #expect(try plan.recovered() == clean(2))
  }

  @Test func `a missing number between two logs ends the replay`() throws {
    let plan = ReplayPlan(dirty, logs: log(1...2).bytes, log(4...4).bytes)
    #expect(plan.order == [0])
    #expect(plan.verdict(of: 1) == "log-gap")
    #expect(!plan.isComplete)
    #expect(
      plan.logs[1].sentence == """
        LOG2 cannot be used: at offset 0x20c: expected entry 9, found entry 10.
        """)
    #expect(try plan.recovered() == clean(2))
  }

  @Test func `a torn entry does no harm when the other log goes on from there`() throws {
    var first = log(1...3)
    first.tear(entry: 2)
    let plan = ReplayPlan(dirty, logs: first.bytes, log(3...4).bytes)
    #expect(plan.order == [0, 1])
    #expect(plan.logs[0].stop?.code == .entrySize)
    #expect(plan.isComplete)
    #expect(try plan.recovered() == clean(4))
  }

  @Test func `later entries are not applied over a lost beginning`() throws {
    var first = log(1...2)
    first.flipPageByte(inEntry: 0)
    let plan = ReplayPlan(dirty, logs: first.bytes, log(3...4).bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(plan.verdict(of: 0) == "log-entry-hash")
    #expect(
      plan.verdicts[1]
        == .refused(
          FormatError(
            .logGap, at: 524, expected: "entry 7 (lost in LOG1)", found: "entry 9")))
    #expect(try plan.recovered() == dirty)
  }

  @Test func `a lost signature of the first entry is damage too`() throws {
    var first = log(1...2)
    first.bytes[512] = 0x49
    let plan = ReplayPlan(dirty, logs: first.bytes, log(3...4).bytes)
    #expect(plan.verdict(of: 0) == "log-entry-signature")
    #expect(plan.verdict(of: 1) == "log-gap")
  }

  @Test func `a damaged log from before the hive's last write is no loss`() throws {
    var old = BuiltLog(states: Array(states[...1]), firstSequence: 3)
    old.flipPageByte(inEntry: 0)
    let plan = ReplayPlan(dirty, logs: old.bytes, log(1...4).bytes)
    #expect(plan.order == [1])
    #expect(plan.isComplete)
    #expect(try plan.recovered() == clean(4))
  }

  @Test func `entries of an earlier round behind the last one are no damage`() throws {
    let old = LogEntryDescription(from: states[3], to: states[1], sequence: 3)
    let entries = logEntries(Array(states[...2]), firstSequence: 7) + [old]
    let built = BuiltLog(entries: entries, of: states[0])
    let plan = ReplayPlan(dirty, logs: built.bytes)
    #expect(plan.logs[0].log.end == .olderEntry(offset: built.entries[2], sequence: 3))
    #expect(plan.isComplete)
    #expect(try plan.recovered() == clean(2))
  }

  @Test func `bytes that are no entry behind the last one are no damage`() throws {
    let built = log(1...2)
    let plan = ReplayPlan(dirty, logs: built.bytes + [UInt8](repeating: 0x5A, count: 1024))
    #expect(plan.logs[0].log.end == .noEntry(offset: built.bytes.count))
    #expect(plan.isComplete)
    #expect(try plan.recovered() == clean(2))
  }
}
