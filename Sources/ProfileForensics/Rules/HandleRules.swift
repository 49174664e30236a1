// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Programs that kept users' registries open at log-off.
extension ProfileRules {
  static let handles: [ProfileRule] = [
    ProfileRule(
      events: CheckRule(
        id: "handles-leaked", severity: .warning,
        title: "Programs kept a user's registry open at log-off",
        advice: "Update these programs, or ask their makers."),
      source: "KB 837115, KB 2287297"
    ) { person, context in
      let leaks = person.events.filter(\.kind.isAboutHiveInUse)
      guard !leaks.isEmpty else { return [] }
      return [
        RuleMatch(
          person.subject, severity: isHarmless(leaks, person, context) ? .information : nil,
          leaks.suffix(50).map { $0.evidence() } + context.facts.formerEntry(of: person),
          count: leaks.occasions,
          advice: HandleAdvice(leaks, person, context).text,
          basis: Claim(
            "Microsoft calls the Application log the surest way to see why a profile was not "
              + "unloaded, and says of 1530 elsewhere that it can be ignored.",
            source: "KB 837115, KB 2287297; Troubleshoot user profiles with events", .disputed))
      ]
    }
  ]

  /// Whether all events are of one log-off that was settled by an unload later, or of one long past
  /// that did no harm to be seen, where a log shows that it did not happen again at the last.
  private static func isHarmless(
    _ leaks: [ProfileEvent], _ person: RulePerson, _ context: RuleContext
  ) -> Bool {
    guard let history = person.history, history.verdict?.outcome == .unloaded else { return false }
    guard leaks.occasions == 1, let last = leaks.last else { return false }
    if history.isSettled(after: last.record.time) != nil { return true }
    guard !history.isRoaming, let unload = history.entry?.unloadTime,
      context.facts.mayHaveEvents(from: unload, to: unload)
    else { return false }
    return leaks.allSatisfy { history.isOfEarlierLogOff($0) }
  }
}

/// What to do about programs that kept registries open, in words that are the same for all users
/// whom the same programs held.
private struct HandleAdvice {
  let text: String

  init(_ leaks: [ProfileEvent], _ person: RulePerson, _ context: RuleContext) {
    let handles = leaks.flatMap { $0.leaks?.handles ?? [] }
    var sentences: [String] = []
    if handles.isEmpty { sentences.append(Self.unnamed(leaks, context.facts)) }
    sentences += ProgramAdvice(handles, context).sentences
    sentences += Self.keys(handles)
    sentences += Self.harm(leaks, person, context)
    sentences += Self.cleanup(handles, person, context)
    text = sentences.distinct.joined(separator: " ")
  }

  /// What to do where no event names a program.
  private static func unnamed(_ leaks: [ProfileEvent], _ facts: MachineFacts) -> String {
    if leaks.allSatisfy({ $0.kind == .classesInUse }) {
      return
        "Event 1524 is about the user's classes (UsrClass.dat) alone, and names no program: look "
        + "at what runs beside the user's session, such as backup and security software. A backup may "
        + "not have run then (KB 837115)."
    }
    let isOld = facts.unloadsByForce == false
    let hasUPHClean = leaks.contains { $0.record.provider.lowercased() == "uphclean" }
    return isOld && !hasUPHClean
      ? "The events do not name the programs; those of the service UPHClean would."
      : "The events do not name the programs."
  }

  // MARK: - Keys

  /// What kinds of keys say about who opened them.
  private static func keys(_ handles: [LeakedHandle]) -> [String] {
    let keys = handles.map { $0.hkcuPath.lowercased() }
    func has(_ part: String) -> Bool { keys.contains { $0.contains(part) } }
    var sentences: [String] = []
    if has("\\printers\\") || has("\\windows nt\\currentversion\\devices") {
      sentences.append("Keys of printers were open, which points to a printer driver.")
    }
    if has("systemcertificates") {
      sentences.append(
        "Keys of certificate stores were open: some code in the program had opened the user's "
          + "certificates.")
    }
    if has("\\software\\policies") || has("\\group policy") {
      sentences.append("Keys of policies were open.")
    }
    return sentences
  }

  // MARK: - Consequences

