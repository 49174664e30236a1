// SPDX-License-Identifier: MIT

import FileAccess
public import RegistryHive
public import WindowsEvents

/// What the files of a machine say, each fact read in one place and once.
///
/// Rules judge it.
public struct MachineFacts: Sendable {
  /// The files.
  public let capture: Capture
  /// The machine's Windows; nil where its SOFTWARE hive does not say.
  public let release: WindowsRelease?
  /// The profile list; nil where there is none.
  public let list: ProfileList?
  /// The earlier state of the machine that the list is from, where SOFTWARE itself is not available;
  /// nil where the list is that of the state that is judged.
  let listLabel: String?
  /// The policy that keeps Windows from unloading registries by force.
  public let forceUnload: ForceUnloadPolicy
  /// The policy that deletes the local copies of roaming profiles; nil where it is not on.
  let cachedCopies: CheckEvidence?
  /// The same policy where its value has a type that the policy does not have.
  let invalidCachedCopies: CheckEvidence?
  /// That policy in the view of 32-bit programs, where Windows does not read it.
  let misplacedCachedCopies: [CheckEvidence]
  /// Why roaming profiles are not copied to their server, by a policy; nil where none is set.
  let roamingObstacle: String?
  /// Whether a policy makes all profiles local ones (`LocalProfile`).
  let hasLocalProfilesOnly: Bool
  /// Where local Group Policy and the registry differ.
  let localPolicy: LocalPolicy
  /// When the machine started and stopped.
  public let timeline: MachineTimeline
  /// The services that run as an account.
  public let services: [ServiceIdentity]
  /// The scheduled tasks that name a user.
  public let tasks: [ScheduledTask]
  /// The tasks and application pools that run as a user, by files that are no hives.
  let runAsFiles: RunAsFiles
  /// The applications of COM that run as a user; nil where there is no SOFTWARE hive.
  public let com: ComIdentities?
  /// The limits on the registry's size.
  public let sizeLimit: RegistrySizeLimit
  /// When the key was last written that may hold `RegistrySizeLimit`.
  let limitKeyLastWritten: FileTime?
  /// What keeps profiles in containers.
  public let containers: ProfileContainers
  /// The service UPHClean; nil where it is not installed.
  let uphclean: UPHCleanFacts?
  let programs: MachinePrograms
  let events: EventIndex
  /// The events of the machine itself, oldest first.
  package var ownEvents: [ProfileEvent] { events.all }
  /// From when to when the machine's logs speak.
  public let reach: [LogReach]
  /// From when to when the logs speak of the machine itself: without those of others.
  let ownReach: [LogReach]
  /// What is known of each hive that could be opened, by its path.
  let hives: [String: HiveFacts]
  /// Other names of the folders of profiles.
  private(set) var aliases = FolderAliases()
  /// The profile lists of earlier captures of the machine, with what to call these.
  let earlierLists: [(label: String, list: ProfileList)]

  /// Files that should have been read, and could not.
  public private(set) var failures: [ForensicsError] = []
  /// The state of each hive that was read, with its path.
  public private(set) var states: [ReadHive] = []

  /// Reads a machine.
  ///
  /// - Parameters:
  ///   - machine: The machine. Its newest capture is read; of earlier ones the profile lists.
  ///   - events: The events of its logs.
  ///   - reach: From when to when its logs speak.
  ///   - logs: Where to look for the transaction logs of dirty hives.
  public init(
    _ machine: Machine, events: [ProfileEvent] = [], reach: [LogReach] = [],
    logs: TransactionLogSource = .automatic
  ) {
    self.init(machine, opened: [:], events: events, reach: reach, logs: logs)
  }

