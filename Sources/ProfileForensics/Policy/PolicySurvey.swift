// SPDX-License-Identifier: MIT

public import RegistryHive

/// What a hive, a policy file or a mounted Windows volume says about policies.
///
/// - On a volume, machine policies are read from SOFTWARE and from
///   `GroupPolicy\Machine\Registry.pol`, user policies from every user's hive and from
///   `GroupPolicy\User\Registry.pol`. A hive says what is in force, a policy file what local Group
///   Policy is to put there; where they differ, the reading of the hive has a warning.
/// - A policy in a hive that Windows does not read it from has ``PolicyReading/isInPlace`` false.
public struct PolicySurvey: Sendable {
  /// A hive that was read.
  public struct ReadHive: Sendable {
    /// Where it is.
    public let path: String
    /// The hive.
    public let hive: Hive
  }

  /// What is wrong with a key that policies are stored in.
  public struct PolicyFinding: Sendable, Hashable {
    /// The hive that the key is in.
    public let source: String
    /// The key.
    public let key: RegistryPath
    /// What is wrong with it.
    public let finding: Finding
  }

  /// What the files say, in the order of the policies.
  public private(set) var readings: [PolicyReading] = []
  /// The hives that were read, with the path of each.
  public private(set) var hives: [ReadHive] = []
  /// The policy files that were read.
  public private(set) var policyFiles: [PolicyFile] = []
  /// What is wrong with keys that policies are stored in.
  public private(set) var findings: [PolicyFinding] = []
  /// Files of a volume that should have been read, and could not.
  public private(set) var failures: [ForensicsError] = []
  /// What was passed over on a volume.
  public private(set) var notes: [SkippedItem] = []

  private let logs: TransactionLogSource

  /// Reads policies.
  ///
  /// - Parameters:
  ///   - path: A hive, a policy file, the root of a Windows volume, or another folder with the files
  ///     of a machine.
  ///   - policies: The policies.
  ///   - logs: Where to look for the transaction logs of dirty hives.
  ///   - name: What to call a hive or a policy file; nil for its path.
  /// - Throws: ``ForensicsError`` where the path cannot be read, or is none of these.
  public init(
    path: String, policies: [Policy], logs: TransactionLogSource = .automatic, name: String? = nil
  ) throws(ForensicsError) {
    self.logs = logs
    let name = name ?? path
    switch try PathTarget(path: path) {
    case .folder:
      let capture = try Capture(path: path)
      notes = capture.notes
      read(capture, policies)
    case .file(let start) where start == [UInt8]("PReg".utf8) || path.isNamedLikePolicyFile:
      let file = try PolicyFile(path: path, name: name)
      policyFiles = [file]
      readings = policies.map { file.read($0, on: MachineContext()) }
    case .file:
      let source = HivePolicySource(try openHive(path, name: name), source: name)
      readings = policies.map { policy in
        var reading = source.read(policy, on: source.machine)
        if policy == .dontForceUnloadHive { reading.warnings += Self.misplaced(in: source) }
        return reading
      }
      findings = Self.findings(in: source, policies)
    }
  }

  /// Reads the policies of a machine.
  ///
  /// - Parameters:
  ///   - capture: The machine's files.
  ///   - policies: The policies.
  ///   - logs: Where to look for the transaction logs of dirty hives.
  public init(_ capture: Capture, policies: [Policy], logs: TransactionLogSource = .automatic) {
    self.logs = logs
    read(capture, policies)
  }

  private mutating func openHive(_ path: String, name: String) throws(ForensicsError) -> Hive {
    do throws(HiveError) {
      let hive = try Hive(path: path, logs: logs)
      hives.append(ReadHive(path: name, hive: hive))
      return hive
    } catch {
      throw ForensicsError(
        code: .init(rawValue: error.code.rawValue), path: name, reason: error.reason)
    }
  }

  /// What is wrong with the keys of policies in a hive.
  private static func findings(
    in source: HivePolicySource, _ policies: [Policy]
  ) -> [PolicyFinding] {
    var seen: Set<RegistryPath> = []
    return policies.flatMap { policy in
      let key = source.location(of: policy).key
      return policy.settings.map { RegistryPath(names: key.names + $0.subkey.names) }
    }
    .filter { seen.insert($0).inserted }
    .flatMap { key in
      (source.hive.key(at: key)?.findings ?? []).map {
        PolicyFinding(source: source.source, key: key, finding: $0)
      }
    }
  }
}

extension String {
  fileprivate var isNamedLikePolicyFile: Bool {
    RegistryString(String(suffix(4))).matches(".pol")
  }
}

// MARK: - Volumes

