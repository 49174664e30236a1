// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

/// Opens the hives of a command line one after the other; one that cannot be read does not keep the
/// others from it.
struct HiveRun {
  private let inputs: Inputs
  private let logs: LogOptions
  private let location: RegistryLocation?
  private var failures: [CommandFailure] = []
  private var misses: [CommandFailure] = []
  private var codes: [ExitCode] = []
  /// How many hives were taken.
  private(set) var count = 0

  /// Makes ready for the hives of some inputs.
  ///
  /// - Parameters:
  ///   - inputs: The inputs.
  ///   - logs: Where to look for transaction logs.
  ///   - key: The key that is asked for, as the person wrote it; nil for the root.
  /// - Throws: ``CommandFailure`` where a log is named, and there is more than one hive.
  init(_ inputs: Inputs, logs: LogOptions, key: String? = nil) throws(CommandFailure) {
    guard logs.files.isEmpty || inputs.isSingleHive else {
      throw CommandFailure(
        exitCode: .validationFailure, message: "--logs with a file needs a single hive")
    }
    self.inputs = inputs
    self.logs = logs
    location = key.map { RegistryLocation($0) }
  }

  /// Opens a hive, and finds the key that is asked for; nil where one of these is not to be had.
  mutating func open(_ input: InputHive) -> (hive: Hive, start: Key, path: RegistryPath)? {
    do throws(CommandFailure) {
      let hive = try input.open(logs)
      guard let location else {
        count += 1
        return (hive, hive.root, "")
      }
      do throws(CommandFailure) {
        let (key, path) = try location.key(in: hive, of: input)
        count += 1
        return (hive, key, path)
      } catch {
        misses.append(error)
        return nil
      }
    } catch {
      if error.isLog, !inputs.isSingleHive {
        Diagnostics.note("\(input.path): is a transaction log of a hive, and was skipped")
      } else {
        failures.append(error)
      }
      return nil
    }
  }

  /// Takes note of how the work on a hive ended.
  mutating func add(_ code: ExitCode) {
    codes.append(code)
  }

  /// Says what could not be read.
  ///
  /// - Returns: The exit code.
  /// - Throws: ``CommandFailure`` where no hive could be taken.
  func finish() throws(CommandFailure) -> ExitCode {
    let isComplete = inputs.report()
    guard count > 0 else {
      try (failures + (location?.summary(of: misses) ?? [])).report(isAll: true)
      throw CommandFailure(exitCode: .badInput, message: "there is no hive to read")
    }
    try failures.report(isAll: false)
    if !failures.isEmpty || !isComplete { return .incomplete }
    return codes.first { $0 != .success } ?? .success
  }
}

extension RegistryLocation {
  /// What is said where no hive has the key: of several misses only the one that is near.
  func summary(of misses: [CommandFailure]) -> [CommandFailure] {
    let near = misses.filter { !$0.isOfOtherHive }
    if near.count == 1 { return near }
    guard misses.count > 1 else { return misses }
    let text = RegistryString(text).visible
    return [CommandFailure(exitCode: .incomplete, message: "no hive has the key \"\(text)\"")]
  }

  /// The key in a hive, with its path below the root.
  ///
  /// - Throws: ``CommandFailure`` that says what is there instead.
  func key(in hive: Hive, of input: InputHive) throws(CommandFailure) -> (Key, RegistryPath) {
    // To find the owner out takes reading another hive.
    let namesUser = isFull && self.text.uppercased().contains("S-1-")
    let text = RegistryString(text).visible
    var message = "\(input.path): "
    var isOfOtherHive = false
    let user = namesUser ? input.owner : input.user
    switch input.isStray && isFull ? .elsewhere : find(in: hive, user: user) {
    case .key(let key, let path): return (key, path)
    case .value(let name, let path):
      message +=
        "\"\(text)\" is not a key: \(name.visible) is a value of the key \"\(path.visible)\""
    case .missing(let name, let path, let similar):
      message += "has no key \"\(text)\""
      if !path.isRoot {
        message += ": \"\(path.visible)\" exists, but has no subkey \"\(name.visible)\""
      }
      if !similar.isEmpty {
        let names = similar.map { "\"\($0.visible)\"" }.joined(separator: " or ")
        message += "; did you mean \(names)?"
      }
    case .elsewhere:
      isOfOtherHive = true
      message += "has no key \"\(text)\": that is in another hive than this, \(hive.kind.article)"
    }
    throw CommandFailure(
      exitCode: .incomplete, message: message, isOfOtherHive: isOfOtherHive)
  }
}
