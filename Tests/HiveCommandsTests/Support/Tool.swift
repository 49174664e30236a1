// SPDX-License-Identifier: MIT

import EventLogs
import Foundation
import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Whether this system has the libraries that read event logs.
let readsEventLogs = EventLog.canBeRead

/// What a program did.
struct Outcome {
  /// The exit code; 128 and the signal's number where a signal ended the program, as in a shell.
  var code: Int
  var bytes: [UInt8]
  var errors: String

  /// Standard output as text; what is not valid UTF-8 becomes U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A program that this package builds, run as a user runs it.
enum Tool: String {
  case hive
  case hiveCheck = "hive-check"
  case hiveDiff = "hive-diff"
  case hiveDump = "hive-dump"
  case hiveEvents = "hive-events"
  case hiveExtract = "hive-extract"
  case hiveFind = "hive-find"
  case hiveGrowth = "hive-growth"
  case hiveInfo = "hive-info"
  case hivePolicy = "hive-policy"
  case hiveRecover = "hive-recover"
  case hiveTimeline = "hive-timeline"

  /// Where the build put the programs: beside the tests.
  static var folder: URL {
    #if os(macOS)
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
    #endif
    return Bundle.main.bundleURL
  }

  var path: String { Self.folder.appending(path: rawValue).path }

  /// Runs the program to its end; its standard output is not a terminal.
  func run(_ arguments: String..., settings: [String: String?] = [:]) async throws -> Outcome {
    try await runProgram(path, arguments, settings: settings)
  }

  func run(_ arguments: [String], settings: [String: String?] = [:]) async throws -> Outcome {
    try await runProgram(path, arguments, settings: settings)
  }
}

/// Runs any program to its end.
func runProgram(
  _ path: String, _ arguments: [String], input: [UInt8] = [], settings: [String: String?] = [:]
) async throws -> Outcome {
  // Help is wrapped to the terminal's width, where there is one.
  var changes: [Environment.Key: String?] = ["COLUMNS": "80", "NO_COLOR": nil, "TERM": "xterm"]
  for (name, value) in settings { changes[Environment.Key(stringLiteral: name)] = value }
  let result = try await Subprocess.run(
    .path(FilePath(path)), arguments: Arguments(arguments),
    environment: .inherit.updating(changes), input: .array(input),
    output: .bytes(limit: 1 << 30), error: .string(limit: 1 << 20))
  let code =
    switch result.terminationStatus {
    case .exited(let code): Int(code)
    case .signaled(let signal): 128 + Int(signal)
    }
  return Outcome(code: code, bytes: result.standardOutput, errors: result.standardError)
}
