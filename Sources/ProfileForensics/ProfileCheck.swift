// SPDX-License-Identifier: MIT

public import RegistryHive
public import WindowsEvents
public import WindowsTypes

/// Why profiles were not unloaded at log-off, as far as a machine's files say.
///
/// The facts of the machine are read first, each in one place. Each profile then gets its history:
/// what was observed of it, oldest first, with the source of each observation. Rules judge both,
/// and say what each finding rests on and how sure that is.
///
/// ```swift
/// for machine in EvidenceCollection(paths: ["/mnt"]).machines {
///   let check = ProfileCheck(machine)
///   for profile in check.profiles {
///     if let verdict = profile.verdict { print("\(profile.name): \(verdict)") }
///   }
///   for result in check.results { print(result.severity, result.rule.title) }
/// }
/// ```
///
/// The questions are those of Microsoft's articles KB 837115 and KB 2287297.
public struct ProfileCheck: Sendable {
  /// What the files of the machine say.
  public let facts: MachineFacts
  /// The profiles: those in the list, in its order, then others that have a folder.
  public let profiles: [ProfileHistory]
  /// What was found, the most serious first.
  public let results: [CheckResult]
  /// What is not available, and what is not known without it, in sentences.
  public let remarks: [String]

  /// The events of the machine itself that count, oldest first.
  package let countedEvents: [ProfileEvent]

  private let places: [String: Int]

  /// What to ask beyond the usual.
  public struct Options: Sendable {
    /// Identifiers of classes of COM to look up, such as event 10006 names.
    public var classes: [String]
    /// The time from which on events count, such as that of a change that was made; nil for all.
    public var since: FileTime?
    /// Where to look for the transaction logs of dirty hives.
    public var logs: TransactionLogSource

    /// Makes options.
    public init(
      classes: [String] = [], since: FileTime? = nil, logs: TransactionLogSource = .automatic
    ) {
      self.classes = classes
      self.since = since
      self.logs = logs
    }
  }

  /// Checks the profiles of a machine.
  ///
  /// - Parameters:
  ///   - machine: The machine's files.
  ///   - events: The events of its logs that matter to profiles, as
  ///     `ProfileEvent` understands them; copies of one record count once.
  ///   - reach: From when to when its logs speak.
  ///   - options: What to ask beyond the usual.
  public init(
    _ machine: Machine, events: [ProfileEvent] = [], reach: [LogReach] = [],
    options: Options = Options()
  ) {
    self.init(
      MachineFacts(machine, events: events, reach: reach, logs: options.logs), options: options)
  }

  /// Checks what a hive of the machine says about profiles by itself.
  ///
  /// - Parameters:
  ///   - hive: The hive. One that is not the machine's says nothing.
  ///   - path: Its path.
  ///   - options: What to ask beyond the usual.
  public init(hive: Hive, path: String, options: Options = Options()) {
    let kind = hive.kind
    let capture = Capture(hive: path, kind: kind)
    let machine = Machine(name: nil, label: path, captures: [capture])
    self.init(
      MachineFacts(machine, opened: [kind: hive], events: [], logs: .automatic), options: options)
  }

