// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The streams that every program is started with.
enum StandardStreams {
  /// Makes writing safe however the program was started.
  static func prepare() {
    // A reader that has gone is noticed by the failing write, not by a signal.
    signal(SIGPIPE, SIG_IGN)
    // The first file opened would take the number of a stream that is closed, and what is meant
    // for the stream would be written into it. Open for reading, the stream refuses.
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
      _ = unsafe open("/dev/null", O_RDONLY)
    }
  }
}
