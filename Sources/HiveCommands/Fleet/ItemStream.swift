// SPDX-License-Identifier: MIT

import FileAccess
import ProfileForensics

/// What the work on one item writes, until it is its turn to be written out.
///
/// The thread that works on the item fills it; the thread that writes the output empties it.
final class ItemStream: MemoryHolder, @unchecked Sendable {
  /// How many bytes wait in memory; whoever writes more waits until they are taken.
  private static let limit = 8 << 20
  /// How many bytes of diagnostics are kept for one item.
  private static let diagnosticsLimit = 1 << 18

  let memoryShare: MemoryBudget.Share?
  private let monitor: Monitor
  // What follows is read and written with the monitor locked only.
  private var bytes: [UInt8] = []
  /// Everything, where all is kept until the item is done.
  private let spool: SpooledBytes?
  private var diagnostics = ""
  private var droppedCount = 0
  private var failure: SystemError?

  /// Makes an empty stream.
  ///
  /// - Parameters:
  ///   - monitor: The lock that the threads share.
  ///   - holdsAll: Whether everything is kept until the item is done.
  ///   - memoryShare: What the evidence that is held for the item counts to.
  init(_ monitor: Monitor, holdsAll: Bool, memoryShare: MemoryBudget.Share? = nil) {
    self.monitor = monitor
    self.memoryShare = memoryShare
    spool = holdsAll ? SpooledBytes() : nil
  }

  /// Adds bytes; waits where the reader is slow.
  ///
  /// - Throws: ``SystemError`` where nobody takes them, or they cannot be kept.
  func write(_ new: UnsafeRawBufferPointer) throws(SystemError) {
    let refusal: SystemError? =
      monitor.wait { () -> SystemError?? in
        if let failure { return .some(failure) }
        if let spool {
          do throws(FileError) {
            unsafe try spool.append(new)
          } catch {
            failure = .noSpace
          }
          return .some(failure)
        }
        guard bytes.count < Self.limit else { return nil }
        unsafe bytes.append(contentsOf: new)
        return .some(nil)
      } ?? nil
    if let refusal { throw refusal }
  }

  /// Adds lines for standard error.
  func diagnose(_ text: String) {
    monitor.locked {
      if diagnostics.utf8.count + text.utf8.count <= Self.diagnosticsLimit {
        diagnostics += text
      } else {
        droppedCount += 1
      }
    }
  }

  // MARK: - With the monitor locked

  /// Lets whoever writes know that nobody takes the bytes any more.
  func close() {
    failure = failure ?? .closedPipe
  }

  /// The bytes that wait, which are taken away; nil where there are none, or all are to be kept.
  func takeBytes() -> [UInt8]? {
    guard !bytes.isEmpty else { return nil }
    defer { bytes = [] }
    return bytes
  }

  // MARK: - When the work is done

  /// Hands out everything that is left.
  ///
  /// - Throws: ``CommandFailure`` where what is on disk cannot be read back, and what `take` throws.
  func drain(_ take: ([UInt8]) throws(CommandFailure) -> Void) throws(CommandFailure) {
    try take(bytes)
    try spool?.drain(take)
  }

  /// What is for standard error.
  var allDiagnostics: String {
    droppedCount == 0 ? diagnostics : diagnostics + "hive: and \(droppedCount) more lines\n"
  }
}
