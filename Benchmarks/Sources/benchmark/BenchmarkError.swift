// SPDX-License-Identifier: MIT

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What keeps a benchmark from being run at all.
enum BenchmarkError: Error, CustomStringConvertible {
  case cannotRun([String], code: CInt)
  case failed([String], exitCode: Int)
  case lostChild(code: CInt)
  case file(String, code: CInt)
  case outputDiffers(jobs: Int)

  var description: String {
    switch self {
    case .cannotRun(let command, let code):
      "cannot run \(command.joined(separator: " ")): \(text(code))"
    case .failed(let command, let exitCode):
      "\(command.joined(separator: " ")) ended with exit code \(exitCode)"
    case .lostChild(let code):
      "cannot wait for a program: \(text(code))"
    case .file(let path, let code):
      "\(path): \(text(code))"
    case .outputDiffers(let jobs):
      "the output of 1 job and that of \(jobs) differ"
    }
  }

  private func text(_ code: CInt) -> String {
    unsafe String(cString: strerror(code))
  }
}
