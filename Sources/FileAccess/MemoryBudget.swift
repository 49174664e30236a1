// SPDX-License-Identifier: MIT

import Synchronization

/// How many bytes of evidence the threads of a program hold at the same time.
///
/// Each works on a piece of its own, of which an archive may unpack to gigabytes. Whoever would hold
/// more than all together may waits until others have put something away. The piece that was begun
/// first never waits, so the work goes on, and no two pieces wait for each other.
package final class MemoryBudget: Sendable {
  /// How many bytes all pieces but the first may hold together.
  private let limit: Int
  private let monitor = Monitor()
  private let state: State

  // Read and written with the monitor locked only.
  private final class State: @unchecked Sendable {
    var held = 0
    var turns: Set<Int> = []
  }

  /// Makes a budget of a number of bytes.
  package init(limit: Int = 2 << 30) {
    self.limit = limit
    state = State()
  }

  /// A piece of work that holds evidence.
  package final class Share: Sendable {
    private let budget: MemoryBudget
    private let turn: Int

    /// Begins a piece; those with lower numbers go first.
    package init(of budget: MemoryBudget, turn: Int) {
      self.budget = budget
      self.turn = turn
      budget.monitor.locked { _ = budget.state.turns.insert(turn) }
    }

    /// Takes note that the piece is done, and holds nothing any more.
    package func end() {
      budget.monitor.locked { _ = budget.state.turns.remove(turn) }
    }

    /// Waits until bytes may be held.
    func take(_ count: Int) {
      let (budget, turn) = (budget, turn)
      _ = budget.monitor.wait { () -> Void? in
        let (state, limit) = (budget.state, budget.limit)
        guard state.held + count <= limit || state.turns.min() ?? turn >= turn else { return nil }
        state.held += count
        return ()
      }
    }

    /// Takes note that bytes were put away.
    func give(_ count: Int) {
      budget.monitor.locked { budget.state.held -= count }
    }

    /// The share of the piece that this thread works on; nil where it works on none.
    static var current: Share? { (ThreadValue.current as? any MemoryHolder)?.memoryShare }
  }
}

/// What a thread works on, where the memory for it counts.
package protocol MemoryHolder: AnyObject {
  var memoryShare: MemoryBudget.Share? { get }
}

/// How many bytes of evidence an object holds, which are put away when it goes.
final class HeldBytes: Sendable {
  private let share = MemoryBudget.Share.current
  private let count = Mutex(0)

  init() {}

  deinit {
    share?.give(count.withLock { $0 })
  }

  /// Counts bytes; waits until they may be held.
  func add(_ bytes: Int) {
    guard let share, bytes > 0 else { return }
    share.take(bytes)
    count.withLock { $0 += bytes }
  }
}
