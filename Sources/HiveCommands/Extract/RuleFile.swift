// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import RegistryExtraction

/// The file of rules of one command line.
struct RuleFile {
  /// How large a file of rules may be, in bytes.
  private static let limit = 64 << 20
  /// How many names of a folder are looked at; the project's collection has about thirty.
  private static let folderLimit = 10_000
  /// How many problems of one kind are reported one by one; the rest are counted.
  private static let limitOfKind = 3
  /// How many kinds of problems are reported; the rest are counted.
  private static let kindLimit = 30

  let rules: ExtractionRules
  /// Whether all of the file can be used.
  let isSound: Bool

  /// Reads the file, or all definitions in a folder, and says on standard error what of it cannot
  /// be used.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be read, or has no rule.
  init(_ path: String, artifacts: [String]) throws(CommandFailure) {
    let isFolder = Inputs.isFolder(path)
    var isWhole = true
    let all =
      isFolder ? try Self.definitions(in: path, isWhole: &isWhole) : try Self.rules(in: path)
    isSound = isWhole && all.problemCount == 0
    if all.rules.isEmpty, artifacts.isEmpty {
      Diagnostics.note(
        "\(path): has ForensicArtifacts definitions, and none with a registry source for Windows: "
          + "there is nothing to look for")
    }
    let missing = all.missingArtifactNames
    if !missing.isEmpty {
      let shown = missing.prefix(5).joined(separator: ", ")
      let rest = missing.count > 5 ? " and \(grouped(missing.count - 5)) more" : ""
      Diagnostics.note(
        isFolder
          ? "\(path): its groups name definitions that none of its files has: \(shown)\(rest)"
          : "\(path): its groups name definitions that are in other files: \(shown)\(rest); give "
            + "the folder with all of them")
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

  /// The rules of a file.
  private static func rules(in path: String) throws(CommandFailure) -> ExtractionRules {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile(path: path).contents(limit: limit)
    } catch {
      throw CommandFailure(error.description, code: error.code.rawValue)
    }
    guard !bytes.starts(with: "regf".utf8) else {
      throw CommandFailure(
        exitCode: .badInput,
        message: "\(path): is a hive; the file of rules comes first, then hives or folders")
    }
    do throws(RulesError) {
      let rules = try ExtractionRules(yaml: bytes)
      report(rules.problems, of: rules.problemCount, path)
      return rules
    } catch {
      report(error.problems, of: error.problems.count, path)
      throw CommandFailure(exitCode: .badInput, message: "\(path): \(error)")
    }
  }

  /// The definitions of all files in a folder as one set, since those of one group those of others.
  ///
  /// A file that cannot be used costs itself only.
  private static func definitions(
    in path: String, isWhole: inout Bool
  ) throws(CommandFailure) -> ExtractionRules {
    let folder: Folder
    let names: [String]
    do throws(FileError) {
      folder = try Folder(path: path)
      names = try folder.list(limit: folderLimit).names.filter(isDefinitions)
    } catch {
      throw CommandFailure(error.description, code: error.code.rawValue)
    }
    guard !names.isEmpty else {
      throw CommandFailure(
        exitCode: .badInput,
        message: "\(path): is a folder without definitions (.yaml); the file of rules comes first, "
          + "then hives or folders")
    }
    var files: [ExtractionRules] = []
    var first: CommandFailure?
    for name in names {
      do throws(CommandFailure) {
        let file = try rules(in: folder.path(of: name))
        guard file.format == .artifacts else {
          throw CommandFailure(
            exitCode: .badInput,
            message: "\(folder.path(of: name)): is a RECmd batch file, which is a set of its own")
        }
        files.append(file)
      } catch {
        first = first ?? error
        isWhole = false
        Diagnostics.note("\(error.message); it was left out")
      }
    }
    if let first, files.isEmpty { throw first }
    return ExtractionRules(definitions: files)
  }

  private static func isDefinitions(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasSuffix(".yaml") || name.hasSuffix(".yml")
  }

  /// Says what cannot be used: of each kind the first lines, and how many more there are.
  private static func report(_ problems: [RuleProblem], of total: Int, _ path: String) {
    var counts: [String: Int] = [:]
    var kinds: [String] = []
    var reported = 0
    var last: RuleProblem?
    for problem in problems {
      let count = counts[problem.reason, default: 0]
      counts[problem.reason] = count + 1
      if count == 0 { kinds.append(problem.reason) }
      guard count < limitOfKind, kinds.count <= kindLimit else { continue }
      reported += 1
      // An alias leads to one place many times.
      guard problem != last else { continue }
      last = problem
      Diagnostics.note("\(path): \(problem)")
    }
    for kind in kinds.prefix(kindLimit) {
      let more = (counts[kind] ?? 0) - limitOfKind
      guard more > 0 else { continue }
      reported += more
      Diagnostics.note("\(path): \(counted(more, "more place")): \(kind)")
    }
    if total > reported { Diagnostics.note("\(path): and \(grouped(total - reported)) more") }
  }
}
