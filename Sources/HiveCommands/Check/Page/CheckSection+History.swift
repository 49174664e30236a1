// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive
import WindowsEvents

extension CheckSection {
  /// How many profiles are drawn, and how many observations of one are listed.
  private static let profileLimit = 200
  private static let rowLimit = 100
  /// How many places along the axis are distinguished, in which marks of one kind become one.
  private static let places = 4.0

  /// Writes the history of the machine and of each profile, all on one time axis.
  func writeHistory() {
    let profiles = checked.profiles.filter { !$0.dated.isEmpty && $0.verdict != nil }
    let machine = machineMoments
    let moments = profiles.map { $0.dated.map(Moment.init) }
    let all = machine + moments.flatMap(\.self)
    guard let axis = TimeAxis(all.map(\.time)) else { return }
    output.append("<h3>History</h3>\n")
    writeLegend(Set(all.map(\.mark)))
    writeLabels(of: axis)
    if !machine.isEmpty { writeLane("The machine", machine, on: axis, of: nil) }
    for (profile, moments) in zip(profiles, moments).prefix(Self.profileLimit) {
      writeLane(profile.name, moments, on: axis, of: profile)
    }
    let rest = profiles.count - Self.profileLimit
    if rest > 0 { output.append("p", html: "and \(counted(rest, "more profile"))") }
  }

  /// What is known of the machine itself: starts, stops, and when a policy was set.
  private var machineMoments: [Moment] {
    guard let facts = checked.check?.facts else { return [] }
    var found = facts.timeline.moments.map(Moment.init)
    if let time = facts.forceUnload.keyLastWritten, time.rawValue != 0 {
      let evidence = CheckEvidence(
        source: "SOFTWARE\\Policies\\Microsoft\\Windows\\System", time: time,
        fact: "the key of the policy DisableForceUnload was last written")
      found.append(Moment(mark: .policy, time: time, evidence: evidence))
    }
    return found.sorted { $0.time < $1.time }
  }

  // MARK: - The axis

  private func writeLabels(of axis: TimeAxis) {
    output.append("<svg class=\"axis\" height=\"22\" aria-hidden=\"true\">")
    for mark in axis.marks {
      let place = decimals(mark.place, places: 2)
      let anchor = mark.place < 12 ? "start" : mark.place > 88 ? "end" : "middle"
      output.append(raw: "<text x=\"\(place)%\" y=\"15\" text-anchor=\"\(anchor)\">")
      output.append(html: mark.label)
      output.append("</text>")
    }
    output.append("</svg>\n")
  }

  private func writeLegend(_ kinds: Set<HistoryMark>) {
    output.append("<ul class=\"legend\">")
    for mark in HistoryMark.allCases where kinds.contains(mark) {
      output.append("<li><svg width=\"16\" height=\"16\" aria-hidden=\"true\">")
      output.append(raw: "<use href=\"#mark-\(mark.rawValue)\" x=\"8\" y=\"8\"/></svg> ")
      output.append(html: mark.text)
      output.append("</li>\n")
    }
    output.append("</ul>\n")
  }

  // MARK: - A lane

  private func writeLane(
    _ name: String, _ moments: [Moment], on axis: TimeAxis, of profile: ProfileHistory?
  ) {
    output.append("<div class=\"lane\">\n<p><strong>")
    output.append(isolated: name)
    output.append("</strong> <span class=\"soft\">")
    if let profile { writeState(of: profile) }
    output.append("</span></p>\n<svg height=\"38\" role=\"img\" aria-label=\"")
    output.append(html: "\(counted(moments.count, "observation")) of ")
    output.append(html: name)
    output.append("\">")
    for mark in axis.marks {
      let place = decimals(mark.place, places: 2)
      output.append(
        raw: "<line class=\"grid\" x1=\"\(place)%\" x2=\"\(place)%\" y1=\"0\" y2=\"38\"/>")
    }
    output.append("<line x1=\"0\" x2=\"100%\" y1=\"27\" y2=\"27\"/>")
    if let profile { writeSpans(of: profile, moments, on: axis) }
    writeMarks(moments, on: axis)
    output.append("</svg>\n")
    writeTable(of: moments)
    output.append("</div>\n")
  }

