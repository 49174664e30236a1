// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// What the paths of a command line lead to: PATH means the same in every command.
///
/// A path is a hive, another file that the command reads, a folder with files of machines in it, or
/// the root of a mounted Windows volume.
struct Inputs {
  /// The paths as they were given.
  let paths: [String]
  /// The machines of all folders.
  let collection: EvidenceCollection
  /// All hives: those that were named, and those of the machines, newest captures first.
  let hives: [InputHive]
  /// Event logs that were named, and those of the machines.
  let eventLogs: [InputFile]
  /// Policy files that were named, and those of the machines.
  let policyFiles: [InputFile]
  /// Paths that could not be read at all.
  private let failures: [CommandFailure]
  /// What was passed over.
  private let skipped: [SkippedItem]

  /// Looks through all paths; one that cannot be read does not keep the others from it.
  ///
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  init(_ paths: [String]) throws(CommandFailure) {
    self.paths = paths
    let folders = paths.filter(VolumeReport.isFolder)
    collection = EvidenceCollection(paths: folders)
    let isSeveral = collection.machines.count > 1
    var hives = paths.filter { !VolumeReport.isFolder($0) }.map { InputHive(path: $0) }
    var logs: [InputFile] = []
    var policies: [InputFile] = []
    for machine in collection.machines {
      let label = isSeveral ? machine.label : nil
      for capture in machine.captures {
        for kind in HiveKind.allCases {
          if let file = capture.machineHives[kind] {
            hives.append(InputHive(path: file.path, machine: label))
          }
        }
        hives += capture.otherHives.map { InputHive(path: $0.path, machine: label) }
        for profile in capture.profiles {
          hives += profile.hives.map {
            InputHive(path: $0.path, machine: label, profile: profile)
          }
        }
        logs += capture.eventLogs.map { InputFile(path: $0.path, machine: label) }
        policies += [capture.machinePolicy, capture.userPolicy].compactMap(\.self)
          .map { InputFile(path: $0.path, machine: label) }
      }
    }
    self.hives = hives
    eventLogs = logs
    policyFiles = policies
    failures = collection.failures.map { CommandFailure($0) }
    skipped = collection.skipped
    if hives.isEmpty, logs.isEmpty, policies.isEmpty, let failure = failures.first {
      throw failure
    }
  }

  /// Whether the command line names one hive and nothing else.
  var isSingleHive: Bool { paths.count == 1 && hives.map(\.path) == paths }

  /// Every file that is read, none of which may be written to.
  var files: [String] {
    hives.map(\.path) + (eventLogs + policyFiles).map(\.path)
  }

  /// Says once on standard error what was passed over; returns whether nothing is lost by it.
  func report() -> Bool {
    for item in skipped { Diagnostics.warn(item.description) }
    for failure in failures { Diagnostics.warn(failure.message) }
    return failures.isEmpty && !skipped.contains(where: \.isLoss)
  }
}

/// A file that a command reads.
struct InputFile {
  /// Where it is; `-` for standard input.
  let path: String
  /// The machine that it is from; nil where there is only one.
  var machine: String?
}

/// A hive that a command reads.
struct InputHive {
  /// Where it is; `-` for standard input.
  let path: String
  /// The machine that it is from; nil where there is only one.
  var machine: String?
  /// The profile that it belongs to; nil for a hive of the machine, and one that was named.
  var profile: ProfileFiles?

  /// Opens the hive, and says on standard error what became of its logs where it is dirty.
  func open(_ logs: LogOptions) throws(CommandFailure) -> Hive {
    try logs.open(path)
  }
}
