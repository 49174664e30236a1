// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What is wrong with entries of the profile list.
extension ProfileRules {
  static let list: [ProfileRule] = [backupKey, temporary, identifierMismatch, renamed]

  private static let renamed = ProfileRule(
    machine: CheckRule(
      id: "profile-entry-renamed", severity: .information,
      title: "An entry of the profile list was renamed by hand",
      advice:
        "Windows does not use an entry of this name. Once the user has the right profile, it is "
        + "left over; before that, compare its folder with that of the user's other entry."),
    source: "KB 947215"
  ) { context in
    let entries = (context.facts.list?.profiles ?? []).filter(\.isRenamed)
    guard !entries.isEmpty else { return [] }
    return [
      RuleMatch(
        context.facts.subject,
        entries.prefix(50).map {
          context.facts.evidence($0, value: "ProfileImagePath", $0.imagePath ?? "is missing")
        }, count: entries.count)
    ]
  }

  private static let backupKey = ProfileRule(
    profile: CheckRule(
      id: "profile-backup-key", severity: .warning,
      title: "The profile list has an entry that was set aside (.bak)",
      advice:
        "Windows set the entry aside because the profile could not be loaded, often because its "
        + "hive was still in use. To give the profile back: log the user off, delete the entry "
        + "without .bak if there is one, rename this one, and set its RefCount and State to 0."),
    source: "KB 947215"
  ) { history, context in
    guard !history.backups.isEmpty else { return [] }
    let facts = context.facts
    var found = history.backups.map {
      facts.evidence($0, value: "ProfileImagePath", $0.imagePath ?? "is missing")
    }
    if let entry = history.entry {
      found.append(
        facts.evidence(
          entry, value: "ProfileImagePath",
          "the entry that took its place: \(entry.imagePath ?? "no path")"))
    }
    let (severity, advice) = judge(history, context)
    return [
      RuleMatch(
        history.subject, severity: severity, found, count: history.backups.count, advice: advice,
        basis: Claim(
          "Windows renames the entry, marks it with 0x8000 in State, and loads a temporary "
            + "profile.", source: "KB 947215"))
    ]
  }

  /// What to do about an entry that was set aside, by what became of its folder and its user.
  private static func judge(
    _ history: ProfileHistory, _ context: RuleContext
  ) -> (CheckRule.Severity, String?) {
    let facts = context.facts
    let cause =
      "Windows set the entry aside because the profile could not be loaded, often because its hive "
      + "was still in use."
    let places = history.backups.compactMap { facts.location(of: $0) }
    let isGone =
      !places.isEmpty
      && places.allSatisfy { place in
        facts.capture.presence(of: place.names, drive: place.drive) == .missing
      }
    if isGone {
      return (
        .warning,
        "\(cause) The folder that it names is not on the volume: there is no profile to give back. "
          + "Look for the folder elsewhere, or in a backup, before the entry is deleted."
      )
    }
    let other = context.histories.first { other in
      other.subject != history.subject
        && other.entry.flatMap { facts.location(of: $0) }.map(places.contains) == true
    }
    if let other {
      return (
        .warning,
        "\(cause) The entry of \(other.subject) names the same folder now "
          + "(profile-folder-shared): find out whose the folder is before either entry is changed, and keep the folder."
      )
    }
    guard let entry = history.entry else {
      return (
        .warning,
        "\(cause) There is no entry of the user without .bak. To give the profile back: log the user "
          + "off, rename this entry, and set its RefCount and State to 0."
      )
    }
    guard !entry.isTemporary, !entry.hasTemporaryFolder else {
      return (
        .problem,
        "\(cause) To give the profile back: log the user off, delete the entry without .bak "
          + "(\(entry.imagePath ?? "without a path"), a temporary profile), rename this one, and set its "
          + "RefCount and State to 0."
      )
    }
    if let place = facts.location(of: entry), places.contains(place) {
      return (
        .warning,
        "Both entries name the same folder. The one without .bak is in force and is not that of a "
          + "temporary profile: the other may be left from an earlier failure, and keeps Windows from "
          + "setting the profile aside again (event 1544). See whether the user gets the profile "
          + "before either is changed."
      )
    }
    return (
      .problem,
      "\(cause) The user has another folder since, which is not that of a temporary profile: save "
        + "what is needed from it first. To give the earlier profile back: log the user off, delete "
        + "the entry without .bak, rename this one, and set its RefCount and State to 0."
    )
  }

