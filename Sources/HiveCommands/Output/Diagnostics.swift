// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import ProfileForensics
import RegistryHive

/// What a command says on standard error.
enum Diagnostics {
  /// What every message begins with.
  static let label = "hive"

  /// Where what is said of one item waits for its turn; nil where nothing has to wait.
  static var stream: ItemStream? { ThreadValue.current as? ItemStream }

  /// Whether a person sees at once what is written.
  static var isTerminal: Bool { stream == nil && Descriptor.standardError.isTerminal }

  /// Writes text as it is.
  static func write(_ text: String) {
    if let stream { return stream.diagnose(text) }
    let output = Output(.standardError)
    output.append(raw: text)
    output.flush()
  }

  /// Writes a line about a file; all in it that is hidden is made visible.
  static func note(_ text: String) {
    write("\(label): \(text.forTerminal)\n")
  }
}

/// Why a command ends before its work is done.
struct CommandFailure: Error {
  let exitCode: ExitCode
  let message: String
  /// Whether the file is not a hive but the transaction log of one.
  var isLog = false
  /// Whether the key that is asked for is in another hive than the one that was looked at.
  var isOfOtherHive = false
}

extension ExitCode {
  /// Finished, but some of the input could not be read.
  static let incomplete = ExitCode(1)
  /// Not a readable hive.
  static let badInput = ExitCode(65)
  /// No such file.
  static let noInput = ExitCode(66)
  /// The output cannot be created.
  static let cannotCreate = ExitCode(73)
  /// Reading or writing failed.
  static let inputOutput = ExitCode(74)
}

extension CommandFailure {
  init(_ error: HiveError) {
    self.init(error.description, code: error.code.rawValue)
  }

  init(_ error: ForensicsError) {
    self.init(error.description, code: error.code.rawValue)
  }

  init(_ error: FileError) {
    self.init(error.description, code: error.code.rawValue)
  }

  /// A failure of a library, whose codes for the same thing have the same identifier in all of them.
  init(_ message: String, code: String) {
    let isPipe = code == HiveError.Code.notAFile.rawValue && message.hasSuffix("not a regular file")
    self.message = isPipe ? "\(message); give - to read from standard input" : message
    isLog = code == HiveError.Code.isLog.rawValue
    exitCode =
      switch HiveError.Code(rawValue: code) {
      case .noSuchFile: .noInput
      case .permissionDenied, .inputOutput: .inputOutput
      default: .badInput
      }
  }
}

extension [CommandFailure] {
  /// Says each on standard error.
  ///
  /// - Parameter isAll: Whether nothing at all could be read.
  /// - Throws: The first of them, instead of saying it, where nothing could be read.
  func report(isAll: Bool) throws(CommandFailure) {
    let thrown = isAll ? first : nil
    for failure in thrown == nil ? self[...] : dropFirst() { Diagnostics.note(failure.message) }
    if let thrown { throw thrown }
  }
}

/// Runs a command's work and turns its failure into a line on standard error and an exit code.
func reportingFailure(_ work: () throws(CommandFailure) -> ExitCode) throws {
  let code: ExitCode
  do throws(CommandFailure) {
    code = try work()
  } catch {
    Diagnostics.note(error.message)
    throw error.exitCode
  }
  guard code == .success else { throw code }
}
