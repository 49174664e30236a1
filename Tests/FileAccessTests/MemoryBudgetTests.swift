// SPDX-License-Identifier: MIT

import FileAccess
import HiveBuilder
import Synchronization
import Testing

/// Pieces of work wait until others have put evidence away; the first one never does.
@Suite struct MemoryBudgetTests {
  private final class Piece: MemoryHolder {
    let memoryShare: MemoryBudget.Share?

    init(_ share: MemoryBudget.Share) {
      memoryShare = share
    }
  }

  /// What has happened, in order, and what may go on.
  private final class Log: Sendable {
    private let monitor = Monitor()
    private let words = Mutex<[String]>([])

    func add(_ word: String) {
      monitor.locked { words.withLock { $0.append(word) } }
    }

    /// Waits for a word; nil where it does not come within a while.
    func wait(for word: String, atMost milliseconds: Int = 20_000) -> Bool? {
      monitor.wait(atMost: milliseconds) { words.withLock { $0.contains(word) ? true : nil } }
    }
  }

  @Test func `a piece waits for others, and goes on when it is the first`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 1, count: 10_000), to: "file")
    let budget = MemoryBudget(limit: 15_000)
    let first = MemoryBudget.Share(of: budget, turn: 1)
    let second = MemoryBudget.Share(of: budget, turn: 2)
    let log = Log()
    let read = { @Sendable (share: MemoryBudget.Share, name: String, until: String) in
      ThreadValue.with(Piece(share)) {
        let bytes = try? FileBytes(OpenFile(path: path))
        log.add("\(name) read \(bytes?.count ?? 0)")
        _ = log.wait(for: until)
        withExtendedLifetime(bytes) {}
      }
      share.end()
      log.add("\(name) ended")
    }
    #expect(startThread { read(first, "first", "go on") })
    #expect(log.wait(for: "first read 10000") == true)
    #expect(startThread { read(second, "second", "second read 10000") })
    #expect(log.wait(for: "second read 10000", atMost: 200) == nil)
    // The first may exceed what is allowed.
    ThreadValue.with(Piece(first)) {
      let more = try? FileBytes(OpenFile(path: path))
      #expect(more?.count == 10_000)
    }
    #expect(log.wait(for: "second read 10000", atMost: 200) == nil)
    log.add("go on")
    #expect(log.wait(for: "second ended") == true)
  }
}
