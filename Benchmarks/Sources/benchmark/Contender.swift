// SPDX-License-Identifier: MIT

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A command that takes part in a comparison.
struct Contender {
  /// The one that the others are measured against.
  static let yardstick = "hivexml"

  let name: String
  let command: [String]

  /// One run, timed from before its start to its end.
  func time() throws(BenchmarkError) -> Timing {
    let clock = ContinuousClock()
    let start = clock.now
    let child = try Child(command)
    let usage = try child.wait()
    return Timing(wall: (clock.now - start).seconds, usage: usage)
  }

  /// One run that is watched instead of timed: looking slows the program down.
  ///
  /// The highest figures of all looks, one about every half millisecond; nothing where the system
  /// does not show a program's memory, or the program was gone before the first look.
  func watchMemory() throws(BenchmarkError) -> ProcessMemory? {
    let child = try Child(command)
    var highest: ProcessMemory?
    while try child.poll() == nil {
      if let now = ProcessMemory(process: child.process) {
        highest = highest?.highest(with: now) ?? now
      }
      usleep(500)
    }
    return highest
  }
}

/// One timed run.
struct Timing {
  /// Seconds from start to end.
  let wall: Double
  let usage: Usage
}

extension ProcessMemory {
  fileprivate func highest(with other: ProcessMemory) -> ProcessMemory {
    var result = self
    result.peak = max(peak, other.peak)
    result.own = max(own, other.own)
    return result
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
