// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

/// Logs in the format before Windows 8.1.
@Suite struct ReplayDirtyVectorTests {
  private static let time = filetime(2012, 4, 9, 13)
  private let states = hiveStates(3) { hive, _ in hive.header.lastWritten = time }
  private var dirty: [UInt8] { withSequences(states[0], 5, 4) }

  private func clean(_ state: Int, sequence: UInt32 = 5) -> [UInt8] {
    withSequences(states[state], sequence, sequence)
  }

  /// A log with another time than the hive's.
  private func log(to state: Int, later ticks: UInt64) -> BuiltLog {
    var log = BuiltLog(from: states[0], to: states[state], sequence: 5)
    log.bytes.put(Self.time &+ ticks, at: 12)
    log.setHeader(5, at: 4)
    return log
  }

  @Test(arguments: [512, 1024, 4096])
  func `a log turns one state into the next`(pageSize: Int) throws {
    let log = BuiltLog(from: states[0], to: states[1], sequence: 5, pageSize: pageSize)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.conclusion == .recoverable)
    #expect(plan.isComplete)
    #expect(plan.logs[0].appliedBytes == log.bytes.count - log.pages)
    #expect(try plan.recovered() == clean(1))
  }

  @Test func `pages left over from before do no harm`() throws {
    let log = BuiltLog(from: states[0], to: states[1], sequence: 5)
    let plan = ReplayPlan(dirty, logs: log.bytes + [UInt8](repeating: 0x5A, count: 4096))
    #expect(try plan.recovered() == clean(1))
  }

  @Test func `a hive grows with its log`() throws {
    let growing = hiveStates(2, growth: 300)
    let log = BuiltLog(from: growing[0], to: growing[1], sequence: 5)
    let plan = ReplayPlan(withSequences(growing[0], 5, 4), logs: log.bytes)
    #expect(plan.resultingSize == growing[1].count)
    #expect(try plan.recovered() == withSequences(growing[1], 5, 5))
  }

  @Test func `sectors may have 4,096 bytes`() throws {
    let states = hiveStates(2) { hive, _ in hive.header.clusteringFactor = 8 }
    let log = BuiltLog(from: states[0], to: states[1], sequence: 5)
    #expect(log.bytes[4096..<4100].elementsEqual("DIRT".utf8))
    let plan = ReplayPlan(withSequences(states[0], 5, 4), logs: log.bytes)
    #expect(try plan.recovered() == withSequences(states[1], 5, 5))
  }

  @Test func `in Windows 2000 the hive's numbers are ahead of the log's`() throws {
    let log = BuiltLog(from: states[0], to: states[1], sequence: 4, fileType: 2)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(try plan.recovered() == clean(1, sequence: 5))
  }

  // MARK: - Which log

  @Test func `of two logs that fit the first is used`() throws {
    let first = BuiltLog(from: states[0], to: states[1], sequence: 5)
    let second = BuiltLog(from: states[0], to: states[2], sequence: 5)
    let plan = ReplayPlan(dirty, logs: [], first.bytes, second.bytes)
    #expect(plan.order == [1])
    #expect(plan.verdict(of: 2) == "passed-over-for-1")
    #expect(plan.remarks == [])
    #expect(try plan.recovered() == clean(1))
  }

  @Test func `the second log is used when the first is damaged`() throws {
    var first = BuiltLog(from: states[0], to: states[1], sequence: 5)
    first.bytes[508] ^= 1
    let second = BuiltLog(from: states[0], to: states[2], sequence: 5)
    let plan = ReplayPlan(dirty, logs: first.bytes, second.bytes)
    #expect(plan.order == [1])
    #expect(
      plan.remarks == [
        """
        Windows 7 before the update KB3140410, and earlier versions, would not use the second \
        log, LOG2, unless the hive's base block is damaged.
        """
      ])
    #expect(try plan.recovered() == clean(2))
  }

  @Test func `of two logs that are newer than the hive the newest is used`() throws {
    let plan = ReplayPlan(
      dirty, logs: log(to: 1, later: 10).bytes, log(to: 2, later: 20).bytes)
    #expect(plan.order == [1])
    #expect(plan.header?.lastWritten == Self.time + 20)
    #expect(try plan.recovered()[4096...] == states[2][4096...])
  }

  @Test func `a log with the hive's time is preferred to a newer one`() throws {
    let fitting = BuiltLog(from: states[0], to: states[1], sequence: 5)
    let plan = ReplayPlan(dirty, logs: log(to: 2, later: 10).bytes, fitting.bytes)
    #expect(plan.order == [1])
  }

  @Test func `a log older than the hive is refused`() {
    let plan = ReplayPlan(dirty, logs: log(to: 1, later: 0 &- 10).bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(plan.verdict(of: 0) == "log-older")
  }

  @Test func `a log with entries is preferred to one with a dirty vector`() throws {
    let old = BuiltLog(from: states[0], to: states[1], sequence: 5)
    let new = BuiltLog(states: [states[0], states[2]], firstSequence: 4)
    let plan = ReplayPlan(dirty, logs: old.bytes, new.bytes)
    #expect(plan.order == [1])
    #expect(plan.verdict(of: 0) == "passed-over-for-1")
    #expect(try plan.recovered() == clean(2, sequence: 4))
  }

  @Test func `a log with a dirty vector is used when those with entries do not fit`() throws {
    let old = BuiltLog(from: states[0], to: states[1], sequence: 5)
    let new = BuiltLog(states: [states[0], states[2]], firstSequence: 2)
    let plan = ReplayPlan(dirty, logs: new.bytes, old.bytes)
    #expect(plan.order == [1])
    #expect(plan.verdict(of: 0) == "log-older")
    #expect(try plan.recovered() == clean(1))
  }

  // MARK: - The base block

  @Test func `a damaged base block comes from the log whose time the first bin has`() throws {
    var primary = dirty
    // The time itself is damaged: only the first bin still has it.
    primary.put(UInt64(1), at: 12)
    let log = BuiltLog(from: states[0], to: states[1], sequence: 5)
    let plan = ReplayPlan(primary, logs: log.bytes)
    #expect(plan.baseBlockLog == 0)
    #expect(plan.dirtyReasons.count == 2)
    #expect(try plan.recovered() == clean(1))
  }

  @Test func `a log older than the first bin does not repair a base block`() {
    var primary = dirty
    primary.put(UInt64(1), at: 12)
    let plan = ReplayPlan(primary, logs: log(to: 1, later: 0 &- 10).bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(plan.verdict(of: 0) == "log-older")
  }

  // MARK: - Damaged logs

  @Test func `a log without its last page is refused`() {
    var log = BuiltLog(from: states[0], to: states[1], sequence: 5)
    log.bytes.removeLast(512)
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.verdict(of: 0) == "log-truncated")
  }

  @Test func `a log without its dirty vector is refused`() {
    var log = BuiltLog(from: states[0], to: states[1], sequence: 5)
    log.bytes.put(Array("INVL".utf8), at: 512)
    #expect(ReplayPlan(dirty, logs: log.bytes).verdict(of: 0) == "log-dirty-vector-signature")
    log.bytes.removeSubrange(512...)
    #expect(ReplayPlan(dirty, logs: log.bytes).verdict(of: 0) == "log-truncated")
  }

  @Test func `a log that was not finished is refused`() {
    var log = BuiltLog(from: states[0], to: states[1], sequence: 5)
    log.setHeader(6, at: 4)
    #expect(ReplayPlan(dirty, logs: log.bytes).verdict(of: 0) == "log-unfinished")
  }

  @Test func `what precedes a bad bin in the log is applied`() throws {
    let states = hiveStates(2) { hive, step in
      for key in 0..<60 {
        hive["Many\\\(key)"].values = [.string("value", "\(step), in key \(key)")]
      }
    }
    let hive = HiveImage(states[1])
    let second = try Bin(parsing: hive, at: 4096).end
    #expect(try Bin(parsing: hive, at: second).end < states[1].count)
    // All pages are dirty, so the log's pages are as in the hive.
    let zeros = [UInt8](repeating: 0, count: states[0].count)
    var log = BuiltLog(from: zeros, to: states[1], sequence: 5)
    log.bytes[log.pages + second - 4096] ^= 0xFF
    let plan = ReplayPlan(withSequences(states[0], 5, 4), logs: log.bytes)
    #expect(plan.conclusion == .recoverable)
    #expect(!plan.isComplete)
    #expect(plan.logs[0].stop?.code == .logBin)
    #expect(plan.logs[0].stop?.offset == log.pages + second - 4096)
    let recovered = try plan.recovered()
    #expect(recovered[4096..<second] == states[1][4096..<second])
    #expect(recovered[second...] == states[0][second...])
  }

  @Test func `a hive grows only up to a bad bin in its log`() throws {
    let growing = hiveStates(2) { hive, step in
      for key in 0..<(10 + 200 * step) {
        hive["Many\\\(key)"].values = [.string("value", "in key \(key)")]
      }
    }
    let hive = HiveImage(growing[1])
    var bins = [4096]
    while let last = bins.last, let bin = try? Bin(parsing: hive, at: last) { bins.append(bin.end) }
    bins.removeLast()
    let bad = try #require(bins.last)
    #expect(bad > growing[0].count)
    var log = BuiltLog(from: [], to: growing[1], sequence: 5)
    log.bytes[log.pages + bad - 4096] ^= 0xFF
    let plan = ReplayPlan(withSequences(growing[0], 5, 4), logs: log.bytes)
    #expect(plan.logs[0].stop?.code == .logBin)
    #expect(plan.header?.binsSize == UInt32(bad - 4096))
    let recovered = try plan.recovered()
    #expect(recovered.count == bad)
    #expect(recovered[4096...] == growing[1][4096..<bad])
  }

  @Test func `a log whose first bin is bad is refused`() {
    let zeros = [UInt8](repeating: 0, count: states[0].count)
    var log = BuiltLog(from: zeros, to: states[1], sequence: 5)
    log.bytes[log.pages] ^= 0xFF
    let plan = ReplayPlan(dirty, logs: log.bytes)
    #expect(plan.conclusion == .unrecoverable(.noLogFits))
    #expect(plan.verdict(of: 0) == "log-bin")
  }
}
