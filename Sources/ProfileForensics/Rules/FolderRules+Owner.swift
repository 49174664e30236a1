// SPDX-License-Identifier: MIT

import RegistryHive

/// Folders that are not simply where one entry says: moved, behind a link, or of several entries.
extension ProfileRules {
  static let moved = ProfileRule(
    profile: CheckRule(
      id: "profile-folder-moved", severity: .warning,
      title: "The folder of a listed profile has another name or place than the list says",
      advice:
        "The folder was renamed or moved, and Windows does not find it at the next log-on: it "
        + "makes a new profile or a temporary one. Find out who moved it and why, then give it its "
        + "place back or change ProfileImagePath. Keep the folder and the entry."),
    source: "KB 947215; Windows Registry knowledge base of J. Metz"
  ) { history, context in
    guard let entry = history.entry, case .moved = history.presence, let files = history.files
    else { return [] }
    let facts = context.facts
    let proof =
      if let classes = files.classesHive, facts.owner(of: files) == history.identifier {
        facts.evidence(classes, "the classes in it are those of the entry's user")
      } else {
        CheckEvidence(
          source: RegistryString(facts.capture.relativePath(files.path)),
          fact: "the user's hive in it was last loaded from the path in the entry")
      }
    return [
      RuleMatch(
        history.subject,
        [
          facts.evidence(
            entry, value: "ProfileImagePath", "\(entry.imagePath ?? ""): not there"), proof,
        ])
    ]
  }

  static let linked = ProfileRule(
    profile: CheckRule(
      id: "profile-folder-linked", severity: .information,
      title: "The folder of a profile is a link to another folder of the volume",
      advice: "The folder is there, and was looked into where the link leads."),
    source: "the profile list"
  ) { history, context in
    guard let files = history.files, let target = files.linkTarget else { return [] }
    let link = files.volumePath?.joined(separator: "/") ?? files.name
    return [
      RuleMatch(
        history.subject,
        [
          CheckEvidence(
            source: RegistryString(link), fact: "is a link to \(target), whose hives were read")
        ])
    ]
  }

  static let shared = ProfileRule(
    machine: CheckRule(
      id: "profile-folder-shared", severity: .warning,
      title: "Several entries of the profile list name the same folder",
      advice:
        "This happens when a machine joins a domain or a user is migrated. Find out whose the "
        + "folder is before any entry is changed, and keep the folder itself."),
    source: "Windows Registry knowledge base of J. Metz"
  ) { context in
    let facts = context.facts
    let listed = context.histories.filter { !$0.isBuiltIn }.flatMap { history in
      ([history.entry].compactMap(\.self) + history.backups).map { (history: history, entry: $0) }
    }
    let byPlace = Dictionary(grouping: listed) { facts.location(of: $0.entry) }
    // The entry of a user and the one that was set aside for it are no two users.
    let groups = byPlace.filter { place, group in
      place != nil && Set(group.map(\.history.subject)).count > 1
    }
    return groups.sorted {
      $0.value[0].history.subject < $1.value[0].history.subject
    }.map { place, group in
      let files = facts.capture.profiles.first { facts.location(of: $0) == place }
      let classes = files?.classesHive
      let owner = classes == nil ? nil : files.flatMap { facts.owner(of: $0) }
      let first = group.first { $0.history.identifier == owner && owner != nil }?.history
      var found = group.map {
        facts.evidence($0.entry, value: "ProfileImagePath", $0.entry.imagePath ?? "")
      }
      if let owner, let classes {
        found.append(
          facts.evidence(
            classes,
            "its root key is named after \(owner): "
              + (first == nil ? "none of these users" : "the folder is this user's")))
      }
      // One finding for the folder: of its owner, where that is one of them.
      return RuleMatch(
        (first ?? group[0].history).subject, found, advice: advice(owner, first, context),
        basis: Claim(
          "The root key of UsrClass.dat is named after the user whose classes it holds.",
          source: "Windows Registry knowledge base of J. Metz", .thirdParty))
    }
  }

  /// What to do about a folder that several entries name.
  private static func advice(
    _ owner: SecurityIdentifier?, _ entry: ProfileHistory?, _ context: RuleContext
  ) -> String {
    let cause = "This happens when a machine joins a domain or a user is migrated."
    guard let owner else {
      return
        "\(cause) The owner of the folder is not known: UsrClass.dat, which names it, was not found. "
        + "Compare the folder's owner, and change no entry before that."
    }
    if entry != nil {
      return "\(cause) The classes in the folder are those of \(owner): keep that entry, and the "
        + "folder itself."
    }
    let other = context.histories.first { $0.listed != nil && $0.identifier == owner }
    return "\(cause) The classes in the folder are those of \(owner), "
      + (other.map { "whose own entry names \($0.place)" } ?? "who has no entry in the list")
      + ": it may be the folder of none of these entries. Change nothing before the folder's owner "
      + "is known, and keep the folder."
  }
}
