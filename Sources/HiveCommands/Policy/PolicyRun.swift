// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

/// What the paths of one command line say about policies.
struct PolicyRun {
  private var surveys: [PolicySurvey] = []
  /// The machine of each survey; nil where that is not known.
  private var machines: [String?] = []
  private let inputs: Inputs
  private var failures: [ForensicsError] = []
  private var passedOver: [String] = []
  private let logs: LogOptions
  private let hidesOthers: Bool

  /// Reads everything; one path that cannot be read does not keep the others from it.
  ///
  /// - Parameters:
  ///   - inputs: Hives, policy files and machines.
  ///   - policies: What to look for.
  ///   - logs: Where to look for transaction logs.
  ///   - hidesOthers: Whether the settings of services are left out where they do not live.
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  init(
    _ inputs: Inputs, policies: [Policy], logs: LogOptions, hidesOthers: Bool
  ) throws(CommandFailure) {
    self.logs = logs
    self.hidesOthers = hidesOthers
    self.inputs = inputs
    let paths = inputs.paths
    for path in inputs.named {
      do throws(ForensicsError) {
        surveys.append(
          try PolicySurvey(
            path: StandardInput.place(of: path), policies: policies, logs: logs.source, name: path))
        machines.append(nil)
      } catch {
        // A folder of collected hives holds logs too; they are no hives of their own.
        if error.code == .isLog, paths.count > 1 {
          passedOver.append(path)
        } else {
          failures.append(error)
        }
      }
    }
    for machine in inputs.machines {
      // Whoever gives two collections of a machine asks about both.
      for capture in [machine.live] + machine.otherCollections {
        surveys.append(PolicySurvey(capture, policies: policies, logs: logs.source))
        machines.append(inputs.label(of: machine))
      }
    }
    let isSingleHive = paths.count == 1 && surveys.allSatisfy { $0.hives.map(\.path) == paths }
    if !logs.files.isEmpty, !isSingleHive {
      throw CommandFailure(
        exitCode: .validationFailure, message: "--logs with a file needs a single hive")
    }
    if readings.isEmpty, let failure = (failures + surveys.flatMap(\.failures)).first {
      throw CommandFailure(failure)
    }
  }

  /// The readings of a path that are shown: those in their place first.
  private func shown(_ survey: PolicySurvey) -> [PolicyReading] {
    survey.readings.filter(\.isInPlace)
      + survey.readings.filter {
        !$0.isInPlace
          && (!hidesOthers || $0.policy.hive != .system || $0.state != .notConfigured)
      }
  }

  /// What was found, in the order of the paths.
  var readings: [PolicyReading] { surveys.flatMap(shown) }

  /// The same, each with its machine.
  var readingsByMachine: [(machine: String?, reading: PolicyReading)] {
    zip(machines, surveys).flatMap { machine, survey in shown(survey).map { (machine, $0) } }
  }

  /// Says what could not be read; returns whether all could.
  func report() -> Bool {
    var isComplete = inputs.report() && failures.isEmpty
    for path in passedOver {
      Diagnostics.note("\(path): is a transaction log of a hive, and was skipped")
    }
    for failure in failures { Diagnostics.note(failure.description) }
    for survey in surveys {
      for failure in survey.failures {
        Diagnostics.note(failure.description)
        isComplete = false
      }
      for read in survey.hives {
        logs.report(read.hive.state, of: read.path)
        let report = FindingsReport(of: read.hive, name: read.path)
        for found in survey.findings where found.source == read.path {
          report.add(found.finding, at: found.key)
        }
        if report.finish() != .success { isComplete = false }
      }
      for file in survey.policyFiles {
        let report = FindingsReport(file.findings, name: file.path)
        if report.finish() != .success { isComplete = false }
      }
    }
    return isComplete
  }

  /// Says which policies do not have the state that they are expected to have; returns whether
  /// all have it.
  func check(_ expectation: PolicyExpectation) -> Bool {
    let inForce = surveys.flatMap { survey in
      let inPlace = shown(survey).filter(\.isInPlace)
      let policyFiles = Set(survey.policyFiles.map(\.path))
      let inHives = inPlace.filter { !policyFiles.contains($0.source) }
      return inHives.isEmpty ? inPlace : inHives
    }
    let judged = inForce.isEmpty ? readings : inForce
    let others = judged.filter { $0.state != expectation.state }
    for reading in others {
      Diagnostics.note(
        "\(reading.source): \(reading.policy.name) is \(reading.state.text);"
          + " expected: \(expectation.state.text)")
    }
    return others.isEmpty
  }
}
