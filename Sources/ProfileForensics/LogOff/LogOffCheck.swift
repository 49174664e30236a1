// SPDX-License-Identifier: MIT

public import RegistryHive
public import WindowsEvents

/// Why a profile was not unloaded at log-off, as far as a machine's files tell.
///
/// The profile list, the state of the hives, policies, the size of the registry, the accounts that
/// COM applications and services run as, and events are put side by side. Each finding says what
/// it rests on and how sure that is.
///
/// ```swift
/// let check = LogOffCheck(try Capture(path: "/mnt"))
/// for profile in check.profiles { print(profile.subject, profile.verdict as Any) }
/// for result in check.results { print(result.severity, result.rule.title) }
/// ```
///
/// The questions are those of Microsoft's articles KB 837115 and KB 2287297.
public struct LogOffCheck: Sendable {
  /// The files that were looked at.
  public let evidence: Capture
  /// The machine's Windows; nil where its SOFTWARE hive does not tell.
  public let release: WindowsRelease?
  /// How the machine was stopped.
  public let machineState: MachineState
  /// The profiles: those in the list, in its order, then others that have a folder.
  public internal(set) var profiles: [CheckedProfile] = []
  /// What was found, the most serious first.
  public internal(set) var results: [CheckResult] = []
  /// Files that should have been read, and could not.
  public internal(set) var failures: [ForensicsError] = []
  /// What is not at hand, and what cannot be told without it, in sentences.
  public internal(set) var remarks: [String] = []
  /// The state of each hive that was read, with its path.
  public private(set) var states: [(path: String, state: HiveState)] = []

  let list: ProfileList?
  let events: EventIndex
  let subjectPrefix: String
  /// The profiles by the users that their folders are named after.
  private(set) var profilesByName = NameIndex<CheckedProfile>()
  /// The hives of the machine; those of users are opened and closed one after the other.
  private let machineHives: [HiveKind: Hive]
  private var facts: [String: HiveFacts] = [:]

  /// Checks the profiles of a machine.
  ///
  /// - Parameters:
  ///   - evidence: The machine's files.
  ///   - events: The events of its logs that matter to profiles, as
  ///     ``WindowsEvents/ProfileEvent`` understands them.
  ///   - classes: Identifiers of classes of COM to look up, such as event 10006 names.
  ///   - logs: Where to look for the transaction logs of dirty hives.
  ///   - subjectPrefix: What to put in front of each subject, to tell several machines apart.
  public init(
    _ evidence: Capture, events: [ProfileEvent] = [], classes: [String] = [],
    logs: LogSource = .automatic, subjectPrefix: String = ""
  ) {
    self.init(
      evidence, opened: [:], events: events, classes: classes, logs: logs,
      subjectPrefix: subjectPrefix)
  }

  /// Checks what a hive of the machine tells of profiles by itself.
  ///
  /// - Parameters:
  ///   - hive: The hive; of one that is not the machine's nothing is told.
  ///   - path: Its path.
  ///   - classes: Identifiers of classes of COM to look up.
  ///   - subjectPrefix: What to put in front of each subject.
  public init(
    hive: Hive, path: String, classes: [String] = [], subjectPrefix: String = ""
  ) {
    let kind = hive.kind
    self.init(
      Capture(hive: path, kind: kind), opened: [kind: hive], events: [], classes: classes,
      logs: .automatic, subjectPrefix: subjectPrefix)
  }

  private init(
    _ evidence: Capture, opened: [HiveKind: Hive], events: [ProfileEvent],
    classes: [String], logs: LogSource, subjectPrefix: String
  ) {
    self.evidence = evidence
    self.subjectPrefix = subjectPrefix
    self.events = EventIndex(events.sorted { $0.record.time < $1.record.time })
    var machineHives: [HiveKind: Hive] = [:]
    for kind in WindowsVolume.machineKinds {
      guard let file = evidence.machineHives[kind] else { continue }
      do throws(ForensicsError) {
        let hive = if let hive = opened[kind] { hive } else { try Self.open(file, logs) }
        machineHives[kind] = hive
        states.append((file.path, hive.state))
        // A hive given alone is checked by itself.
        facts[file.path] = HiveFacts(
          hive, isUserHive: false, checksStructure: evidence.layout != .hive)
      } catch {
        failures.append(error)
      }
    }
    self.machineHives = machineHives
    for profile in evidence.profiles {
      for file in profile.hives {
        do throws(ForensicsError) {
          let hive = try Self.open(file, logs)
          states.append((file.path, hive.state))
          facts[file.path] = HiveFacts(
            hive, isUserHive: file != profile.classesHive, checksStructure: true)
        } catch {
          failures.append(error)
        }
      }
    }
    let software = machineHives[.software]
    let system = machineHives[.system]
    release = software.flatMap { WindowsRelease(software: $0) }
    list = software.flatMap { ProfileList(software: $0) }
    machineState =
      switch (software?.state.isDirty, system?.state.isDirty) {
      case (true?, _), (_, true?): .running
      case (false?, false?): .shutDown
      default: .unknown
      }
    remarkMissing()
    profiles = assembleProfiles()
    for profile in profiles {
      let folder = profile.listed?.imagePath?.split(separator: "\\").last.map(String.init)
      if let name = folder ?? profile.folder?.name { profilesByName.add(profile, folder: name) }
    }
    checkMachine()
    checkIdentities(classes: classes)
    for index in profiles.indices {
      var profile = profiles[index]
      check(&profile)
      profiles[index] = profile
    }
    checkBackups()
    checkOtherEvents()
    results = results.mostSeriousFirst
  }