  private init(_ facts: MachineFacts, options: Options) {
    self.facts = facts
    var assembly = ProfileAssembly(facts)
    var histories = assembly.histories()
    let join = EventJoin(facts, histories)
    let (events, others, ofNobody) = join.events()
    for index in histories.indices {
      histories[index].events = events[index]
    }
    Self.addAccounts(to: &histories, facts, join)
    let unknownAccounts = ofNobody.filter(\.kind.isAboutHiveInUse).compactMap(\.account).distinct
    for index in histories.indices where !histories[index].isBuiltIn {
      histories[index].countedSince = options.since
      histories[index].unknownAccounts = unknownAccounts
      histories[index].observe(facts)
      histories[index].verdict = histories[index].judged(facts)
    }
    profiles = histories
    places = Dictionary(
      histories.enumerated().map { ($1.subject, $0) },
      uniquingKeysWith: { histories[$0].isBuiltIn ? $1 : $0 })
    func counted(_ events: [ProfileEvent]) -> [ProfileEvent] {
      options.since.map { since in events.filter { $0.record.time >= since } } ?? events
    }
    countedEvents = counted(facts.ownEvents)
    let people =
      histories.filter { !$0.isBuiltIn }.map {
        RulePerson(subject: $0.subject, history: $0, events: counted($0.events))
      }
      + others.map {
        RulePerson(subject: $0.description, history: nil, events: counted(facts.events[$0]))
      }
      + Dictionary(grouping: ofNobody) { $0.account ?? $0.profilePath ?? facts.subject }
      .sorted { $0.key < $1.key }
      .map { RulePerson(subject: $0.key, history: nil, events: counted($0.value)) }
    let context = RuleContext(
      facts: facts, histories: histories, people: people, classes: options.classes,
      since: options.since, join: join)
    results = ProfileRules.all.flatMap { $0.results(context) }.mostSeriousFirst
    remarks = Self.remarks(facts, hasClasses: !options.classes.isEmpty)
  }

  /// Adds what runs as the user of a profile, though nobody logs on.
  private static func addAccounts(
    to histories: inout [ProfileHistory], _ facts: MachineFacts, _ join: EventJoin
  ) {
    for service in facts.services where !service.isDisabled {
      for index in join.profiles(of: service) { histories[index].services.append(service) }
    }
    for pool in facts.runAsFiles.pools where pool.loadsProfile != false {
      for index in join.profiles(of: pool.account) { histories[index].pools.append(pool) }
    }
    for task in facts.runAsFiles.tasks {
      let indices =
        task.identifier.map { wanted in
          histories.indices.filter { histories[$0].identifier == wanted }
        } ?? join.profiles(of: task.account)
      for index in indices { histories[index].taskFiles.append(task) }
    }
  }

  /// The history of the profile that a finding is about; nil where it is about something else.
  public func profile(subject: String) -> ProfileHistory? {
    places[subject].map { profiles[$0] }
  }

  // MARK: - What is missing

  private static func remarks(_ facts: MachineFacts, hasClasses: Bool) -> [String] {
    var remarks: [String] = []
    let capture = facts.capture
    if hasClasses, facts.com == nil {
      remarks.append("--class: there is no SOFTWARE hive to look classes up in")
    }
    guard capture.layout != .hive else { return remarks }
    if capture.layout == .profile {
      remarks.append(
        "only the profile's own files are here: without the machine's hives and event logs, nothing"
          + " else is known of it")
      return remarks
    }
    for (kind, loss) in [
      (HiveKind.software, "the profile list, policies and COM applications are not known"),
      (.system, "services and the registry size limit are not known"),
    ] where capture.machineHives[kind] == nil && capture.layout != .volume {
      remarks.append("there is no \(kind.rawValue) hive: \(loss)")
    }
    if capture.eventLogs.isEmpty, facts.reach.isEmpty, !capture.hasUnreadLogs {
      remarks.append("there are no event logs: which programs kept registries open is not known")
    }
    if facts.events.foreignCount > 0 {
      let count = facts.events.foreignCount
      remarks.append(
        "\(count == 1 ? "1 event" : "\(count) events") of other machines did not count")
    }
    remarks += facts.ownReach.compactMap(Self.sentence)
    if capture.profiles.isEmpty { remarks.append("there is no user's hive") }
    return remarks
  }

  /// How far back a log speaks, where what is older was overwritten.
  private static func sentence(_ reach: LogReach) -> String? {
    guard reach.isWrapped, let oldest = reach.oldest else { return nil }
    return "\(reach.log) begins \(oldest.sentenceText): what was recorded before is "
      + (reach.mayBeSelection ? "not in it (overwritten, or not exported)" : "overwritten")
  }
}