  init(
    _ machine: Machine, opened: [HiveKind: Hive], events: [ProfileEvent], reach: [LogReach] = [],
    logs: TransactionLogSource
  ) {
    self.reach = reach
    let capture = machine.live
    self.capture = capture
    let opened = OpenedHives(machine, opened: opened, logs: logs)
    (hives, states, failures) = (opened.facts, opened.states, opened.failures)
    let machineHives = opened.machineHives
    let software = machineHives[.software]
    let system = machineHives[.system]
    let saved = software == nil ? Self.savedSoftware(machine, logs) : nil
    list = (software ?? saved?.hive).flatMap { ProfileList(software: $0) }
    release = (software ?? saved?.hive).flatMap { WindowsRelease(software: $0) }
    listLabel = list == nil ? nil : saved?.label
    let softwareFacts = capture.machineHives[.software].flatMap { opened.facts[$0.path] }
    var forceUnload = ForceUnloadPolicy(
      software: software, system: system, isDamaged: softwareFacts?.damage.isEmpty == false,
      userHives: opened.userHives)
    do throws(ForensicsError) {
      localPolicy = try LocalPolicy(capture, software: software)
    } catch {
      localPolicy = LocalPolicy()
      failures.append(error)
    }
    (cachedCopies, invalidCachedCopies) = Self.cachedCopies(software, release)
    misplacedCachedCopies = Self.misplacedCachedCopies(software)
    hasLocalProfilesOnly = Self.isOn("LocalProfile", in: software)
    roamingObstacle = Self.roamingObstacle(software)
    services = system.map { ServiceIdentity.all(in: $0) } ?? []
    let services = services
    tasks = software.map { ScheduledTask.all(in: $0) } ?? []
    runAsFiles = RunAsFiles(capture)
    com = software.map {
      ComIdentities(software: $0, services: services, security: machineHives[.security])
    }
    sizeLimit = RegistrySizeLimit(
      system.map { RegistrySizeLimit.Settings(system: $0) } ?? RegistrySizeLimit.Settings(),
      release: release)
    limitKeyLastWritten = sizeLimit.settings.limitKey.flatMap {
      system?.key(at: RegistryPath($0))?.lastWritten
    }
    containers = ProfileContainers(software: software, system: system)
    programs = MachinePrograms(software: software, system: system)
    self.events = EventIndex(
      events, computer: machine.name ?? Self.computerName(system),
      logs: capture.ownLogs, reach: reach, hostNames: Self.hostNames(system), list: list)
    ownReach = reach.compactMap { [events = self.events] in events.own($0) }
    uphclean = UPHCleanFacts(
      system: system, defaultHive: machineHives[.default], events: self.events.all)
    timeline = MachineTimeline(
      events: self.events.all, reach: ownReach, system: system)
    earlierLists = Self.earlierLists(machine, logs, addingTo: &forceUnload)
    self.forceUnload = forceUnload
    aliases = FolderAliases(self)
  }

  /// The hives without which a mounted volume says little, as failures to read them.
  static func missingHives(of machine: Machine) -> [ForensicsError] {
    let capture = machine.live
    let saved = machine.captures.dropFirst().first { $0.machineHives[.software] != nil }
    return [
      (
        HiveKind.software,
        saved.map {
          "policies and COM applications are not known, and the profile list is that of \($0.label)"
        } ?? "the profile list, policies and COM applications are not known"
      ),
      (.system, "services and the registry size limit are not known"),
    ].filter { capture.machineHives[$0.0] == nil }.map { kind, loss in
      ForensicsError(
        code: .noSuchFile, path: capture.path, reason: "has no \(kind.rawValue) hive: \(loss)")
    }
  }

  /// The profile lists of earlier states, whose hives are added to what is known of the policy.
  private static func earlierLists(
    _ machine: Machine, _ logs: TransactionLogSource, addingTo forceUnload: inout ForceUnloadPolicy
  ) -> [(label: String, list: ProfileList)] {
    var lists: [(label: String, list: ProfileList)] = []
    for earlier in machine.captures.dropFirst() {
      guard let file = earlier.machineHives[.software],
        let hive = try? OpenedHives.open(file, logs)
      else { continue }
      forceUnload.add(earlier: hive, label: earlier.label)
      if let list = ProfileList(software: hive) { lists.append((earlier.label, list)) }
    }
    return lists
  }

  /// The newest SOFTWARE of an earlier state, with what to call that.
  private static func savedSoftware(
    _ machine: Machine, _ logs: TransactionLogSource
  ) -> (label: String, hive: Hive)? {
    for capture in machine.captures.dropFirst() {
      if let file = capture.machineHives[.software], let hive = try? OpenedHives.open(file, logs) {
        return (capture.label, hive)
      }
    }
    return nil
  }

  private static func computerName(_ system: Hive?) -> String? {
    guard let system, let set = ControlSet(of: system) else { return nil }
    return set.key.key(at: "Control\\ComputerName\\ComputerName")?.text("ComputerName")
  }

  /// The names of the host for its networks: the present one, and the one after the next start, to
  /// which the computer's name is changed before.
  private static func hostNames(_ system: Hive?) -> [String] {
    guard let system, let set = ControlSet(of: system),
      let key = set.key.key(at: "Services\\Tcpip\\Parameters")
    else { return [] }
    return ["Hostname", "NV Hostname"].compactMap { key.text($0) }.filter { !$0.isEmpty }
  }

  /// `DeleteRoamingCache`, as a policy or where NT 4.0 to XP have it too.
  ///
  /// Source: KB 837115; UserProfiles.admx.
  private static func cachedCopies(
    _ software: Hive?, _ release: WindowsRelease?
  ) -> (CheckEvidence?, invalid: CheckEvidence?) {
    var places = [ForceUnloadPolicy.path]
    if release.map({ $0.generation <= .server2003 }) ?? true {
      places.append("Microsoft\\Windows NT\\CurrentVersion\\Winlogon")
    }
    var invalid: CheckEvidence?
    for path in places {
      let key = software?.key(at: path)
      if path == places[0], let key, let value = key.value(named: "DeleteRoamingCache"),
        key.number("DeleteRoamingCache") == nil
      {
        invalid = CheckEvidence(
          in: "SOFTWARE", path, value: "DeleteRoamingCache", time: key.lastWritten,
          "is \(value.type), where the policy is a REG_DWORD")
      }
      if let key = software?.key(at: path), let number = key.number("DeleteRoamingCache"),
        number != 0
      {
        return (
          CheckEvidence(
            in: "SOFTWARE", path, value: "DeleteRoamingCache", time: key.lastWritten,
            "\(number): the local copy of a roaming profile is deleted at log-off"), nil
        )
      }
    }
    return (nil, invalid)
  }

