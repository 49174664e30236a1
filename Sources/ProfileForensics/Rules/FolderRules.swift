// SPDX-License-Identifier: MIT

import RegistryHive

/// Where the folders of listed profiles are.
extension ProfileRules {
  static let folders: [ProfileRule] = [
    missing, hiveMissing, notEntered, otherDrive, inContainer, store, shared, unlisted,
  ]

  private static let missing = ProfileRule(
    profile: CheckRule(
      id: "profile-folder-missing", severity: .warning,
      title: "A listed profile has no folder with a hive on this volume",
      advice: "Find out what became of the folder before the user logs on again."),
    source: "KB 947215; Windows cannot find the local profile (Microsoft, Deutschland)"
  ) { history, context in
    guard let entry = history.entry else { return [] }
    guard let path = entry.imagePath else {
      return [
        RuleMatch(
          history.subject,
          [context.facts.evidence(entry, value: "ProfileImagePath", "is missing or not text")],
          advice:
            "The entry is not complete: it names no folder. Compare it with the folders on the "
            + "volume.")
      ]
    }
    if case .withoutHive = history.presence {
      return [
        RuleMatch(
          history.subject,
          [
            context.facts.evidence(
              entry, value: "ProfileImagePath", "\(path): the folder is there, without a hive")
          ],
          advice: "The folder may be a mount point whose volume is not attached here, or its hive "
            + "was not collected, or is gone: look at the machine itself.")
      ]
    }
    guard case .missing = history.presence else { return [] }
    return [
      RuleMatch(
        history.subject,
        severity: history.identifier?.isVirtualAccount == true ? .information : nil,
        [context.facts.evidence(entry, value: "ProfileImagePath", path)],
        advice: advice(onMissing: history, context.facts))
    ]
  }

  /// What follows from a folder that is gone while its entry is there.
  private static func advice(onMissing history: ProfileHistory, _ facts: MachineFacts) -> String {
    if history.identifier?.isVirtualAccount == true {
      return "The account is one of services, application pools or virtual machines: look whether "
        + "what ran as it is still there."
    }
    let isRoaming = history.entry?.centralProfile != nil
    switch facts.unloadsByForce {
    case true?:
      return "While the entry is there, Windows logs the user on with a temporary profile (event "
        + "1511)" + (isRoaming ? ", also where the profile is a roaming one. " : ". ")
        + "If the folder was deleted on purpose, delete the entry in the profile list too."
    case false? where isRoaming:
      return "This Windows makes the folder anew from the roaming profile at the next log-on."
    default:
      return "If the folder was deleted on purpose, delete the entry in the profile list too."
    }
  }

  private static let hiveMissing = ProfileRule(
    profile: CheckRule(
      id: "profile-hive-missing", severity: .warning,
      title: "The folder of a listed profile lacks the user's own hive, NTUSER.DAT",
      advice: "The user's classes are there, and NTUSER.DAT is not: look whether it was collected, "
        + "and what became of it on the machine."),
    source: "the profile list"
  ) { history, context in
    guard let entry = history.entry, let files = history.files, files.userHive == nil,
      files.mandatoryHive == nil, let classes = files.classesHive
    else { return [] }
    return [
      RuleMatch(
        history.subject, severity: context.facts.capture.layout == .volume ? nil : .information,
        [
          context.facts.evidence(
            entry, value: "ProfileImagePath", entry.imagePath ?? "is missing or not text"),
          context.facts.evidence(classes, "is there, without NTUSER.DAT"),
        ])
    ]
  }

  private static let store = ProfileRule(
    machine: CheckRule(
      id: "profile-store", severity: .information,
      title: "Profiles are also kept outside of this machine",
      advice:
        "A user's hive on this volume may not be the only or the newest one: examine the store "
        + "or the containers too."),
    source: "Microsoft, FSLogix and user profile disks; Citrix Profile Management"
  ) { context in
    let products = context.facts.containers.products
    let isNamed = context.histories.contains { history in
      guard !history.isBuiltIn else { return false }
      if case .container = history.presence { return true }
      return history.entry?.originalImagePath != nil
        || history.files.map { context.facts.containers.isLocalFolder($0.name) } ?? false
    }
    guard !products.isEmpty, !isNamed else { return [] }
    return [RuleMatch(context.facts.subject, products.map(\.evidence), count: products.count)]
  }

