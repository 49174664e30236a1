// SPDX-License-Identifier: MIT

import FileAccess
import ProfileForensics
import RegistryHive

/// The sizes of all hives of a machine, and the limit on their sum.
struct VolumeReport: Sendable {
  /// One of the hives.
  struct Entry: Sendable {
    let path: String
    let kind: HiveKind
    /// The name of the profile folder that the hive is in; nil for the machine's own hives.
    let profile: String?
    let bytes: HiveBytes
    let counts: HiveCounts
    let reclaimableBytes: Int
    let lastWritten: FileTime
    /// The row of the root key.
    let row: KeyUsageRow
    let limit: RegistrySizeLimit.Applied
    /// Whether the hive was loaded when it was copied; nil where that is not known.
    private(set) var isLoaded: Bool?
    /// Whether it is one that would be loaded, were all users of the machine logged on.
    private(set) var isOfUserOrMachine: Bool
    /// The values that take up most of it.
    let largestValues: [ValueUsage]
    /// The hive's part of a page; empty for other formats.
    var page: [UInt8] = []
    /// How large the hive was in earlier states of the machine; only for pages.
    var states: [(name: String, bytes: Int)] = []
  }

  /// The folder that the files are in; nil for hives that were named one by one.
  let path: String?
  /// The machine; nil where it has no name and is the only one.
  let machine: String?
  /// The Windows on it; nil where its SOFTWARE hive does not say.
  let release: WindowsRelease?
  /// The folders of the machine's earlier states, which do not count.
  let earlierStates: [String]
  /// The hives that can be read: those of the machine, then those of the profiles.
  let entries: [Entry]
  /// The registry size limit, and what the hives that were loaded use of it.
  let limit: RegistrySizeLimit.Applied
  /// The same, and what the machine's hives and those of all users would use of it, were all of
  /// them loaded.
  let limitOfAll: RegistrySizeLimit.Applied
  /// Whether all hives could be read.
  let isComplete: Bool

  /// A report on each machine, and one on the hives that were named.
  ///
  /// - Throws: ``CommandFailure`` where no hive can be read.
  static func all(
    _ inputs: Inputs, limit: SizeLimitOptions, logs: LogOptions, isForPage: Bool = false,
    findings: inout [FindingsReport]
  ) throws(CommandFailure) -> [VolumeReport] {
    var reports: [VolumeReport] = []
    var failures: [CommandFailure] = []
    func add(
      _ hives: [InputHive], of machine: Machine? = nil, label: String? = nil
    ) throws(CommandFailure) {
      let report = try VolumeReport(
        hives: hives, of: machine, label: label, limit: limit, logs: logs, isForPage: isForPage,
        findings: &findings, failures: &failures)
      if let report { reports.append(report) }
    }
    if !inputs.named.isEmpty { try add(inputs.named.map { InputHive(path: $0) }) }
    for machine in inputs.machines {
      let label = inputs.label(of: machine)
      // Hives that Windows does not load have no part in its limits.
      let hives = InputHive.all(in: machine.live, of: label).filter { !$0.isStray }
      try add(hives, of: machine, label: label)
      if let strays = machine.live.sentenceOnStrays {
        Diagnostics.note("\(machine.live.path): \(strays) were not measured")
      }
      let earlier = machine.earlierStates.map(\.path)
      if !earlier.isEmpty, !isForPage {
        Diagnostics.note(
          "\(machine.label): earlier states do not count and were left out: "
            + earlier.joined(separator: ", "))
      }
    }
    guard !reports.isEmpty else {
      throw failures.first
        ?? CommandFailure(exitCode: .badInput, message: "\(inputs.paths[0]): has no hive on it")
    }
    for failure in failures { Diagnostics.note(failure.message) }
    return reports
  }

  /// Reads all hives of a machine; one that cannot be read is told and passed over.
  ///
  /// Nil where there is none that can be read.
  private init?(
    hives: [InputHive], of machine: Machine?, label: String?,
    limit options: SizeLimitOptions, logs: LogOptions, isForPage: Bool,
    findings: inout [FindingsReport],
    failures: inout [CommandFailure]
  ) throws(CommandFailure) {
    let capture = machine?.live
    path = capture?.path
    self.machine = label
    earlierStates = machine?.earlierStates.map(\.path) ?? []
    let software = capture?.machineHives[.software]
      .flatMap { try? Hive(path: $0.path, logs: logs.source) }
    let release = software.flatMap(WindowsRelease.init(software:))
    self.release = release
    let held = machine.map { Self.held($0, release) } ?? []
    let loaded = capture.map { capture in
      LoadedProfiles(
        capture, list: software.flatMap(ProfileList.init(software:)), held: held)
    }
    let system = capture?.machineHives[.system]
      .flatMap { try? Hive(path: $0.path, logs: logs.source) }
      .map(RegistrySizeLimit.Settings.init(system:))
    let model = options.model(
      try options.settings(logs: logs) ?? system ?? RegistrySizeLimit.Settings(),
      release: release)
    var entries: [Entry] = []
    var isComplete = true
    for input in hives {
      do throws(CommandFailure) {
        let usage = try input.open(logs).usage()
        let report = FindingsReport(of: usage.hive, name: input.path)
        report.add(usage.findings, of: usage.findingCount)
        findings.append(report)
        var entry = Entry(
          usage, input, capture?.origin == .roamingStore ? nil : loaded,
          isOfMachine: capture?.isMachineHive(input.path) ?? true,
          limit: model.applied(to: usage))
        if capture?.origin == .roamingStore { entry.setApart() }
        if isForPage {
          entry.addPage(usage, input, among: hives.count, earlier: machine?.earlierStates ?? [])
        }
        entries.append(entry)
      } catch {
        if error.isLog {
          Diagnostics.note("\(input.path): is a transaction log of a hive, and was skipped")
          continue
        }
        failures.append(error)
        isComplete = false
      }
    }
    guard !entries.isEmpty else { return nil }
    self.entries = entries
    self.isComplete = isComplete
    func applied(_ counts: (Entry) -> Bool) -> RegistrySizeLimit.Applied {
      model.appliedToMachine(
        bins: entries.reduce(0) { $0 + (counts($1) ? $1.bytes.bins : 0) })
    }
    // Of hives that were named one by one, nothing says whether they were loaded.
    limit = applied { capture == nil || $0.isLoaded == true }
    limitOfAll = applied(\.isOfUserOrMachine)
  }

