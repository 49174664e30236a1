// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

/// Logs in the format since Windows 8.1.
@Suite struct ReplayEntriesTests {
  /// Five states; the hive is dirty in the first one, and the log's entries begin with 7.
  private let states = hiveStates(5)
  private var dirty: [UInt8] { withSequences(states[0], 8, 7) }

  private func log(_ steps: ClosedRange<Int>, sequence: UInt32? = nil) -> BuiltLog {
    BuiltLog(
      states: Array(states[(steps.lowerBound - 1)...steps.upperBound]),
      firstSequence: sequence ?? UInt32(6 + steps.lowerBound))
  }

  /// The clean hive in one of the states.
  private func clean(_ state: Int, sequence: UInt32? = nil) -> [UInt8] {
    let number = sequence ?? UInt32(6 + state)
    return withSequences(states[state], number, number)
  }

  @Test(arguments: 1...4)
  func `one log takes a hive to its last state`(last: Int) throws {
    let plan = ReplayPlan(dirty, logs: log(1...last).bytes)
    #expect(plan.conclusion == .recoverable)
    #expect(plan.isComplete)
    #expect(plan.appliedEntries == last)
    #expect(plan.logs[0].stop == nil)
    #expect(try plan.recovered() == clean(last))
  }

  @Test func `entries may begin later than the hive's own numbers`() throws {
    let plan = ReplayPlan(dirty, logs: log(1...2, sequence: 40).bytes)
    #expect(try plan.recovered() == clean(2, sequence: 41))
  }

