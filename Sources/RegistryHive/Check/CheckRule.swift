// SPDX-License-Identifier: MIT

/// A kind of thing that a check finds: what it is called, how serious it is, and what to do.
public struct CheckRule: Sendable, Hashable {
  /// How much something matters.
  public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Something is wrong: data are lost, hidden from Windows, or not to be relied on.
    case problem
    /// Something is not as it should be, and may mean that data are lost.
    case warning
    /// Worth knowing; found in sound hives too.
    case information

    /// Whether the first is more serious.
    public static func < (first: Severity, second: Severity) -> Bool {
      first.rank < second.rank
    }

    private var rank: Int {
      switch self {
      case .problem: 0
      case .warning: 1
      case .information: 2
      }
    }
  }

  /// A stable identifier for scripts; the same as that of a ``Finding`` of this kind.
  public let id: String
  /// How serious it is.
  public let severity: Severity
  /// What is found, as a sentence without its full stop.
  public let title: String
  /// What follows from it and what to do, as one or two sentences.
  public let advice: String
  /// What to look at next, in this order.
  public let followUps: [CheckFollowUp]

  /// Makes a rule.
  public init(
    id: String, severity: Severity, title: String, advice: String, followUps: [CheckFollowUp] = []
  ) {
    self.id = id
    self.severity = severity
    self.title = title
    self.advice = advice
    self.followUps = followUps
  }
}

/// What a check found of one kind.
public struct CheckResult: Sendable {
  /// What kind of thing it is.
  public let rule: CheckRule
  /// How serious it is here: that of the rule, where nothing else that was found changes it.
  public let severity: CheckRule.Severity
  /// What was checked: for a hive, its path.
  public let subject: String
  /// What follows from it here and what to do: that of the rule, or more to the point.
  public let advice: String
  /// What to look at next, in this order.
  public let followUps: [CheckFollowUp]
  /// What the conclusion rests on: how sure it is, and who says so.
  ///
  /// Nil where the format of hives itself calls for something else than was found.
  public let basis: Claim?
  /// What was concluded, as a word for scripts; nil where the rule itself is the conclusion.
  public let conclusion: String?
  /// How many times it was found.
  public let count: Int
  /// Where it was found, the first thousand times.
  public let evidence: [CheckEvidence]

  /// Makes a result.
  ///
  /// - Parameters:
  ///   - rule: What kind of thing was found.
  ///   - severity: How serious it is here; nil for the severity of the rule.
  ///   - subject: What was checked.
  ///   - evidence: Where it was found.
  ///   - count: How many times it was found; nil for as many as there is evidence.
  ///   - advice: What to do; nil for the advice of the rule.
  ///   - followUps: What to look at next; nil for what the rule has, or for nothing where `advice`
  ///     is another than that of the rule.
  ///   - basis: What the conclusion rests on.
  ///   - conclusion: What was concluded, as a word for scripts.
  public init(
    _ rule: CheckRule, severity: CheckRule.Severity? = nil, subject: String,
    evidence: [CheckEvidence], count: Int? = nil, advice: String? = nil,
    followUps: [CheckFollowUp]? = nil, basis: Claim? = nil, conclusion: String? = nil
  ) {
    self.rule = rule
    self.severity = severity ?? rule.severity
    self.subject = subject
    self.advice = advice ?? rule.advice
    self.followUps = followUps ?? (advice == nil ? rule.followUps : [])
    self.basis = basis
    self.conclusion = conclusion
    self.evidence = evidence
    self.count = count ?? evidence.count
  }
}

extension Array where Element == CheckResult {
  /// The most serious first; of equal severity, in the order that they had.
  public var mostSeriousFirst: [CheckResult] {
    CheckRule.Severity.allCases.flatMap { severity in
      filter { $0.severity == severity }
    }
  }
}

/// One place where a check found something, and what is the case there.
public struct CheckEvidence: Sendable {
  private enum Place: Sendable {
    case text(RegistryString)
    case key(CheckedKeys, Int)
  }

  private let place: Place
  /// Where in the file it is; nil where it is not at one place.
  public let offset: Int?
  /// The name of the value that says so; nil where it is not a value, empty for a key's default.
  public let value: RegistryString?
  /// When it was so: a time that the value holds, or when the key or the record was written.
  public let time: FileTime?
  /// What is the case there.
  public let fact: String

  /// Makes evidence.
  ///
  /// - Parameters:
  ///   - source: What it was found in, such as the name of a hive and a key's path.
  ///   - offset: Where in the file it is, if it is at one place.
  ///   - value: The name of the value that says so, if it is one.
  ///   - time: When it was so, if that is known.
  ///   - fact: What is the case there.
  public init(
    source: RegistryString, offset: Int? = nil, value: RegistryString? = nil,
    time: FileTime? = nil, fact: String
  ) {
    place = .text(source)
    self.offset = offset
    self.value = value
    self.time = time
    self.fact = fact
  }

  init(_ keys: CheckedKeys, _ index: Int, offset: Int, fact: String) {
    place = .key(keys, index)
    self.offset = offset
    value = nil
    time = nil
    self.fact = fact
  }

  /// What it was found in: the name of a hive, then the path of a key if it was found at one, with
  /// `\` in front of each name.
  public var source: RegistryString {
    switch place {
    case .text(let text): return text
    case .key(let keys, let index):
      var units = [UInt16](keys.hiveName.utf16)
      let names = keys.path(of: index).names
      // A root key is distinguished from its hive by a `\` at the end.
      for name in names.isEmpty ? [""] : names { units += [0x5C] + name.utf16 }
      return RegistryString(utf16: units)
    }
  }

  /// The path of the key that it was found at; nil where it was found at none.
  public var path: RegistryPath? {
    switch place {
    case .text: nil
    case .key(let keys, let index): keys.path(of: index)
    }
  }
}
