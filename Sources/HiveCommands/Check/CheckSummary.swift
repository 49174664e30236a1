// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive
import WindowsEvents
import WindowsTypes

/// What is so of many machines: programs, findings, hives.
struct CheckSummary: Sendable {
  /// A program that kept registries open.
  struct Program: Sendable {
    /// Its file's name, as it was first seen.
    let name: String
    var machineCount = 0
    var users: Set<SecurityIdentifier> = []
  }

  /// A kind of finding.
  struct Kind: Sendable {
    let title: String
    var severity: CheckRule.Severity
    var machineCount = 0
    var count = 0
  }

  /// A hive.
  struct HiveSize: Sendable {
    let machine: String
    let path: String
    let bytes: Int
    /// How much larger the file is than in the machine's earliest state at hand; nil without one.
    let growth: Int?
  }

  /// How many hives are listed by each order.
  static let hiveCount = 20

  private(set) var machineCount = 0
  /// How many other collections of these machines were compared, and not judged.
  private(set) var otherCount = 0
  private var programs: [String: Program] = [:]
  private var kinds: [String: Kind] = [:]
  /// The largest hives, largest first.
  private(set) var largest: [HiveSize] = []
  /// The hives that grew most, most first.
  private(set) var grown: [HiveSize] = []

  init() {}

  /// Sums machines up.
  init(_ checked: [CheckRun.Checked]) {
    for machine in checked { add(CheckSummary(machine)) }
  }

  /// Sums one machine up.
  private init(_ machine: CheckRun.Checked) {
    machineCount = 1
    otherCount = machine.machineFiles?.otherCollections.count ?? 0
    for event in machine.check?.countedEvents ?? [] {
      for handle in event.leaks?.handles ?? [] {
        let name = handle.imageName
        var program = programs[name.lowercased()] ?? Program(name: name)
        program.machineCount = 1
        if let user = event.subject { program.users.insert(user) }
        programs[name.lowercased()] = program
      }
    }
    let label = machine.machine ?? machine.label
    add(hives: machine.machineFiles.map { Self.sizes(of: $0, label) } ?? [])
    for result in machine.results where !result.isVerdict {
      var kind =
        kinds[result.rule.id] ?? Kind(title: result.rule.title, severity: result.severity)
      kind.severity = min(kind.severity, result.severity)
      kind.machineCount = 1
      kind.count += result.count
      kinds[result.rule.id] = kind
    }
  }

  /// Adds the sums of other machines.
  mutating func add(_ other: CheckSummary) {
    machineCount += other.machineCount
    otherCount += other.otherCount
    programs.merge(other.programs) { one, other in
      var sum = one
      sum.machineCount += other.machineCount
      sum.users.formUnion(other.users)
      return sum
    }
    kinds.merge(other.kinds) { one, other in
      var sum = one
      sum.severity = min(one.severity, other.severity)
      sum.machineCount += other.machineCount
      sum.count += other.count
      return sum
    }
    add(hives: other.largest + other.grown)
  }

  private mutating func add(hives: [HiveSize]) {
    for hive in hives {
      if !largest.contains(where: { $0.path == hive.path && $0.machine == hive.machine }) {
        largest.append(hive)
      }
      guard let growth = hive.growth, growth > 0,
        !grown.contains(where: { $0.path == hive.path && $0.machine == hive.machine })
      else { continue }
      grown.append(hive)
    }
    largest.sort { ($1.bytes, $0.machine, $0.path) < ($0.bytes, $1.machine, $1.path) }
    grown.sort { ($1.growth ?? 0, $0.machine, $0.path) < ($0.growth ?? 0, $1.machine, $1.path) }
    largest.removeLast(max(0, largest.count - Self.hiveCount))
    grown.removeLast(max(0, grown.count - Self.hiveCount))
  }

  private static func sizes(of machine: Machine, _ label: String) -> [HiveSize] {
    let live = files(of: machine.live)
    let earlier = machine.earlierStates.reversed().map { files(of: $0) }
    return live.map { key, file in
      let before = earlier.lazy.compactMap { $0[key]?.size }.first
      return HiveSize(
        machine: label, path: machine.live.relativePath(file.path), bytes: file.size,
        growth: before.map { file.size - $0 })
    }
  }

  /// The hives of a capture, by what is the same in another capture.
  private static func files(of capture: Capture) -> [String: EvidenceFile] {
    var files: [String: EvidenceFile] = [:]
    for (kind, file) in capture.machineHives { files[kind.rawValue] = file }
    for profile in capture.profiles {
      let name = profile.identifier?.description ?? profile.name.lowercased()
      if let file = profile.userHive ?? profile.mandatoryHive { files["\(name) user"] = file }
      if let file = profile.classesHive { files["\(name) classes"] = file }
    }
    return files
  }

  /// How many machines there are, and how many collections of them were not judged.
  var title: String {
    guard otherCount > 0 else { return counted(machineCount, "machine") }
    let verb = otherCount == 1 ? "was" : "were"
    return "\(counted(machineCount, "machine")); \(counted(otherCount, "other collection")) of "
      + "\(machineCount == 1 ? "it" : "them") \(verb) compared, and not judged"
  }

  /// The programs on most machines first.
  var sortedPrograms: [Program] {
    programs.values.sorted {
      ($1.machineCount, $1.users.count, $0.name) < ($0.machineCount, $0.users.count, $1.name)
    }
  }

  /// The findings, the most serious first, then those on most machines.
  var sortedKinds: [(id: String, kind: Kind)] {
    kinds.map { ($0.key, $0.value) }.sorted {
      ($0.1.severity, $1.1.machineCount, $0.0) < ($1.1.severity, $0.1.machineCount, $1.0)
    }
  }
}
