// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The most memory that this process had so far, in bytes.
package func peakMemory() -> Int {
  var usage = rusage()
  #if os(Linux)
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
  #else
  _ = unsafe getrusage(RUSAGE_SELF, &usage)
  return usage.ru_maxrss
  #endif
}