  private mutating func remarkMissing() {
    guard evidence.layout != .hive else { return }
    func lacks(_ kind: HiveKind) -> Bool { evidence.machineHives[kind] == nil }
    if evidence.layout == .profile {
      remarks.append(
        "only the profile's own files are here: without the machine's hives and event logs, nothing"
          + " else can be told of it")
      return
    }
    for (kind, loss) in [
      (HiveKind.software, "the profile list, policies and COM applications are not known"),
      (.system, "services and the registry size limit are not known"),
    ] where lacks(kind) {
      if evidence.layout == .volume {
        failures.append(
          ForensicsError(
            code: .noSuchFile, path: evidence.path, reason: "has no \(kind.rawValue) hive: \(loss)")
        )
      } else {
        remarks.append("there is no \(kind.rawValue) hive: \(loss)")
      }
    }
    if evidence.eventLogs.isEmpty {
      remarks.append("there are no event logs: which programs kept registries open is not known")
    }
    if evidence.profiles.isEmpty { remarks.append("there is no user's hive") }
  }

  // MARK: - Finding things

  private static func open(
    _ file: EvidenceFile, _ logs: LogSource
  ) throws(ForensicsError) -> Hive {
    do throws(HiveError) {
      return try Hive(path: file.path, logs: logs)
    } catch {
      throw ForensicsError(
        code: .init(rawValue: error.code.rawValue), path: file.path, reason: error.reason)
    }
  }

  /// What is known of a hive; nil where it could not be opened.
  func facts(of file: EvidenceFile?) -> HiveFacts? { file.flatMap { facts[$0.path] } }

  /// The size of the bins of all hives together, in bytes.
  var binsSize: Int { facts.values.reduce(0) { $0 + $1.binsSize } }

  /// A hive of the machine; nil where it is not there or could not be opened.
  func machineHive(_ kind: HiveKind) -> Hive? { machineHives[kind] }

  // MARK: - Telling things

  /// The subject of what is found about the machine as a whole.
  var machineSubject: String { evidence.path }

  func subject(of profile: CheckedProfile) -> String { subjectPrefix + profile.subject }

  /// Evidence in a key of a hive.
  func evidence(
    in hive: String, _ path: RegistryPath, value: RegistryString? = nil, time: FileTime? = nil,
    _ fact: String
  ) -> CheckEvidence {
    var units = [UInt16](hive.utf16)
    for name in path.names { units += [0x5C] + name.utf16 }
    return CheckEvidence(source: RegistryString(utf16: units), value: value, time: time, fact: fact)
  }

  /// Evidence that is a file.
  func evidence(_ file: EvidenceFile, time: FileTime? = nil, _ fact: String) -> CheckEvidence {
    CheckEvidence(
      source: RegistryString(evidence.relativePath(file.path)), time: time, fact: fact)
  }

  /// Evidence that is an event.
  func evidence(_ event: ProfileEvent, _ fact: String) -> CheckEvidence {
    CheckEvidence(
      source: RegistryString("\(event.record.log), record \(event.record.number)"),
      time: event.record.time, fact: fact)
  }

  /// The path of a profile's entry in the list.
  func listPath(of profile: ListedProfile) -> RegistryPath {
    ProfileList.path.appending(profile.key.name)
  }
}

extension FileTime {
  /// Date and time to the second, for sentences.
  var sentenceText: String {
    description.prefix { $0 != "." }.split(separator: "T").joined(separator: " ") + " UTC"
  }
}
