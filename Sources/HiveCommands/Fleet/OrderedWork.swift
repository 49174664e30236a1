// SPDX-License-Identifier: MIT

import FileAccess

/// Does numbered pieces of work on several threads, and hands out what comes of them in order.
///
/// No more than a few pieces for each thread are begun before the first of them is handed out, and
/// what they hold of evidence is bounded, so memory does not grow with their number.
final class OrderedWork<Result: Sendable>: @unchecked Sendable {
  /// What comes of the pieces, one event after the other.
  enum Event {
    /// Bytes of the piece whose turn it is.
    case bytes([UInt8])
    /// The piece is done.
    case done(index: Int, result: Result, stream: ItemStream)
    /// Nothing has come for a while.
    case pause
  }

  /// How many pieces for each thread may be begun or done before the first is handed out.
  private static var window: Int { 4 }

  private let count: Int
  private let jobs: Int
  private let holdsAll: Bool
  private let monitor = Monitor()
  private let budget = MemoryBudget()
  // What follows is read and written with the monitor locked only.
  private var next = 0
  private var head = 0
  private var isStopped = false
  private var streams: [Int: ItemStream] = [:]
  private var results: [Int: Result] = [:]

  /// Makes ready for pieces of work.
  ///
  /// - Parameters:
  ///   - count: How many pieces there are.
  ///   - jobs: How many threads work on them.
  ///   - holdsAll: Whether what a piece writes is handed out only when it is done.
  init(count: Int, jobs: Int, holdsAll: Bool = false) {
    self.count = count
    self.jobs = max(1, min(jobs, count))
    self.holdsAll = holdsAll
  }

  /// Does all pieces.
  ///
  /// - Parameters:
  ///   - work: Does one; on any thread.
  ///   - take: Takes an event, on this thread; returns whether to go on.
  /// - Throws: ``CommandFailure`` where the system gives no thread.
  func run(
    _ work: @escaping @Sendable (Int, ItemStream) -> Result, _ take: (Event) -> Bool
  ) throws(CommandFailure) {
    var started = 0
    for _ in 0..<jobs where startThread({ self.work(work) }) { started += 1 }
    guard started > 0 else {
      throw CommandFailure(exitCode: .inputOutput, message: "the system cannot start a thread")
    }
    while head < count {
      guard take(monitor.wait(atMost: 100, for: nextEvent) ?? .pause) else { break }
    }
    monitor.locked {
      isStopped = true
      for stream in streams.values { stream.close() }
    }
  }

  private func nextEvent() -> Event? {
    guard let stream = streams[head] else { return nil }
    if let bytes = stream.takeBytes() { return .bytes(bytes) }
    guard let result = results.removeValue(forKey: head) else { return nil }
    streams[head] = nil
    head += 1
    return .done(index: head - 1, result: result, stream: stream)
  }

  private func work(_ work: (Int, ItemStream) -> Result) {
    while true {
      let piece = monitor.wait { () -> (Int, ItemStream)?? in
        if isStopped || next >= count { return .some(nil) }
        guard next < head + jobs * Self.window else { return nil }
        let share = MemoryBudget.Share(of: budget, turn: next)
        let stream = ItemStream(monitor, holdsAll: holdsAll, memoryShare: share)
        streams[next] = stream
        next += 1
        return (next - 1, stream)
      }
      guard let (index, stream) = piece ?? nil else { return }
      let result = work(index, stream)
      stream.memoryShare?.end()
      monitor.locked { results[index] = result }
    }
  }
}
