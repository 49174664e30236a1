// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import RegistryExtraction

/// The file of rules of one command line.
struct RuleFile {
  /// How large a file of rules may be, in bytes.
  private static let limit = 64 << 20
  /// How many problems are reported one by one; the rest are counted.
  private static let toldLimit = 100

  let rules: ExtractionRules
  /// Whether all of the file can be used.
  let isSound: Bool

  /// Reads the file, and says on standard error what of it cannot be used.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be read, or has no rule.
  init(_ path: String, artifacts: [String]) throws(CommandFailure) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile(path: path).contents(limit: Self.limit)
    } catch {
      throw CommandFailure(error.description, code: error.code.rawValue)
    }
    let all: ExtractionRules
    do throws(RulesError) {
      all = try ExtractionRules(yaml: bytes)
    } catch {
      Self.tell(error.problems, of: error.problems.count, path)
      throw CommandFailure(exitCode: .badInput, message: "\(path): \(error)")
    }
    Self.tell(all.problems, of: all.problemCount, path)
    isSound = all.problemCount == 0
    if all.rules.isEmpty, artifacts.isEmpty {
      Diagnostics.warn(
        "\(path): has ForensicArtifacts definitions, and none with a registry source for Windows: "
          + "there is nothing to look for")
    }
    guard !artifacts.isEmpty else {
      rules = all
      return
    }
    guard all.format == .artifacts else {
      throw CommandFailure(
        exitCode: .validationFailure,
        message: "\(path): is a RECmd batch file; --artifact is for ForensicArtifacts definitions")
    }
    do throws(RulesError) {
      rules = try all.selecting(artifacts: artifacts)
    } catch {
      throw CommandFailure(exitCode: .validationFailure, message: "\(path): \(error)")
    }
  }

  private static func tell(_ problems: [RuleProblem], of total: Int, _ path: String) {
    for problem in problems.prefix(toldLimit) { Diagnostics.warn("\(path): \(problem)") }
    if total > toldLimit { Diagnostics.warn("\(path): and \(total - toldLimit) more") }
  }
}
