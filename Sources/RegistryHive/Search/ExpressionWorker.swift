// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A thread that matches a regular expression, so that whoever asks need not wait for its end.
///
/// Some expressions go back over a text in so many ways that they take years for a few dozen
/// characters, and a match cannot be stopped. A worker that takes too long is left to itself.
@safe
final class ExpressionWorker: @unchecked Sendable {
  /// What became of a match: where in a text it is, in UTF-16 units; nil where there is none.
  typealias Answer = Range<Int>?

  private let expression: String
  private let isCaseSensitive: Bool
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // What follows is read and written with the mutex locked only.
  private var text: String?
  private var answer: Answer?
  private var isEnded = false

  /// Starts a thread; nil where the system gives none.
  init?(_ expression: String, isCaseSensitive: Bool) {
    self.expression = expression
    self.isCaseSensitive = isCaseSensitive
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
    let context = unsafe Unmanaged.passRetained(self)
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        let pointer: UnsafeMutableRawPointer? = unsafe context
        guard let pointer = unsafe pointer else { return nil }
        unsafe Unmanaged<ExpressionWorker>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      unsafe context.release()
      return nil
    }
    #if canImport(Darwin)
    if let thread = unsafe thread { unsafe pthread_detach(thread) }
    #else
    pthread_detach(thread)
    #endif
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Matches a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - seconds: How long to wait.
  /// - Returns: The answer; nil where there is none in time. The worker must not be asked again
  ///   then.
  func find(in text: String, within seconds: Int) -> Answer? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    self.text = text
    answer = nil
    unsafe pthread_cond_broadcast(condition)
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += seconds
    while answer == nil {
      guard unsafe pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { break }
    }
    return answer
  }

  /// Lets the thread end as soon as it has nothing to do.
  func end() {
    unsafe pthread_mutex_lock(mutex)
    isEnded = true
    unsafe pthread_cond_broadcast(condition)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// What the thread does.
  private func run() {
    let matcher = CompiledExpression(expression, isCaseSensitive: isCaseSensitive)
    unsafe pthread_mutex_lock(mutex)
    while !isEnded {
      guard let text = self.text else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      self.text = nil
      unsafe pthread_mutex_unlock(mutex)
      let found = matcher.find(in: text)
      unsafe pthread_mutex_lock(mutex)
      answer = .some(found)
      unsafe pthread_cond_broadcast(condition)
    }
    unsafe pthread_mutex_unlock(mutex)
  }
}

/// A regular expression that was read without a mistake before.
struct CompiledExpression {
  private let expression: Regex<AnyRegexOutput>?

  init(_ expression: String, isCaseSensitive: Bool) {
    self.expression = (try? Regex(expression))?
      .ignoresCase(!isCaseSensitive)
      .matchingSemantics(.unicodeScalar)
  }

  /// Where in a text it matches, in UTF-16 units.
  func find(in text: String) -> Range<Int>? {
    guard let match = (try? expression?.firstMatch(in: text)) ?? nil else { return nil }
    let view = text.utf16
    return view.distance(
      from: view.startIndex, to: match.range.lowerBound)..<view.distance(
        from: view.startIndex, to: match.range.upperBound)
  }
}
