// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

/// Logs that lie: nothing may trap, and no plan may ask for more than hive and logs have.
@Suite struct ReplayHostileTests {
  private let states = hiveStates(3)
  private var dirty: [UInt8] { withSequences(states[0], 8, 7) }

  private func plan(with entry: LogEntryDescription) -> ReplayPlan {
    ReplayPlan(dirty, logs: BuiltLog(entries: [entry], of: states[0]).bytes)
  }

  @Test(arguments: [0xFFFF_F000, 0x8000_0000, 0x0010_0000] as [UInt32])
  func `a hive does not grow by more than its log holds`(binsSize: UInt32) {
    let page = LogEntryDescription.Page(
      offset: binsSize - 4096, bytes: [UInt8](repeating: 0x41, count: 4096))
    let entry = LogEntryDescription(sequence: 7, binsSize: binsSize, pages: [page])
    let plan = plan(with: entry)
    #expect(plan.verdict(of: 0) == "log-bins-size")
    #expect(plan.resultingSize == dirty.count)

    var old = BuiltLog(from: states[0], to: states[1], sequence: 7)
    old.setHeader(binsSize, at: 40)
    let oldPlan = ReplayPlan(dirty, logs: old.bytes)
    #expect(["log-truncated", "log-bins-size"].contains(oldPlan.verdict(of: 0)))
    #expect(oldPlan.resultingSize == dirty.count)
  }

  @Test(arguments: [65, 1_000_000, 0x1FFF_FFFF, .max] as [UInt32])
  func `an entry may claim more pages than it has`(count: UInt32) {
    var entry = LogEntryDescription(from: states[0], to: states[1], sequence: 7)
    entry.pages = []
    entry.pageCount = count
    #expect(plan(with: entry).verdict(of: 0) == "log-entry-pages")
  }

  @Test(arguments: [0xFFFF_FE00, 0xFFFF_F000, 0x7FFF_F000, 4096 * 64, 100] as [UInt32])
  func `a page may claim to stand outside the bins`(offset: UInt32) {
    var entry = LogEntryDescription(from: states[0], to: states[1], sequence: 7)
    entry.pages[0].offset = offset
    #expect(plan(with: entry).verdict(of: 0) == "log-entry-pages")
  }

  @Test(arguments: [0xFFFF_FE00, 0xFFFF_FFFF, 1, 0x0001_0000] as [UInt32])
  func `a page may claim to be longer than its entry`(length: UInt32) {
    var log = BuiltLog(states: Array(states[...1]), firstSequence: 7)
    log.put(length, at: 44, inEntry: 0)
    #expect(ReplayPlan(dirty, logs: log.bytes).verdict(of: 0) == "log-entry-pages")
  }

  @Test(arguments: [0, 1, 39, 40, 511, 0x7FFF_FE00, 0xFFFF_FE00, .max] as [UInt32])
  func `an entry may claim any size`(size: UInt32) {
    var log = BuiltLog(states: Array(states[...1]), firstSequence: 7)
    log.put(size, at: 4, inEntry: 0)
    #expect(ReplayPlan(dirty, logs: log.bytes).verdict(of: 0) == "log-entry-size")
  }

  @Test func `pages without bytes are left out of the plan`() throws {
    var entry = LogEntryDescription(from: states[0], to: states[1], sequence: 7)
    let empty = LogEntryDescription.Page(offset: 0, bytes: [])
    entry.pages += [LogEntryDescription.Page](repeating: empty, count: 1000)
    let expected = LogEntryDescription(from: states[0], to: states[1], sequence: 7)
    let plan = plan(with: entry)
    #expect(plan.writes.count == expected.pages.count)
    #expect(try plan.recovered() == withSequences(states[1], 7, 7))
  }

  @Test func `a buffer of another size is refused`() throws {
    let plan = ReplayPlan(dirty, logs: BuiltLog(states: states, firstSequence: 7).bytes)
    var bytes = [UInt8](repeating: 0, count: plan.resultingSize - 1)
    var span = bytes.mutableSpan
    do throws(FormatError) {
      try plan.apply(to: &span)
      Issue.record("the buffer was taken")
    } catch {
      #expect(error.code == .bufferSize)
    }
  }

  /// Flips and overwrites bytes in hive and logs, mostly where a checksum or a hash is then made
  /// right again, so that what lies after it is reached.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `changed bytes never trap, and never make a hive larger than its parts`(seed: UInt64) throws
  {
    var random = SplitMix(state: seed)
    let old = BuiltLog(from: states[0], to: states[2], sequence: 7)
    let first = BuiltLog(states: Array(states[...1]), firstSequence: 7)
    let second = BuiltLog(states: Array(states[1...]), firstSequence: 8)
    for _ in 0..<40 {
      var hive = dirty
      var logs = [old, first, second]
      if Int.random(in: 0..<3, using: &random) == 0 {
        hive.put(random.number, at: 4 * Int.random(in: 0..<128, using: &random))
        if Bool.random(using: &random) { hive.put(headerChecksum(of: hive), at: 508) }
      }
      if Int.random(in: 0..<6, using: &random) == 0 {
        hive.removeLast(Int.random(in: 0..<hive.count, using: &random))
      }
      for index in logs.indices where Bool.random(using: &random) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: logs[index].setHeader(random.number, at: 4 * Int.random(in: 0..<13, using: &random))
        case 1 where index > 0:
          // Fields of the entry, then its references to pages.
          logs[index].put(
            random.number, at: 4 * Int.random(in: 1..<24, using: &random), inEntry: 0)
        case 2:
          logs[index].bytes.removeLast(
            Int.random(in: 0..<logs[index].bytes.count, using: &random))
        default:
          let place = Int.random(in: 512..<640, using: &random)
          logs[index].bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        }
      }
      logs.shuffle(using: &random)
      let plan = ReplayPlan(hive, logs: logs[0].bytes, logs[1].bytes, logs[2].bytes)
      let most = logs.reduce(max(hive.count, 4096)) { $0 + $1.bytes.count }
      #expect(plan.resultingSize >= hive.count)
      #expect(plan.resultingSize <= most)
      #expect(!plan.sentence.isEmpty)
      let recovered = try plan.recovered()
      if plan.conclusion == .recoverable {
        let base = try BaseBlock(parsing: HiveImage(recovered))
        #expect(!base.isDirty)
        #expect(4096 + Int(base.binsSize) <= recovered.count)
      } else {
        #expect(recovered == hive)
      }
    }
  }
}

// MARK: - Helpers

extension SplitMix {
  /// A 32-bit number of the kinds that break readers.
  var number: UInt32 {
    mutating get {
      switch next() % 5 {
      case 0: UInt32(truncatingIfNeeded: next())
      case 1: .max - UInt32(next() % 8)
      case 2: UInt32(next() % 64)
      case 3: UInt32(next() % 64) * 512
      default: UInt32(1) << UInt32(next() % 32)
      }
    }
  }
}