extension PolicySurvey {
  private mutating func read(_ volume: Capture, _ policies: [Policy]) {
    let software = hive(.software, of: volume)
    let machine = software?.machine ?? MachineContext()
    let machinePolicy = policyFile(volume.machinePolicy)
    let userPolicy = policyFile(volume.userPolicy)
    let system = policies.contains { $0.hive == .system } ? hive(.system, of: volume) : nil
    let users = policies.contains { $0.scope == .user } ? userHives(of: volume) : []

    let sources = [software, system].compactMap(\.self) + users
    findings = sources.flatMap { Self.findings(in: $0, policies) }
    let misplaced =
      policies.contains(.dontForceUnloadHive)
      ? (software.map(Self.misplaced) ?? []) + misplacedInSystem(of: volume)
        + misplacedByUsers(of: volume) : []
    for policy in policies {
      let file = policy.hive == .system ? nil : policy.scope == .user ? userPolicy : machinePolicy
      let ordered = file.map { $0.read(policy, on: machine) }
      let readings = sources.map { $0.read(policy, on: machine) }
      for var reading in readings where reading.isInPlace {
        if let ordered, let warning = reading.difference(from: ordered) {
          reading.warnings.append(warning)
        }
        if policy == .dontForceUnloadHive { reading.warnings += misplaced }
        self.readings.append(reading)
      }
      if let ordered { self.readings.append(ordered) }
      self.readings += readings.filter { !$0.isInPlace && $0.state != .notConfigured }
    }
  }

  private mutating func hive(_ kind: HiveKind, of volume: Capture) -> HivePolicySource? {
    guard let file = volume.machineHives[kind] else {
      failures.append(
        ForensicsError(
          code: .notAVolume, path: volume.path, reason: "has no \(kind.rawValue) hive"))
      return nil
    }
    return hive(file)
  }

  private mutating func hive(_ file: EvidenceFile) -> HivePolicySource? {
    do throws(ForensicsError) {
      return HivePolicySource(try openHive(file.path, name: file.path), source: file.path)
    } catch {
      failures.append(error)
      return nil
    }
  }

  private mutating func userHives(of volume: Capture) -> [HivePolicySource] {
    var sources: [HivePolicySource] = []
    for profile in volume.profiles {
      if let file = profile.mandatoryHive ?? profile.userHive, let source = hive(file) {
        sources.append(source)
      }
    }
    return sources
  }

  /// Where `DisableForceUnload` stands in a SOFTWARE hive without effect, in sentences; what the
  /// reading itself says is left out.
  private static func misplaced(in source: HivePolicySource) -> [String] {
    guard source.kind == .software else { return [] }
    let known = Set(source.location(of: .dontForceUnloadHive).mistaken.map(\.description))
    return sentences(on: MisplacedPolicy().places(in: source.hive, label: "SOFTWARE"), "SOFTWARE")
      .filter { sentence in !known.contains { sentence.hasPrefix("\($0) holds ") } }
  }

  /// The same in the SYSTEM hive of a volume.
  private func misplacedInSystem(of volume: Capture) -> [String] {
    guard let file = volume.machineHives[.system],
      let hive = try? Hive(path: file.path, logs: logs)
    else { return [] }
    return Self.sentences(on: MisplacedPolicy().places(in: hive, label: "SYSTEM"), "SYSTEM")
      .map { "SYSTEM\\\($0)" }
  }

  private static func sentences(on places: [CheckEvidence], _ label: String) -> [String] {
    places.map { evidence in
      let path = String(evidence.source.description.dropFirst(label.count + 1))
      guard let value = evidence.value else { return "\(path) is \(evidence.fact)." }
      guard value.matches(ForceUnloadPolicy.value) else {
        return "In \(path), \(evidence.fact)."
      }
      return "\(path) holds DisableForceUnload too, which Windows does not read there: it is "
        + "\(evidence.fact)."
    }
  }

  /// Where `DisableForceUnload` stands in hives of users, in sentences.
  private func misplacedByUsers(of volume: Capture) -> [String] {
    volume.profiles.flatMap { profile -> [String] in
      guard let file = profile.mandatoryHive ?? profile.userHive,
        let hive = try? Hive(path: file.path, logs: logs)
      else { return [] }
      return HiveFacts.misplaced(in: hive).map {
        "\(volume.relativePath(file.path)) holds \($0.key)\\DisableForceUnload, which Windows does not "
          + "read there: the policy is the machine's."
      }
    }
  }

  private mutating func policyFile(_ file: EvidenceFile?) -> PolicyFile? {
    guard let file else { return nil }
    do throws(ForensicsError) {
      let policyFile = try PolicyFile(path: file.path)
      policyFiles.append(policyFile)
      return policyFile
    } catch {
      failures.append(error)
      return nil
    }
  }
}

extension PolicyReading {
  /// How what is in force differs from what a policy file orders, in a sentence; nil where it does
  /// not.
  fileprivate func difference(from file: PolicyReading) -> String? {
    let pairs = zip(settings, file.settings)
    guard
      let (here, there) = pairs.first(where: { $0.content.applied != $1.content.applied })
    else { return nil }
    let name = here.setting.name
    let now = here.data.map { "\(name) is \($0.sentence) here" } ?? "\(name) is not set here"
    switch there.content {
    case .missing:
      return "\(now), and local Group Policy (Registry.pol) says nothing about it: it comes from"
        + " Group Policy of the domain, or was set without Group Policy."
    case .value(let type, let bytes):
      return "\(now), but local Group Policy (Registry.pol) sets it to"
        + " \(ValueData(bytes, type: type).sentence): not applied yet, or overruled by the domain,"
        + " or changed without Group Policy."
    case .deleted, .cleared:
      return "\(now), but local Group Policy (Registry.pol) deletes it: not applied yet, or"
        + " overruled by the domain, or changed without Group Policy."
    }
  }
}
