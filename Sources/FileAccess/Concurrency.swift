// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A lock that threads can wait at until something has changed.
@safe
package final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Does something that no other thread does meanwhile, and wakes those that wait.
  package func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return body()
  }

  /// Waits until something is there.
  ///
  /// - Parameters:
  ///   - milliseconds: How long to wait at most; nil for as long as it takes.
  ///   - take: Takes what is waited for, with the lock held; nil where it is not there yet.
  /// - Returns: What was taken; nil where the time is over.
  package func wait<Result>(
    atMost milliseconds: Int? = nil, for take: () -> Result?
  ) -> Result? {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &deadline)
    let nanoseconds = deadline.tv_nsec + (milliseconds ?? 0) % 1000 * 1_000_000
    deadline.tv_sec += (milliseconds ?? 0) / 1000 + nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    while true {
      if let result = take() { return result }
      if milliseconds == nil {
        unsafe pthread_cond_wait(condition, mutex)
      } else if unsafe pthread_cond_timedwait(condition, mutex, &deadline) != 0 {
        return take()
      }
    }
  }
}

/// Starts a thread of the process, which ends with its work.
///
/// - Parameter work: What it does.
/// - Returns: Whether the system gave a thread.
package func startThread(_ work: @escaping @Sendable () -> Void) -> Bool {
  let context = unsafe Unmanaged.passRetained(ThreadWork(work))
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  // As much as the first thread usually has; some systems give the others far less.
  unsafe pthread_attr_setstacksize(&attributes, 8 << 20)
  unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
  #if canImport(Darwin)
  var thread: pthread_t?
  #else
  var thread = pthread_t()
  #endif
  let code = unsafe pthread_create(
    &thread, &attributes,
    { context in
      let pointer: UnsafeMutableRawPointer? = unsafe context
      guard let pointer = unsafe pointer else { return nil }
      unsafe Unmanaged<ThreadWork>.fromOpaque(pointer).takeRetainedValue().work()
      return nil
    }, context.toOpaque())
  if code != 0 { unsafe context.release() }
  return code == 0
}

private final class ThreadWork: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) {
    self.work = work
  }
}

/// A value that belongs to the work of one thread.
package enum ThreadValue {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    unsafe pthread_key_create(&key, nil)
    return key
  }()

  /// The value of this thread; nil where it has none.
  package static var current: AnyObject? {
    unsafe pthread_getspecific(key).map {
      unsafe Unmanaged<AnyObject>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Gives this thread a value while something is done.
  package static func with<Result>(_ value: AnyObject?, _ body: () -> Result) -> Result {
    unsafe pthread_setspecific(key, value.map { unsafe Unmanaged.passUnretained($0).toOpaque() })
    defer { pthread_setspecific(key, nil) }
    return withExtendedLifetime(value, body)
  }
}

/// How many processors the program may use.
package var processorCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

/// Whether a person or the system asked the program to end.
package enum Interruption {
  // Written by the handler of a signal, which may do little else.
  private nonisolated(unsafe) static var number: CInt = 0

  /// Takes note of the signals that ask for the end, from now on; the second one ends the program.
  package static func watch() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        unsafe Interruption.number = number
        signal(number, SIG_DFL)
      }
    }
  }

  /// Whether such a signal has come.
  package static var hasCome: Bool { unsafe number != 0 }
}
