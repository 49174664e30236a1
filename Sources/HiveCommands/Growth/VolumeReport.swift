// SPDX-License-Identifier: MIT

import FileAccess
import ProfileForensics
import RegistryHive

/// The sizes of all hives of a mounted Windows volume, and the limit on their sum.
struct VolumeReport {
  /// One of the hives.
  struct Entry {
    let path: String
    let kind: HiveKind
    /// The name of the profile folder that the hive is in; nil for the machine's own hives.
    let profile: String?
    let bytes: HiveBytes
    let counts: HiveCounts
    let reclaimableBytes: Int
    let lastWritten: FileTime
    /// The row of the root key.
    let row: CSVRow
    let limit: RegistrySizeLimit.Applied
  }

  /// The volume as the user named it.
  let path: String
  /// The Windows on it; nil where its SOFTWARE hive does not tell.
  let release: WindowsRelease?
  /// The hives that can be read: those of the machine, then those of the profiles.
  let entries: [Entry]
  let limit: RegistrySizeLimit.Applied
  /// Whether all hives could be read.
  let isComplete: Bool

  /// Whether a path leads to a folder.
  static func isFolder(_ path: String) -> Bool {
    fileStatus(of: path)?.kind == .folder
  }

  /// Reads all hives of a volume; one that cannot be read is told and passed over.
  ///
  /// - Throws: ``CommandFailure`` where the path is no volume, or none of its hives can be read.
  init(
    path: String, limit options: SizeLimitOptions, logs: LogOptions,
    findings: inout [FindingsReport]
  ) throws(CommandFailure) {
    let volume: WindowsVolume
    do throws(ForensicsError) {
      volume = try WindowsVolume(path: path)
    } catch {
      throw CommandFailure(error)
    }
    for note in volume.notes { Diagnostics.warn(note.description) }
    self.path = path
    release = volume.machineHives[.software]
      .flatMap { try? Hive(path: $0.path, logs: logs.source) }
      .flatMap(WindowsRelease.init(software:))
    let system = volume.machineHives[.system]
      .flatMap { try? Hive(path: $0.path, logs: logs.source) }
      .map(RegistrySizeLimit.Settings.init(system:))
    let model = options.model(
      try options.settings(logs: logs) ?? system ?? RegistrySizeLimit.Settings(),
      release: release)
    var entries: [Entry] = []
    var failures: [CommandFailure] = []
    for (file, profile) in Self.files(on: volume) {
      do throws(CommandFailure) {
        let usage = try logs.open(file.path).usage()
        let report = FindingsReport(of: usage.hive, name: file.path)
        report.add(usage.findings, of: usage.findingCount)
        findings.append(report)
        entries.append(
          Entry(usage, path: file.path, profile: profile, limit: model.applied(to: usage)))
      } catch {
        failures.append(error)
      }
    }
    guard !entries.isEmpty else {
      throw failures.first
        ?? CommandFailure(exitCode: .badInput, message: "\(path): has no hive on it")
    }
    for failure in failures { Diagnostics.warn(failure.message) }
    self.entries = entries
    isComplete = failures.isEmpty && !volume.notes.contains(where: \.isLoss)
    limit = model.appliedToMachine(bins: entries.reduce(0) { $0 + $1.bytes.bins })
  }

  private static func files(
    on volume: WindowsVolume
  ) -> [(file: EvidenceFile, profile: String?)] {
    let machine = HiveKind.allCases.compactMap { volume.machineHives[$0] }
    let profiles = volume.profiles.flatMap { profile in
      [profile.userHive, profile.mandatoryHive, profile.classesHive].compactMap(\.self)
        .map { ($0, profile.name) }
    }
    return machine.map { ($0, nil) } + profiles
  }

  /// The bytes of all files.
  var fileBytes: Int { entries.reduce(0) { $0 + $1.bytes.file } }
  /// What compacted copies would save in all.
  var reclaimableBytes: Int { entries.reduce(0) { $0 + $1.reclaimableBytes } }
}

extension VolumeReport.Entry {
  init(
    _ usage: HiveUsage, path: String, profile: String?, limit: RegistrySizeLimit.Applied
  ) {
    self.path = path
    kind = usage.hive.kind
    self.profile = profile
    bytes = usage.bytes
    counts = usage.counts
    reclaimableBytes = usage.reclaimableBytes
    lastWritten = GrowthReport.lastWritten(of: usage)
    row = CSVRow(usage.root)
    self.limit = limit
  }
}