  @Test func `two logs follow one another`() throws {
    let plan = ReplayPlan(dirty, logs: log(1...2).bytes, log(3...4).bytes)
    #expect(plan.order == [0, 1])
    #expect(plan.isComplete)
    #expect(
      plan.sentence == """
        The hive is dirty (sequence numbers 8 and 7 differ) and recoverable: 2 entries (7 to 8) \
        from LOG1, then 2 entries (9 to 10) from LOG2.
        """)
    #expect(try plan.recovered() == clean(4))
  }

  @Test func `the second log may be the earlier one`() throws {
    let plan = ReplayPlan(dirty, logs: log(4...4).bytes, log(1...3).bytes)
    #expect(plan.order == [1, 0])
    #expect(plan.isComplete)
    #expect(try plan.recovered() == clean(4))
  }

  @Test func `three logs may follow one another`() throws {
    let plan = ReplayPlan(dirty, logs: log(4...4).bytes, log(1...1).bytes, log(2...3).bytes)
    #expect(plan.order == [1, 2, 0])
    #expect(try plan.recovered() == clean(4))
  }

  @Test func `sequence numbers wrap around`() throws {
    let primary = withSequences(states[0], .max, .max - 1)
    let first = log(1...2, sequence: .max - 1)
    let second = log(3...4, sequence: 0)
    let plan = ReplayPlan(primary, logs: second.bytes, first.bytes)
    #expect(plan.order == [1, 0])
    #expect(plan.isComplete)
    #expect(try plan.recovered() == clean(4, sequence: 1))
  }

  @Test func `a hive grows with its entries`() throws {
    let growing = hiveStates(4, growth: 150)
    let log = BuiltLog(states: growing, firstSequence: 7)
    let primary = withSequences(growing[0], 8, 7)
    let plan = ReplayPlan(primary, logs: log.bytes)
    #expect(plan.resultingSize == growing[3].count)
    #expect(growing[3].count > growing[0].count + 3 * 4096)
    #expect(plan.isComplete)
    let before = growing[0].count - 4096
    let after = growing[3].count - 4096
    #expect(plan.sentence.hasSuffix("; the bins change from \(before) to \(after) bytes."))
    #expect(try plan.recovered() == withSequences(growing[3], 9, 9))
  }

  @Test func `a hive shrinks with its entries, and what follows the bins stays`() throws {
    let shrinking = Array(hiveStates(2, growth: 300).reversed())
    let log = BuiltLog(states: shrinking, firstSequence: 7)
    let plan = ReplayPlan(withSequences(shrinking[0], 8, 7), logs: log.bytes)
    let recovered = try plan.recovered()
    #expect(recovered.count == shrinking[0].count)
    #expect(
      recovered.prefix(shrinking[1].count) == withSequences(shrinking[1], 7, 7)[...])
  }

  @Test func `the flag for pending transactions follows the entries`() throws {
    let flagged = hiveStates(3) { hive, step in hive.header.flags = step == 1 ? 3 : 2 }
    let primary = withSequences(flagged[0], 8, 7)
    let one = ReplayPlan(
      primary, logs: BuiltLog(states: Array(flagged[...1]), firstSequence: 7).bytes)
    #expect(one.header?.flags == 3)
    #expect(try one.recovered() == withSequences(flagged[1], 7, 7))
    let two = ReplayPlan(primary, logs: BuiltLog(states: flagged, firstSequence: 7).bytes)
    #expect(two.header?.flags == 2)
    #expect(try two.recovered() == withSequences(flagged[2], 8, 8))
  }

  @Test func `a clean hive ignores its logs`() throws {
    let hive = withSequences(states[0], 7, 7)
    let plan = ReplayPlan(hive, logs: log(1...4).bytes, [])
    #expect(plan.conclusion == .clean)
    #expect(plan.verdicts == [.notNeeded, .empty])
    #expect(plan.writes == [])
    #expect(plan.sentence == "The hive is clean.")
    #expect(try plan.recovered() == hive)
  }

  // MARK: - The base block

  @Test func `a damaged base block comes from the log with the latest entries`() throws {
    var primary = withSequences(states[2], 8, 7)
    primary[36] ^= 1
    let plan = ReplayPlan(primary, logs: log(1...2).bytes, log(3...4).bytes)
    #expect(plan.baseBlockLog == 1)
    #expect(plan.order == [1])
    #expect(plan.verdict(of: 0) == "passed-over-for-1")
    #expect(plan.sentence.hasSuffix("from LOG2; the base block comes from LOG2."))
    #expect(
      plan.remarks == [
        """
        The entries in LOG1, which come before those in LOG2, are left out as Windows does when \
        the base block is damaged.
        """
      ])
    #expect(try plan.recovered() == clean(4))
  }

  @Test func `a base block of zeros comes from the log`() throws {
    var primary = dirty
    primary.replaceSubrange(0..<512, with: repeatElement(0, count: 512))
    let plan = ReplayPlan(primary, logs: log(1...4).bytes)
    #expect(plan.baseBlock == nil)
    guard case .unreadable? = plan.dirtyReasons.first else {
      Issue.record("\(plan.dirtyReasons)")
      return
    }
    #expect(try plan.recovered() == clean(4))
  }

  @Test func `a log that holds the whole hive restores it from almost nothing`() throws {
    let entry = LogEntryDescription(from: [], to: states[1], sequence: 7)
    let log = BuiltLog(entries: [entry], of: states[0])
    let plan = ReplayPlan([UInt8](repeating: 0, count: 600), logs: log.bytes)
    #expect(plan.resultingSize == states[1].count)
    #expect(try plan.recovered() == clean(1))
  }

  @Test func `a file without bins is no hive, whatever its log says`() throws {
    let garbage = [UInt8](repeating: 0x41, count: states[0].count)
    var entries = logEntries(states, firstSequence: 7)
    entries[0].pages.removeAll { $0.offset == 0 }
    let plan = ReplayPlan(
      garbage, logs: BuiltLog(entries: Array(entries[...0]), of: states[0]).bytes)
    guard case .unrecoverable(.notAHive(let fault)) = plan.conclusion else {
      Issue.record("\(plan.conclusion)")
      return
    }
    #expect(fault.offset == 4096)
    #expect(plan.verdict(of: 0) == "log-bin")
    #expect(plan.writes == [])
    #expect(try plan.recovered() == garbage)
  }

  // MARK: - Logs that do not fit

  @Test func `a log from before the hive's last write is refused`() throws {
    let plan = ReplayPlan(withSequences(states[0], 12, 11), logs: log(1...4).bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(
      plan.sentence == """
        The hive is dirty (sequence numbers 12 and 11 differ) and not recoverable: no \
        transaction log can be used (LOG1: at offset 0x4: expected a sequence number of 11 or \
        later, found 7).
        """)
  }

  @Test func `a log must begin with the entry that its base block names`() {
    let log = BuiltLog(entries: logEntries(states, firstSequence: 7), of: states[0], sequence: 8)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(plan.verdict(of: 0) == "log-gap")
  }

  @Test func `the same log given twice counts once`() throws {
    let plan = ReplayPlan(dirty, logs: log(1...3).bytes, log(1...3).bytes)
    #expect(plan.order == [0])
    #expect(plan.verdict(of: 1) == "log-gap")
    #expect(plan.isComplete)
    #expect(try plan.recovered() == clean(3))
  }

  @Test func `a log without entries does no harm`() throws {
    let unused = BuiltLog(entries: [], of: states[0], sequence: 7)
    let padded = unused.bytes + [UInt8](repeating: 0, count: 4096)
    let plan = ReplayPlan(dirty, logs: unused.bytes, log(2...4).bytes, padded)
    #expect(plan.verdict(of: 0) == "log-without-entries")
    #expect(plan.verdict(of: 2) == "log-without-entries")
    #expect(plan.order == [1])
    #expect(plan.isComplete)
  }

  @Test func `without a log, or with empty ones only, nothing can be done`() {
    #expect(ReplayPlan(dirty).conclusion == .unrecoverable(.noLogs))
    let plan = ReplayPlan(dirty, logs: [], [])
    #expect(plan.conclusion == .unrecoverable(.noLogs))
    #expect(plan.verdicts == [.empty, .empty])
    #expect(plan.logs[0].sentence == "LOG1 is empty.")
  }

  @Test(
    arguments: [
      (0, 0x5858_5858, "not-a-hive"), (8, 9, "log-unfinished"), (28, 0, "log-file-type"),
      (28, 1, "log-file-type"),
    ] as [(Int, UInt32, String)])
  func `a log with a wrong base block is refused`(offset: Int, number: UInt32, code: String) {
    var log = log(1...2)
    log.setHeader(number, at: offset)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(plan.verdict(of: 0) == code)
  }

  @Test func `files that are no logs are refused`() {
    let plan = ReplayPlan(
      dirty, logs: Array("hello".utf8), clean(0), [UInt8](repeating: 0, count: 4096))
    #expect(plan.verdict(of: 0) == "too-short")
    #expect(plan.verdict(of: 1) == "log-file-type")
    #expect(plan.verdict(of: 2) == "not-a-hive")
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
  }
}
