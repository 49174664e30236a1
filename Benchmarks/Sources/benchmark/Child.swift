// SPDX-License-Identifier: MIT

#if canImport(Darwin)
import Darwin
#else
@unsafe @preconcurrency import Glibc
#endif

/// A program started directly, without a shell: its own time and memory are all that is measured.
struct Child {
  /// Where what the program writes goes.
  enum Output {
    case discarded
    /// Both streams go to standard error, since standard output carries the report.
    case standardError
    /// Standard output is for ``read(_:)``; standard error is thrown away.
    case piped
  }

  let process: pid_t
  /// Where to read what the program writes; -1 where that is not for this process.
  private let pipe: CInt

  /// Starts a program found through the PATH, with nothing to read.
  init(_ command: [String], output: Output = .discarded) throws(BenchmarkError) {
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    let environment = unsafe _NSGetEnviron().pointee
    #else
    var actions = unsafe posix_spawn_file_actions_t()
    let environment = unsafe environ
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    var ends: [CInt] = [-1, -1]
    switch output {
    case .discarded:
      unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
      unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    case .standardError:
      unsafe posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    case .piped:
      guard Self.makePipe(&ends) == 0 else { throw .cannotRun(command, code: errno) }
      unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
      unsafe posix_spawn_file_actions_addclose(&actions, ends[0])
      unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    }
    defer { if ends[1] >= 0 { close(ends[1]) } }

    var arguments = unsafe command.map { unsafe strdup($0) }
    unsafe arguments.append(nil)
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let failure = unsafe posix_spawnp(
      &process, command[0], &actions, nil, arguments, environment)
    guard failure == 0 else { throw .cannotRun(command, code: failure) }
    self.process = process
    pipe = ends[0]
  }

  /// Hands out what the program writes, until it closes its output.
  func read(_ take: ([UInt8]) throws -> Void) throws {
    defer { close(pipe) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Self.read(pipe, bytes)
      }
      guard count != 0 else { return }
      if count > 0 { try take(Array(buffer[..<count])) }
      guard count > 0 || errno == EINTR else { throw BenchmarkError.lostChild(code: errno) }
    }
  }

  private static func read(_ file: CInt, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Darwin)
    unsafe Darwin.read(file, bytes.baseAddress, bytes.count)
    #else
    unsafe Glibc.read(file, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func makePipe(_ ends: inout [CInt]) -> CInt {
    #if canImport(Darwin)
    unsafe Darwin.pipe(&ends)
    #else
    unsafe Glibc.pipe(&ends)
    #endif
  }

  /// Runs a program whose output is for standard error.
  ///
  /// - Throws: ``BenchmarkError`` where it does not end with 0.
  static func succeed(_ command: [String]) throws(BenchmarkError) {
    let exitCode = try Child(command, output: .standardError).wait().exitCode
    guard exitCode == 0 else { throw .failed(command, exitCode: exitCode) }
  }

  /// Waits for the end and tells how the program ended and what it used.
  func wait() throws(BenchmarkError) -> Usage {
    var status: CInt = 0
    var usage = rusage()
    while unsafe wait4(process, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw .lostChild(code: errno) }
    }
    return Usage(status: status, usage)
  }

  /// The program's use so far if it has ended, nothing while it runs.
  func poll() throws(BenchmarkError) -> Usage? {
    var status: CInt = 0
    var usage = rusage()
    let ended = unsafe wait4(process, &status, WNOHANG, &usage)
    guard ended >= 0 || errno == EINTR else { throw .lostChild(code: errno) }
    return ended > 0 ? Usage(status: status, usage) : nil
  }
}

/// What the system counted for a program that has ended.
struct Usage {
  /// The exit code; 128 plus the signal's number for a program that a signal ended, as in a shell.
  let exitCode: Int
  /// Time on a processor, in user and system mode together, in seconds.
  let cpu: Double
  /// The highest resident size in bytes.
  let peak: Int

  init(status: CInt, _ usage: rusage) {
    let signal = status & 0x7F
    exitCode = Int(signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
    cpu = usage.ru_utime.seconds + usage.ru_stime.seconds
    #if canImport(Darwin)
    peak = Int(usage.ru_maxrss)
    #else
    peak = Int(usage.ru_maxrss) * 1024
    #endif
  }

  /// The highest resident size of this process itself, in bytes.
  ///
  /// On Linux a child's figure starts out as its parent's, so a smaller one cannot be told.
  static var ownPeak: Int {
    var usage = rusage()
    #if canImport(Darwin)
    unsafe getrusage(RUSAGE_SELF, &usage)
    #else
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    #endif
    return Usage(status: 0, usage).peak
  }
}

extension timeval {
  fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1_000_000 }
}
