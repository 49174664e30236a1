// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Lets the program have as many files open as the system allows it at most.
package func raiseFileLimit() {
  var limit = rlimit()
  #if canImport(Glibc)
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
  let resource = RLIMIT_NOFILE
  #endif
  guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
  limit.rlim_cur = min(limit.rlim_max, 1 << 16)
  unsafe setrlimit(resource, &limit)
}

/// A variable of the environment; nil where it is not set.
package func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Makes reading and writing safe however the program was started.
package func prepareStandardStreams() {
  // A reader that has gone is noticed by the failing write, not by a signal; so is a limit on file
  // sizes, which holds for files in memory too.
  signal(SIGPIPE, SIG_IGN)
  signal(SIGXFSZ, SIG_IGN)
  // The first file opened would take the number of a stream that is closed, and what is meant
  // for the stream would be written into it. Open for reading, the stream refuses.
  for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
    _ = unsafe open("/dev/null", O_RDONLY)
  }
}

/// Removes a file when a person or the system ends the program by a signal.
///
/// There is at most one such file at a time.
enum InterruptCleanup {
  /// A C string; it is replaced and never freed, because a signal may come at any time.
  private nonisolated(unsafe) static var path: UnsafeMutablePointer<CChar>?

  /// Names the file; nil where there is none any more.
  static func set(_ newPath: String?) {
    guard let newPath else {
      unsafe path = nil
      return
    }
    unsafe path = strdup(FileName.bytes(newPath))
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        if let path = unsafe InterruptCleanup.path { unsafe unlink(path) }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}

/// How many milliseconds have passed since some time before, on a clock that is never set back.
///
/// The clocks of Swift's own library come with all that it has for concurrency.
package func steadyMilliseconds() -> Int { nanoseconds(of: CLOCK_MONOTONIC) / 1_000_000 }

/// How many nanoseconds processors have worked for this thread.
///
/// Unlike time that passes, it does not depend on what else the machine does.
package func threadWorkNanoseconds() -> Int { nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) }

/// How many milliseconds processors have worked for all threads of the program.
package func programWorkMilliseconds() -> Int {
  nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) / 1_000_000
}

private func nanoseconds(of clock: clockid_t) -> Int {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