  private static func misplacedCachedCopies(_ software: Hive?) -> [CheckEvidence] {
    let path = RegistryPath(names: ["WOW6432Node"] + ForceUnloadPolicy.path.names)
    guard let key = software?.key(at: path), key.value(named: "DeleteRoamingCache") != nil else {
      return []
    }
    return [
      CheckEvidence(
        in: "SOFTWARE", path, value: "DeleteRoamingCache", time: key.lastWritten,
        "the view of 32-bit programs")
    ]
  }

  /// The policy that keeps roaming profiles from being copied to their server.
  private static func roamingObstacle(_ software: Hive?) -> String? {
    if isOn("LocalProfile", in: software) {
      return "the policy LocalProfile allows local profiles only"
    }
    return isOn("ReadOnlyProfile", in: software)
      ? "the policy ReadOnlyProfile keeps changes from being copied there" : nil
  }

  private static func isOn(_ name: RegistryString, in software: Hive?) -> Bool {
    software?.key(at: ForceUnloadPolicy.path)?.number(name).map { $0 != 0 } ?? false
  }

  // MARK: - Questions

  /// What is known of a hive; nil where it could not be opened.
  func facts(of file: EvidenceFile?) -> HiveFacts? { file.flatMap { hives[$0.path] } }

  /// Whether the machine's Windows unloads registries by force; nil where that is not known.
  var unloadsByForce: Bool? { release.map { $0.generation >= .vista } }

  /// The subject of what is found about the machine as a whole.
  var subject: String { capture.path }

  /// The hive that the profile list is in.
  var listSource: String { listLabel.map { "\($0): SOFTWARE" } ?? "SOFTWARE" }

  /// The path of a profile's entry in the list.
  static func listPath(of entry: ProfileListEntry) -> RegistryPath {
    ProfileList.path.appending(entry.key.name)
  }

  /// What an earlier state's profile list has of a user who is in the present one no more.
  func formerEntry(of person: RulePerson) -> [CheckEvidence] {
    guard person.history == nil else { return [] }
    for (label, list) in earlierLists {
      guard
        let entry = list.profiles.first(where: { $0.identifier?.description == person.subject })
      else { continue }
      return [
        CheckEvidence(
          in: "\(label): SOFTWARE", Self.listPath(of: entry), value: "ProfileImagePath",
          time: entry.key.lastWritten,
          "\(entry.imagePath ?? "an entry without a path"), which the list has no more")
      ]
    }
    return []
  }

  /// Evidence that is a file.
  func evidence(_ file: EvidenceFile, time: FileTime? = nil, _ fact: String) -> CheckEvidence {
    CheckEvidence(source: RegistryString(capture.relativePath(file.path)), time: time, fact: fact)
  }

  /// Evidence in a profile's entry of the list.
  func evidence(
    _ entry: ProfileListEntry, value: RegistryString? = nil, time: FileTime? = nil, _ fact: String
  ) -> CheckEvidence {
    CheckEvidence(
      in: listSource, Self.listPath(of: entry), value: value,
      time: time ?? entry.key.lastWritten, fact)
  }
}

extension Capture {
  /// The names of the logs that are the machine's own whatever computers their records name: those in
  /// the folder that Windows writes them to.
  ///
  /// A machine that was given another name has its earlier one in older records.
  var ownLogs: Set<String> {
    let folders = ["/winevt/logs/", "/system32/config/"]
    var isOwn: [String: Bool] = [:]
    for file in eventLogs {
      let log = file.path.lastPathPart
      let path = file.path.lowercased()
      isOwn[log] = folders.contains { path.contains($0) } && isOwn[log] != false
    }
    let own = Set(isOwn.filter(\.value).keys)
    return Set(own.flatMap { [$0, CollectedName.decoded($0)] })
  }

  /// What to call an earlier state of a machine in evidence.
  fileprivate var label: String {
    switch origin {
    case .shadowCopy(let name): name
    case .regBack: "RegBack"
    case .live, .saved, .roamingStore: path
    }
  }
}

extension MachineFacts {
  /// A hive that was read.
  public struct ReadHive: Sendable {
    /// Where it is.
    public let path: String
    /// Whether its file was complete.
    public let state: HiveState
  }
}
