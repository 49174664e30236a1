// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Finds COM servers that lost their user's registry: event 1530 names the server's program, and
/// soon after it an event of DistributedCOM has the error of KB 2287297.
struct LostServers {
  struct Case {
    let subject: String
    /// The application that runs as the user; nil where the registry has none for the class, as
    /// with COM+ applications, whose identity is in a catalogue of their own.
    let application: ComApplication?
    /// Event 1530, at which the server's program had the registry open.
    let leaks: [ProfileEvent]
    /// The failures of the server.
    let failures: [ProfileEvent]
    /// The machine that the server runs on, where the event is a client's.
    let remoteServer: String?
    let reason: String

    /// Whether the class runs as somebody else than a user of whom that is known to matter.
    var isOther = false

    /// Whether the only sign is that the server did not answer in time.
    var isTimeoutAlone: Bool { failures.allSatisfy { $0.kind == .comTimedOut } }
    /// The error of the last failure, where the errors of all are not recognised.
    var unknownError: String? {
      let failed = failures.filter { $0.kind == .comFailed }
      guard let last = failed.last, failed.allSatisfy(\.hasUnknownError) else { return nil }
      return last.error?.text ?? ""
    }
  }

  private(set) var cases: [Case] = []
  private let context: RuleContext
  /// Those whose registry dllhost.exe had open at a log-off, with the events.
  private let held: [(subject: String, leaks: [ProfileEvent])]

  /// How long after a log-off a failure is taken for its consequence: a day.
  ///
  /// The server fails from the log-off until it is started again, but nobody may ask for it before
  /// the next morning.
  private static let window: UInt64 = 24 * 60 * 60
  /// How many classes are looked at.
  private static let classLimit = 1_000

  init(_ context: RuleContext) {
    self.context = context
    held = context.people.compactMap { person in
      let leaks = person.events.filter { event in
        event.kind == .handlesLeaked
          && event.leaks?.handles.contains(where: context.facts.programs.isDllHost) == true
      }
      return leaks.isEmpty ? nil : (person.subject, leaks)
    }
    let failures = context.counted(context.facts.events.all).filter(Self.isSign)
    let byClass = Dictionary(grouping: failures) { $0.classID?.uppercased() ?? "" }
    for name in byClass.keys.sorted().prefix(Self.classLimit) where !name.isEmpty {
      add(name, byClass[name] ?? [])
    }
  }

  /// Whether an event is the sign that the article describes: a server's failure, by the error that
  /// a deleted key gives, or one that nobody has a name for, or whose text is not known here.
  private static func isSign(_ event: ProfileEvent) -> Bool {
    switch event.kind {
    case .comFailed:
      event.error?.kind == .keyDeleted || event.error?.kind == .unspecified
        || event.hasUnknownError
    case .comTimedOut: true
    default: false
    }
  }

  private mutating func add(_ name: String, _ failures: [ProfileEvent]) {
    let found = context.facts.com?.lookUp(class: name)
    switch (found?.application, found?.application?.account) {
    // A service has its own log-on, which keeps the profile loaded.
    case (let application?, _) where application.service != nil:
      if !isRunning(application) { addOther(application, failures) }
    case (let application?, .user?):
      addKnown(application, failures)
    case (_, nil), (_, .launchingUser?):
      addUnknown(found?.class, failures)
    case (let application?, _):
      addOther(application, failures)
    default:
      return
    }
  }

  /// Whether a service that runs as a user and can start hosts an application: it keeps the profile
  /// loaded.
  private func isRunning(_ application: ComApplication) -> Bool {
    guard application.account.userName != nil, let name = application.service else { return false }
    return context.facts.services.contains {
      !$0.isDisabled && RegistryString($0.name).matches(RegistryString(name))
    }
  }

  /// An application that runs as the interactive user, as an account of Windows, or in a service that
  /// cannot start: the error itself is the one of the article.
  private mutating func addOther(_ application: ComApplication, _ failures: [ProfileEvent]) {
    let certain = failures.filter { $0.error?.kind == .keyDeleted }
    guard !certain.isEmpty else { return }
    let host =
      application.service.map { "is hosted by the service \($0)" }
      ?? "runs as \(application.account)"
    var isUsed = false
    for person in context.people {
      let leaks = person.events.filter { $0.namesServer(of: application, context.facts.programs) }
      let (before, after) = Self.matched(leaks, certain)
      guard !before.isEmpty else { continue }
      isUsed = true
      cases.append(
        Case(
          subject: person.subject, application: application, leaks: before, failures: after,
          remoteServer: nil,
          reason: "A program that can host the class had the user's registry open at log-off, and "
            + "the class, which \(host), failed after it with 0x800703FA, the error of a registry "
            + "key that is marked for deletion.", isOther: true))
    }
    guard !isUsed else { return }
    cases.append(
      Case(
        subject: context.facts.subject, application: application, leaks: [], failures: certain,
        remoteServer: nil,
        reason: "A class that \(host) failed with 0x800703FA, the error of a registry key that is "
          + "marked for deletion; no event shows whose registry was unloaded.", isOther: true))
  }

