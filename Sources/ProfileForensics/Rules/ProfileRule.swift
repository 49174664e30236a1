// SPDX-License-Identifier: MIT

public import RegistryHive
import WindowsEvents

/// A kind of thing that is judged of a machine or of each profile: what it is called, how serious
/// it is, what to do, who says so, and how it is recognised.
public struct ProfileRule: Sendable {
  /// Its identifier, severity, title and advice.
  public let rule: CheckRule
  /// The documents that it rests on.
  public let source: String
  private let evaluation: Evaluation

  private enum Evaluation: Sendable {
    case machine(@Sendable (RuleContext) -> [RuleMatch])
    case profile(@Sendable (ProfileHistory, RuleContext) -> [RuleMatch])
    case person(@Sendable (RulePerson, RuleContext) -> [RuleMatch])
  }

  private init(_ rule: CheckRule, source: String, _ evaluation: Evaluation) {
    self.rule = rule
    self.source = source
    self.evaluation = evaluation
  }

  /// A rule about the machine.
  init(
    machine rule: CheckRule, source: String,
    _ evaluate: @escaping @Sendable (RuleContext) -> [RuleMatch]
  ) {
    self.init(rule, source: source, .machine(evaluate))
  }

  /// A rule about each profile that is judged: all but those of Windows itself.
  init(
    profile rule: CheckRule, source: String,
    _ evaluate: @escaping @Sendable (ProfileHistory, RuleContext) -> [RuleMatch]
  ) {
    self.init(
      rule, source: source,
      .profile { history, context in history.isBuiltIn ? [] : evaluate(history, context) })
  }

  /// A rule about each profile, those of Windows itself included.
  init(
    everyProfile rule: CheckRule, source: String,
    _ evaluate: @escaping @Sendable (ProfileHistory, RuleContext) -> [RuleMatch]
  ) {
    self.init(rule, source: source, .profile(evaluate))
  }

  /// A rule about the events of each user, with or without a profile.
  init(
    events rule: CheckRule, source: String,
    _ evaluate: @escaping @Sendable (RulePerson, RuleContext) -> [RuleMatch]
  ) {
    self.init(rule, source: source, .person(evaluate))
  }

  /// What the rule finds.
  func results(_ context: RuleContext) -> [CheckResult] {
    let matches =
      switch evaluation {
      case .machine(let evaluate): evaluate(context)
      case .profile(let evaluate): context.histories.flatMap { evaluate($0, context) }
      case .person(let evaluate): context.people.flatMap { evaluate($0, context) }
      }
    return matches.map { $0.result(of: rule) }
  }
}

/// What rules judge.
struct RuleContext: Sendable {
  let facts: MachineFacts
  let histories: [ProfileHistory]
  /// Everybody whom events are about: the users of profiles, and others.
  let people: [RulePerson]
  /// Classes of COM to look up.
  let classes: [String]
  /// The time from which on events count; nil for all.
  let since: FileTime?
  let join: EventJoin
  /// The numbers of the processes of each program that had keys open, as events name it.
  let processes: [String: [Int]]

  init(
    facts: MachineFacts, histories: [ProfileHistory], people: [RulePerson], classes: [String],
    since: FileTime?, join: EventJoin
  ) {
    self.facts = facts
    self.histories = histories
    self.people = people
    self.classes = classes
    self.since = since
    self.join = join
    let handles = people.flatMap(\.events).flatMap { $0.leaks?.handles ?? [] }
    processes = Dictionary(grouping: handles, by: \.image).mapValues { handles in
      Set(handles.map(\.process)).sorted()
    }
  }

  /// The events that count.
  func counted(_ events: [ProfileEvent]) -> [ProfileEvent] {
    guard let since else { return events }
    return events.filter { $0.record.time >= since }
  }

  /// The histories of an account, by the names of the folders.
  func histories(of account: RunAsAccount) -> [ProfileHistory] {
    join.profiles(of: account).map { histories[$0] }
  }
}

/// A user whom events are about.
struct RulePerson: Sendable {
  let subject: String
  /// The user's profile; nil where there is none.
  let history: ProfileHistory?
  /// The events that count, oldest first.
  let events: [ProfileEvent]
}

/// What a rule found of one subject.
struct RuleMatch: Sendable {
  var subject: String
  var severity: CheckRule.Severity?
  var evidence: [CheckEvidence]
  var count: Int?
  var advice: String?
  /// What to look at next; nil for what the rule has, where the advice is that of the rule.
  var followUps: [CheckFollowUp]?
  var basis: Claim?
  var conclusion: String?

  init(
    _ subject: String, severity: CheckRule.Severity? = nil, _ evidence: [CheckEvidence],
    count: Int? = 1, advice: String? = nil, followUps: [CheckFollowUp]? = nil,
    basis: Claim? = nil, conclusion: String? = nil
  ) {
    self.subject = subject
    self.severity = severity
    self.evidence = evidence
    self.count = count
    self.advice = advice
    self.followUps = followUps
    self.basis = basis
    self.conclusion = conclusion
  }

  func result(of rule: CheckRule) -> CheckResult {
    CheckResult(
      rule, severity: severity, subject: subject, evidence: evidence, count: count, advice: advice,
      followUps: followUps, basis: basis, conclusion: conclusion)
  }
}

/// How much a match matters, and what to do about it where that is not what the rule says.
struct RuleJudgement: Sendable {
  let severity: CheckRule.Severity
  let advice: String?
  let followUps: [CheckFollowUp]?

  init(
    _ severity: CheckRule.Severity, _ advice: String?, _ followUps: [CheckFollowUp]? = nil
  ) {
    self.severity = severity
    self.advice = advice
    self.followUps = followUps
  }
}