  private static let temporaryBasis = Claim(
    "0x800 in State stands for a temporary profile, whose folder is named TEMP.",
    source: "windowsitpro.com 94677", .thirdParty)

  private static let temporary = ProfileRule(
    profile: CheckRule(
      id: "profile-temporary", severity: .warning,
      title: "A user got a temporary profile",
      advice: "What the user saves in it is lost at log-off. Look for the reason in the events "
        + "1511, 1515 and 1518, and for an entry of the same user that ends with .bak."),
    source: "KB 947215"
  ) { history, context in
    guard let entry = history.entry else { return [] }
    var found: [CheckEvidence] = []
    let isMarked = entry.state?.contains(.temporary) == true
    if let state = entry.state, isMarked {
      found.append(
        context.facts.evidence(
          entry, value: "State",
          "0x\(String(state.rawValue, radix: 16)): \(state.names.joined(separator: ", "))"))
    }
    if let path = entry.imagePath, entry.hasTemporaryFolder {
      found.append(context.facts.evidence(entry, value: "ProfileImagePath", path))
    }
    let event = history.temporaryChoice
    if let event { found.append(event.evidence()) }
    guard !found.isEmpty else { return [] }
    return [
      RuleMatch(
        history.subject, severity: isMarked || event != nil ? nil : .information, found,
        advice: adviceOnTemporary(history, context),
        basis: found.count == 1 ? event?.meaning.statement ?? temporaryBasis : temporaryBasis)
    ]
  }

  /// What to do about a temporary profile of a user of whom no entry was set aside; nil where one
  /// was.
  private static func adviceOnTemporary(
    _ history: ProfileHistory, _ context: RuleContext
  ) -> String? {
    guard history.backups.isEmpty else { return nil }
    let loss =
      "What the user saves in it is lost at log-off. Look for the reason in the events 1511, 1515 "
      + "and 1518. The list has no entry of the user that ends with .bak"
    guard let own = context.ownFolder(of: history) else { return "\(loss)." }
    return "\(loss), but \(own.place) has this user's classes: see profile-folder-unlisted."
  }

  private static let identifierMismatch = ProfileRule(
    everyProfile: CheckRule(
      id: "profile-sid-mismatch", severity: .problem,
      title: "The identifiers of a profile do not agree",
      advice: "Find out whose the folder is before the entry is changed."),
    source: "Windows Registry knowledge base of J. Metz"
  ) { history, context in
    guard let listed = history.listed else { return [] }
    var conflicts: [CheckEvidence] = []
    var advice: [String] = []
    if let stored = listed.storedIdentifier, stored != listed.identifier {
      conflicts.append(context.facts.evidence(listed, value: "Sid", "is \(stored)"))
      advice.append(
        "The value Sid names another user than the entry: compare both with the owner of the folder."
      )
    }
    if let files = history.files, let classes = files.classesHive,
      let found = context.facts.owner(of: files), found != listed.identifier
    {
      conflicts.append(
        context.facts.evidence(classes, "its root key is named after \(found)"))
      advice.append(
        "The classes in the folder were made for \(found): the folder may have been renamed, copied "
          + "or given to another user. Permissions in the hives are those of the user that they were "
          + "made for; compare both users with the folder's owner.")
    }
    guard !conflicts.isEmpty else { return [] }
    return [
      RuleMatch(
        history.subject, conflicts, advice: advice.joined(separator: " "),
        basis: Claim(
          "The root key of UsrClass.dat is named after its user, and the value Sid agrees with the "
            + "entry's name.", source: "Windows Registry knowledge base of J. Metz", .thirdParty))
    ]
  }
}