  /// An application that runs as a user by the registry.
  private mutating func addKnown(_ application: ComApplication, _ failures: [ProfileEvent]) {
    guard context.facts.unloadsByForce != false else { return }
    let histories = context.histories(of: application.account)
    let leaks = histories.flatMap { history in
      context.counted(history.events).filter {
        $0.namesServer(of: application, context.facts.programs)
      }
    }
    let (before, after) = Self.matched(leaks, failures)
    let subject = histories.first?.subject ?? application.account.description
    if !before.isEmpty {
      cases.append(
        Case(
          subject: subject, application: application, leaks: before, failures: after,
          remoteServer: nil,
          reason: "A program that hosts the application had the user's registry open at log-off, "
            + "and a class of the application, which runs as this user, "
            + (after.contains { $0.kind == .comFailed }
              ? "failed after it."
              : "did not answer in time after it, which has other causes too.")))
      return
    }
    let certain = failures.filter { $0.error?.kind == .keyDeleted }
    guard !certain.isEmpty else { return }
    cases.append(
      Case(
        subject: subject, application: application, leaks: [], failures: certain,
        remoteServer: nil,
        reason: "A class of an application that runs as a user failed with 0x800703FA; "
          + signOfUnload(histories, before: certain)))
  }

  /// What shows that a user's registry was unloaded within a day before failures.
  private func signOfUnload(
    _ histories: [ProfileHistory], before failures: [ProfileEvent]
  ) -> String {
    let unload = histories.compactMap { $0.entry?.unloadTime }.filter { unload in
      failures.contains { failure in
        failure.record.time >= unload && failure.record.time.isWithin(Self.window, of: unload)
      }
    }.max()
    let leaks = histories.flatMap { context.counted($0.events) }
      .filter { $0.kind == .handlesLeaked }
    let names = Self.matched(leaks, failures).leaks.flatMap { $0.leaks?.handles ?? [] }
      .map(\.imageName).filter { !$0.isEmpty }.distinct
    let held =
      names.isEmpty
      ? nil
      : "the programs that had it open at a log-off before that (\(Array(names.prefix(5)).unique)) are not "
        + "known to host the application"
    let unloaded = unload.map { "the user's registry had been unloaded \($0.sentenceText)" }
    let signs = [unloaded, held].compactMap(\.self).joined(separator: ", and ")
    return signs.isEmpty
      ? "no event shows that the user's registry was unloaded before that." : "\(signs)."
  }

  /// A class of which the registry does not say whom it runs as.
  private mutating func addUnknown(_ found: ComClass?, _ failures: [ProfileEvent]) {
    // A server that did not answer in time has many causes, where nothing leads to a user.
    let failures = failures.filter { $0.kind == .comFailed }
    var used: Set<EventIdentity> = []
    for (subject, leaks) in held {
      let (before, after) = Self.matched(leaks, failures)
      guard !before.isEmpty else { continue }
      used.formUnion(after.map(\.record.identity))
      cases.append(
        Case(
          subject: subject, application: nil, leaks: before, failures: after,
          remoteServer: nil,
          reason: "dllhost.exe, which hosts applications of COM and COM+, had the user's registry "
            + "open at log-off, and a server failed after it. The registry does not say whom the "
            + "class runs as: a COM+ application keeps its identity in a catalogue of its own."))
    }
    let certain = failures.filter {
      $0.error?.kind == .keyDeleted && !used.contains($0.record.identity)
    }
    guard let last = certain.last, used.isEmpty else { return }
    let server = last.server.flatMap { name in
      last.record.isFrom(machine: name) ? nil : name
    }
    cases.append(
      Case(
        subject: context.facts.subject, application: nil, leaks: [], failures: certain,
        remoteServer: found == nil ? server : nil,
        reason: "A server failed with 0x800703FA, the error of a registry key that is marked for "
          + "deletion; no event of this machine shows whose registry was unloaded."))
  }

  /// The leaks that a failure follows, and the failures that follow a leak.
  private static func matched(
    _ leaks: [ProfileEvent], _ failures: [ProfileEvent]
  ) -> (leaks: [ProfileEvent], failures: [ProfileEvent]) {
    func follows(_ failure: ProfileEvent, _ leak: ProfileEvent) -> Bool {
      failure.record.time >= leak.record.time
        && failure.record.time.isWithin(window, of: leak.record.time)
    }
    // Both are in the order of time, so that the last leak before a failure is the nearest one.
    var before: [ProfileEvent] = []
    var after: [ProfileEvent] = []
    for failure in failures.suffix(200) {
      guard let leak = leaks.last(where: { follows(failure, $0) }) else { continue }
      after.append(failure)
      if before.last != leak { before.append(leak) }
    }
    return (Array(before.suffix(20)), Array(after.suffix(20)))
  }
}

extension ProfileEvent {
  /// Words of English alone, in whose texts the errors that matter are known.
  private static let englishWords: Set<String> = [
    "the", "could", "cannot", "failed", "failure", "registered", "incorrect", "invalid", "not",
    "was",
    "has", "been", "unavailable", "denied",
  ]

  /// Whether a server failed, and what the event says of the reason is not known here.
  fileprivate var hasUnknownError: Bool {
    guard kind == .comFailed, let error else { return kind == .comFailed }
    let words = error.text.lowercased().split { !$0.isLetter }.map(String.init)
    return !error.isRecognised && Self.englishWords.isDisjoint(with: words)
  }

  /// Whether the event shows that a program that can host an application had a registry open.
  func namesServer(of application: ComApplication, _ programs: MachinePrograms) -> Bool {
    guard kind == .handlesLeaked, let handles = leaks?.handles else { return false }
    let servers = application.classes.compactMap(\.localServer)
    return handles.contains { handle in
      programs.isDllHost(handle) || servers.contains { programs.isProgram(handle.image, of: $0) }
    }
  }
}
