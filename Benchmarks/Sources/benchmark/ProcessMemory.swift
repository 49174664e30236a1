// SPDX-License-Identifier: MIT

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The memory of a running program as Linux says it in `/proc/PID/status`, in bytes.
struct ProcessMemory {
  /// The highest resident size so far (`VmHWM`).
  var peak = 0
  /// Resident memory with no file after it (`RssAnon`), and memory files (`RssShmem`).
  var own = 0

  /// Reads the state of one moment; nothing where the system has no such file, or the program has
  /// just ended.
  init?(process: pid_t) {
    let file = unsafe open("/proc/\(process)/status", O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe read(file, bytes.baseAddress, bytes.count)
    }
    guard count > 0 else { return nil }

    var found = false
    for line in String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count == 3, let kibibytes = Int(words[1]) else { continue }
      switch words[0] {
      case "VmHWM:": peak = kibibytes * 1024
      case "RssAnon:":
        own += kibibytes * 1024
        found = true
      case "RssShmem:": own += kibibytes * 1024
      default: break
      }
    }
    guard found else { return nil }
  }
}