  private static func harm(
    _ leaks: [ProfileEvent], _ person: RulePerson, _ context: RuleContext
  ) -> [String] {
    let isRoaming = person.history?.isRoaming == true
    guard context.facts.unloadsByForce != false else {
      return isRoaming ? [roamingBeforeVista(context.facts.release)] : []
    }
    let reports = leaks.filter(\.precedesForcedUnload)
    guard !reports.isEmpty else { return [] }
    let standings = reports.map { context.facts.forceUnload.standing(at: $0.record.time) }
    var sentences: [String] = []
    if standings.contains(.on) {
      let some = Self.mark(standings.filter { $0 == .on }.count, of: standings.count)
      let copy =
        isRoaming
        ? " The copy of the roaming profile on the server may not be the newest (KB 2287297)." : ""
      sentences.append(
        "DisableForceUnload was on\(some): event 1530 is about the first attempt only, and Windows "
          + "then waits until the programs close their keys.\(copy)")
    }
    let since = standings.filter { if case .onSince = $0 { true } else { false } }
    if !since.isEmpty {
      sentences.append(
        "DisableForceUnload is on now, in a key that was written after "
          + "\(since.count == standings.count ? "these" : "\(since.count) of these") events: the remedy of KB 2287297 was probably "
          + "taken since.")
    }
    let isStillLoaded =
      person.history.map { history in
        history.verdict?.outcome == .loaded
          && reports.last.map { history.isOfLoadedSession($0) != false } ?? true
      } ?? false
    if standings.contains(.off), isStillLoaded {
      sentences.append(
        "DisableForceUnload was not on, so Windows should have unloaded the registry by force; "
          + "this profile stayed loaded all the same.")
    } else if standings.contains(.off) {
      sentences.append(
        "Windows unloads the registry by force: what the programs write to it afterwards fails."
          + (reports.lazy.compactMap {
            context.facts.forceUnload.switchedOff(before: $0.record.time)
          }
          .first.map { " DisableForceUnload is not on: \($0)" } ?? "")
          + (isRoaming ? " \(roamingAfterUnload(context.facts))" : ""))
    }
    if standings.contains(.unknown) {
      sentences.append(
        "Unless DisableForceUnload was on, which is not known here, Windows unloads the registry by "
          + "force: what the programs write to it afterwards fails.")
    }
    return sentences
  }

  /// Which of several events a sentence is about.
  private static func mark(_ count: Int, of all: Int) -> String {
    count == all ? "" : " at \(count) of these \(all) events"
  }

  /// What becomes of a roaming profile whose registry was unloaded by force.
  private static func roamingAfterUnload(_ facts: MachineFacts) -> String {
    facts.roamingObstacle.map { "The roaming profile is not copied to its server: \($0)." }
      ?? "A roaming profile is copied to its server after that."
  }

  private static func roamingBeforeVista(_ release: WindowsRelease?) -> String {
    switch release?.generation {
    case .xp, .server2003:
      "Windows XP and Server 2003 update a roaming profile from a copy of the registry even so "
        + "(KB 837115)."
    default:
      "Windows NT 4.0 and 2000 do not update a roaming profile whose registry cannot be unloaded "
        + "(KB 837115)."
    }
  }

  /// Whether UPHClean would help: on Windows 2000, XP and Server 2003 for x86.
  private static func cleanup(
    _ handles: [LeakedHandle], _ person: RulePerson, _ context: RuleContext
  ) -> [String] {
    let facts = context.facts
    guard let generation = facts.release?.generation,
      [.windows2000, .xp, .server2003].contains(generation)
    else { return [] }
    switch facts.sizeLimit.settings.architecture {
    case .x64, .itanium:
      return ["UPHClean 1.6d, which frees such registries, does not work on 64-bit processors."]
    default: break
    }
    if let uphclean = facts.uphclean, uphclean.isService {
      if uphclean.onlyReports {
        return ["UPHClean is installed but only reports (REPORT_ONLY): it frees nothing."]
      }
      if uphclean.excludes(person) {
        return [
          "UPHClean is installed, but its USER_EXCLUSION_LIST names this user: it does not free this "
            + "registry."
        ]
      }
      let left = handles.map(\.imageName).filter { uphclean.excludes(program: $0) }.unique
      return left.isEmpty
        ? []
        : [
          "UPHClean is installed, but its PROCESS_EXCLUSION_LIST leaves out \(left), all of it or "
            + "libraries in it."
        ]
    }
    let hasEvents = facts.events.all.contains {
      $0.record.provider.lowercased() == "uphclean"
    }
    return hasEvents
      ? [] : ["Microsoft's service UPHClean frees such registries on this Windows (KB 837115)."]
  }
}