  private static let notEntered = ProfileRule(
    profile: CheckRule(
      id: "profile-folder-not-entered", severity: .information,
      title: "The folder of a listed profile is there, but was not looked into",
      advice: "Collect the folder itself, or mount what it leads to, and check again: what is in "
        + "it was not examined, unless it was found elsewhere."),
    source: "Microsoft, FSLogix and user profile disks"
  ) { history, context in
    guard let entry = history.entry, case .notEntered(let reason) = history.presence else {
      return []
    }
    return [
      RuleMatch(
        history.subject,
        [
          context.facts.evidence(
            entry, value: "ProfileImagePath", "\(entry.imagePath ?? ""): \(reason)")
        ]
          + (history.files.map {
            [
              CheckEvidence(
                source: RegistryString(context.facts.capture.relativePath($0.path)),
                fact: "the user's hives were found here, and are taken for those of the profile")
            ]
          } ?? []))
    ]
  }

  private static let otherDrive = ProfileRule(
    profile: CheckRule(
      id: "profile-on-other-drive", severity: .information,
      title: "A listed profile is on another drive, which was not collected",
      advice: "Its hives were not examined. Collect the profile from that drive too."),
    source: "the profile list"
  ) { history, context in
    guard let entry = history.entry, case .otherDrive = history.presence else { return [] }
    return [
      RuleMatch(
        history.subject,
        [
          context.facts.evidence(
            entry, value: "ProfileImagePath",
            "\(entry.imagePath ?? ""), which is on another volume")
        ])
    ]
  }

  private static let inContainer = ProfileRule(
    profile: CheckRule(
      id: "profile-in-container", severity: .information,
      title: "A profile is kept in a container or store, and brought to the machine at log-on",
      advice: "The hives of the profile are in the container or store: examine that."),
    source: "Microsoft, FSLogix: Profile Container content"
  ) { history, context in
    let facts = context.facts
    var found: [CheckEvidence] = []
    if let entry = history.entry, let path = entry.originalImagePath {
      found.append(facts.evidence(entry, value: "FSL_OriginalProfileImagePath", path))
    } else if let files = history.files, history.entry == nil,
      facts.containers.isLocalFolder(files.name)
    {
      found.append(
        CheckEvidence(
          source: RegistryString(history.place),
          fact: "the folder that FSLogix makes for what stays on the machine"))
    }
    var product: ProfileContainers.Product?
    if case .container(let found) = history.presence { product = found }
    guard !found.isEmpty || product != nil else { return [] }
    found += facts.containers.products.map(\.evidence)
    if let identifier = history.identifier, facts.containers.sessions.contains(identifier) {
      let path = RegistryPath(names: ["FSLogix", "Profiles", "Sessions"])
      found.append(
        CheckEvidence(
          in: "SOFTWARE", path.appending(RegistryString(identifier.description)),
          "the user has a session of FSLogix"))
    }
    return [RuleMatch(history.subject, found, advice: (product ?? .fslogix).advice)]
  }