  /// Writes what has no time: reference counts, and whether hives are dirty; and who held the hive.
  private func writeState(of profile: ProfileHistory) {
    var facts = profile.observations.filter { $0.time == nil }.map { observation in
      let file = observation.source.description.split { $0 == "/" || $0 == "\\" }.last ?? ""
      return observation.fact.hasPrefix("the hive is")
        ? "\(file) is\(observation.fact.dropFirst("the hive is".count))" : observation.fact
    }
    var counts: [(name: String, count: Int)] = []
    for handle in profile.events.flatMap({ $0.leaks?.handles ?? [] }) {
      if let place = counts.firstIndex(where: { $0.name == handle.imageName }) {
        counts[place].count += 1
      } else if counts.count < 12 {
        counts.append((handle.imageName, 1))
      }
    }
    if !counts.isEmpty {
      facts.append("held by " + counts.map { "\($0.name) (\($0.count)×)" }.joined(separator: ", "))
    }
    for (index, fact) in facts.enumerated() {
      if index > 0 { output.append(" · ") }
      output.append(isolated: fact)
    }
  }

  /// Draws when the profile was loaded: to the end of the axis, where nothing ended it.
  private func writeSpans(
    of profile: ProfileHistory, _ moments: [Moment], on axis: TimeAxis
  ) {
    var start: Double?
    func draw(to end: Double, isOpen: Bool) {
      guard let from = start, end > from else { return }
      output.append(raw: "<rect class=\"span\(isOpen ? " open" : "")\" ")
      output.append(raw: "x=\"\(decimals(from, places: 2))%\" y=\"22\" height=\"10\" ")
      output.append(raw: "width=\"\(decimals(end - from, places: 2))%\"/>")
    }
    for moment in moments {
      guard let place = axis.place(moment.time) else { continue }
      switch moment.mark {
      case .loaded: start = place
      case .unloaded, .stopped, .crashed, .freed:
        draw(to: place, isOpen: false)
        start = nil
      default: continue
      }
    }
    if profile.verdict?.outcome == .loaded { draw(to: 100, isOpen: true) }
  }

  private func writeMarks(_ moments: [Moment], on axis: TimeAxis) {
    struct Place: Hashable {
      let mark: HistoryMark
      let place: Int
    }
    var counts: [Place: Int] = [:]
    var firsts: [(place: Place, at: Double, moment: Moment)] = []
    for moment in moments {
      guard let at = axis.place(moment.time) else { continue }
      let place = Place(mark: moment.mark, place: Int(at * Self.places))
      counts[place, default: 0] += 1
      if counts[place] == 1 { firsts.append((place, at, moment)) }
    }
    for (place, at, moment) in firsts {
      output.append("<g><title>")
      output.append(html: "\(moment.time.toTheSecond): \(moment.evidence.fact)")
      let rest = (counts[place] ?? 1) - 1
      if rest > 0 { output.append(html: " (and \(rest) more)") }
      output.append(raw: "</title><use href=\"#mark-\(place.mark.rawValue)\" ")
      output.append(raw: "x=\"\(decimals(at, places: 2))%\" ")
      output.append(raw: "y=\"\(place.mark.isState ? 27 : 9)\"/></g>")
    }
  }

  private func writeTable(of moments: [Moment]) {
    output.append("<details><summary>")
    output.append(html: counted(moments.count, "dated observation"))
    output.append(
      """
      </summary>
      <div class="scroll tall" tabindex="0" role="region" aria-label="Observations">
      <table class="observations">
      <thead><tr><th scope="col">Time</th><th scope="col" class="text">What</th>\
      <th scope="col" class="text">Fact and source</th></tr></thead>
      <tbody>

      """)
    for moment in moments.suffix(Self.rowLimit) {
      output.append("<tr><td class=\"text time\">")
      output.append(html: moment.time.toTheSecond)
      output.append("</td>")
      output.append("<td class=\"text\">")
      output.append(html: moment.mark.text)
      output.append("</td><td class=\"text\">")
      output.append(isolated: moment.evidence.fact)
      output.append("<br><span class=\"soft\">")
      output.append(isolated: moment.evidence.source)
      output.append("</span></td></tr>\n")
    }
    output.append("</tbody>\n</table>\n</div>\n")
    let rest = moments.count - Self.rowLimit
    if rest > 0 { output.append("p", html: "and \(grouped(rest)) before these") }
    output.append("</details>\n")
  }

  /// Writes the shapes of the marks, which all drawings of the page use.
  static func writeMarks(to output: Output) {
    output.append("<svg class=\"unseen\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n")
    for mark in HistoryMark.allCases {
      output.append(raw: "<path id=\"mark-\(mark.rawValue)\" class=\"mark \(mark.rawValue)\" ")
      output.append(raw: "d=\"\(mark.shape)\"/>\n")
    }
    output.append("</defs></svg>\n")
  }
}