  /// The users whose hives programs may still keep loaded, by events: before Windows Vista a
  /// registry that is in use at the log-off stays loaded with a `RefCount` of 0.
  private static func held(
    _ machine: Machine, _ release: WindowsRelease?
  ) -> Set<SecurityIdentifier> {
    guard let release, release.generation <= .server2003, !machine.logs.isEmpty else { return [] }
    let check = ProfileCheck(machine, events: EventsRun(logs: machine.logs).events)
    return Set(check.profiles.filter { $0.mayBeHeld(check.facts) }.compactMap(\.identifier))
  }

  /// The bytes of all bins.
  var binBytes: Int { entries.reduce(0) { $0 + $1.bytes.bins } }
  /// How many hives of users it is not known of whether they were loaded.
  var unknownCount: Int {
    path == nil ? 0 : entries.count { $0.isLoaded == nil && $0.isOfUserOrMachine }
  }

  /// What would count, were all users logged on, in a sentence; nil where that is no more.
  var sentenceOnAll: String? {
    guard path != nil, limitOfAll.used > limit.used else { return nil }
    let share = limitOfAll.share.map { ", \(percent($0)) of the limit" } ?? ""
    return "With all these users logged on, \(byteText(limitOfAll.used)) would count\(share)."
  }

  /// What is not known about loaded hives, in a sentence; nil where all is.
  var sentenceOnUnknown: String? {
    guard unknownCount > 0 else { return nil }
    let hives = unknownCount == 1 ? "1 hive" : "\(unknownCount) hives"
    return "Whether \(hives) of users were loaded is not known, so that "
      + (unknownCount == 1 ? "it does not count here." : "they do not count here.")
  }

  /// The bytes of all files.
  var fileBytes: Int { entries.reduce(0) { $0 + $1.bytes.file } }
  /// What compacted copies would save in all.
  var reclaimableBytes: Int { entries.reduce(0) { $0 + $1.reclaimableBytes } }
}

extension VolumeReport.Entry {
  /// How many values are named.
  private static let valueCount = 10

  init(
    _ usage: HiveUsage, _ input: InputHive, _ loaded: LoadedProfiles?, isOfMachine: Bool,
    limit: RegistrySizeLimit.Applied
  ) {
    path = input.path
    kind = usage.hive.kind
    profile = input.profile?.name
    isOfUserOrMachine = isOfMachine || input.profile.map { !$0.isTemplate } ?? false
    isLoaded =
      if let files = input.profile {
        loaded?.isLoaded(
          files, user: SecurityIdentifier(classesRoot: usage.hive.root.name),
          isDirty: usage.hive.state.isDirty)
      } else {
        isOfMachine && loaded != nil ? true : nil
      }
    largestValues = usage.root.largestValues(Self.valueCount)
    bytes = usage.bytes
    counts = usage.counts
    reclaimableBytes = usage.reclaimableBytes
    lastWritten = GrowthReport.lastWritten(of: usage)
    row = KeyUsageRow(usage.root)
    self.limit = limit
  }

  /// Takes it for a copy on a server, which no Windows loads from there.
  fileprivate mutating func setApart() {
    isLoaded = false
    isOfUserOrMachine = false
  }
}

// MARK: - For pages

extension VolumeReport.Entry {
  /// How many keys of all hives together a page names, and the bytes of the rows for its script.
  private static let keyLimit = 10_000
  private static let dataLimit = 3 << 20

  /// Adds the hive's part of a page, and its size in earlier states of the machine.
  fileprivate mutating func addPage(
    _ usage: HiveUsage, _ input: InputHive, among count: Int, earlier states: [Capture]
  ) {
    let report = GrowthReport(
      name: input.path, usage: usage, start: usage.root, startPath: "", limit: limit, steps: [],
      depth: nil, top: nil)
    let output = Output()
    let part = GrowthPage(
      report: report, isAlone: false, keyLimit: min(max(Self.keyLimit / count, 20), 500),
      dataLimit: Self.dataLimit / count)
    part.writeTree(below: usage.root, to: output)
    page = output.takeHeld()
    let name = input.path.lastPathPart.lowercased()
    for capture in states {
      let same = InputHive.all(in: capture, of: nil).first {
        !$0.isStray && $0.path.lastPathPart.lowercased() == name
          && $0.profile?.name == input.profile?.name
      }
      guard let path = same?.path, let bytes = fileStatus(of: path)?.size else { continue }
      self.states.append((Self.name(of: capture), bytes))
    }
  }

  private static func name(of capture: Capture) -> String {
    switch capture.origin {
    case .live: "as it is"
    case .shadowCopy(let name): "shadow copy \(name)"
    case .regBack: "RegBack"
    case .saved: "saved copy, \(capture.path)"
    case .roamingStore: "store of roaming profiles"
    }
  }
}