  private static let shared = ProfileRule(
    machine: CheckRule(
      id: "profile-folder-shared", severity: .warning,
      title: "Several entries of the profile list name the same folder",
      advice:
        "This happens when a machine joins a domain or a user is migrated. Find out whose the "
        + "folder is before any entry is changed, and keep the folder itself."),
    source: "Windows Registry knowledge base of J. Metz"
  ) { context in
    let facts = context.facts
    let listed = context.histories.filter { $0.entry != nil && !$0.isBuiltIn }
    let byPlace = Dictionary(grouping: listed) { history in
      history.entry.flatMap { facts.location(of: $0) }
    }
    let groups = byPlace.filter { $0.key != nil && $0.value.count > 1 }.map(\.value)
    return groups.sorted { $0[0].subject < $1[0].subject }.map { group in
      let classes = group.lazy.compactMap { history in
        history.files.flatMap { files in files.classesHive.map { (files, $0) } }
      }.first
      let owner = classes.flatMap { facts.owner(of: $0.0) }
      var found = group.compactMap(\.entry).map {
        facts.evidence($0, value: "ProfileImagePath", $0.imagePath ?? "")
      }
      if let owner, let hive = classes?.1 {
        found.append(
          facts.evidence(
            hive, "its root key is named after \(owner): the folder is this user's"))
      }
      // One finding for the folder: of its owner, where that is one of them.
      let first = group.first { $0.identifier == owner } ?? group[0]
      let isListed = group.contains { $0.identifier == owner }
      return RuleMatch(
        first.subject, found,
        advice: owner.map {
          "This happens when a machine joins a domain or a user is migrated. The classes in the folder "
            + "are those of \($0): "
            + (isListed
              ? "keep that entry, and the folder itself."
              : "a user of neither entry. Find out whose the folder is before any entry is changed.")
        }
          ?? "This happens when a machine joins a domain or a user is migrated. Whose the folder is, is not "
          + "known: UsrClass.dat, which says so, is not at hand. Compare the folder's owner, and change "
          + "no entry before that.",
        basis: Claim(
          "The root key of UsrClass.dat is named after the user whose classes it holds.",
          source: "Windows Registry knowledge base of J. Metz", .thirdParty))
    }
  }

  private static let unlisted = ProfileRule(
    profile: CheckRule(
      id: "profile-folder-unlisted", severity: .warning,
      title: "A folder holds a user's hive, and no profile in the list leads to it",
      advice: "It may be left from a deleted user, or the user's own profile that Windows no "
        + "longer finds. Compare its owner and times with the profiles in the list."),
    source: "KB 947215"
  ) { history, context in
    let facts = context.facts
    guard facts.capture.layout == .volume || facts.capture.layout == .folders, facts.list != nil,
      history.listed == nil, let files = history.files,
      files.userHive != nil || files.mandatoryHive != nil,
      !facts.containers.isLocalFolder(files.name), !isOfStore(files, facts)
    else { return [] }
    var found = files.hives.map { facts.evidence($0, "no entry of the list names this folder") }
    if let classes = files.classesHive, let owner = facts.owner(of: files) {
      found.append(facts.evidence(classes, "the classes in it are those of \(owner)"))
    }
    let isTemporary = RegistryString(files.name.split(separator: ".").first.map(String.init) ?? "")
      .matches("TEMP")
    return [
      RuleMatch(
        history.subject, severity: isTemporary ? .information : nil, found,
        advice: isTemporary
          ? "The folder is named as that of a temporary profile, which Windows deletes at log-off: it "
            + "may be what an earlier one left. The user's own profile is another folder."
          : nil)
    ]
  }

  /// Whether a folder lies outside of the machine's volume, as a copy of the server's share of
  /// roaming profiles does when it was collected beside it.
  private static func isOfStore(_ files: ProfileFiles, _ facts: MachineFacts) -> Bool {
    guard facts.capture.layout == .folders, files.volumePath == nil else { return false }
    return !facts.capture.volumes.contains { files.path.hasPrefix($0.path + "/") }
  }
}

extension ProfileContainers.Product {
  /// Where to look for the profile.
  fileprivate var advice: String {
    switch self {
    case .fslogix:
      "The hives of the profile are in the container, which is a disk of its own on a file server: "
        + "examine that. A folder local_user, where there is one, holds only what stays on the "
        + "machine."
    case .userProfileDisk:
      "The hives of the profile are on the user's disk, a container (UVHD-….vhdx) on a file server: "
        + "examine that."
    case .citrix:
      "Citrix Profile Management copies profiles from its store at log-on, or attaches a container, "
        + "and can delete the local copy at log-off: examine the user's profile in the store."
    }
  }
}
