// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

extension CheckRun {
  /// Collections of a machine that is judged by a newer one.
  private static let notJudgedRule = CheckRule(
    id: "collections-not-judged", severity: .information,
    title: "Other collections of the machine were compared with the newest one, and not judged",
    advice: "Give one by itself to have it judged. If they are of different machines that have the "
      + "same name and users, give each by itself.")

  /// The finding on the other collections of a machine; none where there is only one.
  static func notJudged(_ machine: Machine) -> [CheckResult] {
    let others = machine.otherCollections
    guard !others.isEmpty else { return [] }
    let evidence = others.map { other in
      CheckEvidence(
        source: RegistryString(other.path),
        fact: "an earlier state of the machine: \(Self.contents(of: other))")
    }
    return [
      CheckResult(
        notJudgedRule, subject: machine.live.path, evidence: evidence, count: 1)
    ]
  }

  private static func contents(of capture: Capture) -> String {
    let hives =
      capture.machineHives.count + capture.profiles.reduce(0) { $0 + $1.hives.count }
    return [counted(hives, "hive"), counted(capture.eventLogs.count, "event log")]
      .joined(separator: ", ")
  }

  /// What to say on standard error of hives that lie elsewhere on a volume; nil where there are none.
  static func remark(onStraysOf machine: Machine) -> String? {
    machine.live.sentenceOnStrays.map { "\($0) belong to no profile, and were not judged" }
  }

  /// What to say on standard error where several collections are of one machine; nil where they are
  /// not.
  static func remark(onStatesOf machine: Machine) -> String? {
    let others = machine.otherCollections.map(\.path)
    guard !others.isEmpty else { return nil }
    let more = others.count > 10 ? ["and \(others.count - 10) more"] : []
    let names = (others.prefix(10) + more).joined(separator: ", ")
    return "is the newest state of the machine, and the one that was judged; other collections of "
      + "it were only compared: \(names)"
  }
}

extension Capture {
  /// The hives that lie where Windows keeps none, as the subject of a sentence; nil where there are
  /// none.
  var sentenceOnStrays: String? {
    guard !strayHives.isEmpty else { return nil }
    let names = strayHives.prefix(5).map { relativePath($0.path) }
    let more = strayHives.count > 5 ? [" and \(grouped(strayHives.count - 5)) more"] : []
    return "hives in other places or under other names (\(names.joined(separator: ", "))"
      + "\(more.joined()))"
  }
}
