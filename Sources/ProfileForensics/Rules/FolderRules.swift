// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Where the folders of listed profiles are.
extension ProfileRules {
  static let folders: [ProfileRule] = [
    missing, moved, hiveMissing, linked, notEntered, otherDrive, inContainer, store, shared,
    unlisted,
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
    if case .notCollected = history.presence {
      return [notCollected(history, path, entry, context.facts)]
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

  /// A folder that is not among the files, though profiles beside it are: a warning where Windows
  /// itself did not find it.
  private static func notCollected(
    _ history: ProfileHistory, _ path: String, _ entry: ProfileListEntry, _ facts: MachineFacts
  ) -> RuleMatch {
    let event = history.events.last { $0.record.event == 1511 }
    return RuleMatch(
      history.subject, severity: event == nil ? .information : nil,
      [
        facts.evidence(
          entry, value: "ProfileImagePath",
          "\(path): not among the files, though profiles beside it are")
      ] + [event?.evidence()].compactMap(\.self),
      advice: event == nil
        ? "The folder was not collected, or is gone from the machine: look there before anything is "
          + "concluded from it."
        : "Windows itself did not find the folder (event 1511), and it is not among the files that "
          + "were collected: look on the machine what became of it.")
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
    let facts = context.facts
    let unassigned =
      facts.capture.layout == .volume
      ? []
      : context.histories.filter { $0.listed == nil && $0.identifier == nil }
        .compactMap { $0.files?.userHive }
    return [
      RuleMatch(
        history.subject, severity: facts.capture.layout == .volume ? nil : .information,
        [
          facts.evidence(
            entry, value: "ProfileImagePath", entry.imagePath ?? "is missing or not text"),
          facts.evidence(classes, "is there, without NTUSER.DAT"),
        ]
          + unassigned.prefix(5).map {
            facts.evidence($0, "is a user's hive without a name in it: whose it is, is not known")
          },
        advice: unassigned.isEmpty
          ? nil
          : "The user's classes are there. A user's hive beside them could not be assigned to anybody "
            + "and may be this one: name the file after the user, or put it in the user's folder.")
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
    let (severity, advice) = judge(files, context)
    if let renamed = renamedEntry(of: files, facts) {
      found.append(facts.evidence(renamed, value: "ProfileImagePath", renamed.imagePath ?? ""))
    }
    return [RuleMatch(history.subject, severity: severity, found, advice: advice)]
  }

  /// The entry that was renamed by hand and names the folder of some files.
  private static func renamedEntry(
    of files: ProfileFiles, _ facts: MachineFacts
  ) -> ProfileListEntry? {
    guard let place = facts.location(of: files) else { return nil }
    return facts.list?.profiles.first { $0.isRenamed && facts.location(of: $0) == place }
  }

  /// What a folder that no entry leads to may be.
  private static func judge(
    _ files: ProfileFiles, _ context: RuleContext
  ) -> (CheckRule.Severity?, String?) {
    let facts = context.facts
    let owner = facts.owner(of: files)
    let own = context.histories.first { $0.listed != nil && $0.identifier == owner && owner != nil }
    if files.hasTemporaryName {
      let rest = own.map { " The user's own profile is \($0.place)." } ?? ""
      return (
        .information,
        "The folder is named as that of a temporary profile, which Windows deletes at log-off: it "
          + "may be what an earlier one left.\(rest)"
      )
    }
    if let renamed = renamedEntry(of: files, facts) {
      return (
        nil,
        "The entry \(renamed.key.name) names the folder, and was renamed by hand, so that Windows "
          + "does not use it: the user gets another profile at the next log-on. See what is in the "
          + "folder before it is deleted."
      )
    }
    if files.isLeftBySetup {
      return (
        .information,
        "Windows' own setup makes a folder of this name, and may leave it: it is nobody's profile."
      )
    }
    if let own, let folder = context.ownFolder(of: own), folder.files == files {
      return (
        nil,
        "The classes in the folder are those of \(own.subject), whose entry leads to a temporary "
          + "profile (\(own.entry?.imagePath ?? "without a path")): it is the user's own profile. To "
          + "give it back: log the user off, set ProfileImagePath of the entry to "
          + "\(context.facts.path(of: files)), and its RefCount and State to 0. Keep the folder."
      )
    }
    if let owner, let own {
      return (
        nil,
        "The classes in the folder are those of \(owner), whose entry names \(own.place): it may be "
          + "an earlier profile of this user, or a copy. Compare both before either is deleted."
      )
    }
    return (nil, nil)
  }

  /// Whether a folder lies outside of the machine's volume, as a copy of the server's share of
  /// roaming profiles does when it was collected beside it.
  private static func isOfStore(_ files: ProfileFiles, _ facts: MachineFacts) -> Bool {
    guard facts.capture.layout == .folders, files.volumePath == nil else { return false }
    return !facts.capture.volumes.contains { files.path.hasPrefix($0.path + "/") }
  }
}

extension RuleContext {
  /// The folder that no entry leads to and that has a user's classes, where the user's entry leads to
  /// a temporary profile and none was set aside; nil where there is none, or several.
  func ownFolder(of history: ProfileHistory) -> ProfileHistory? {
    guard let entry = history.entry, let identifier = history.identifier, history.backups.isEmpty,
      entry.isTemporary || entry.hasTemporaryFolder && history.files == nil
    else { return nil }
    let found = histories.filter { other in
      guard other.listed == nil, other.identifier == identifier, let files = other.files,
        files.classesHive != nil, files.userHive != nil, !files.hasTemporaryName
      else { return false }
      return true
    }
    return found.count == 1 ? found[0] : nil
  }
}

extension MachineFacts {
  /// The path of a folder as the machine has it; the one in the collection where that is not known.
  fileprivate func path(of files: ProfileFiles) -> String {
    guard let names = files.volumePath else { return capture.relativePath(files.path) }
    let root = list?.systemRoot?.pathNames.first ?? "C:"
    return ([files.drive.map { "\($0):" } ?? root] + names).joined(separator: "\\")
  }
}

extension ProfileFiles {
  /// Whether the folder is one that Windows' own setup makes for itself: that of the account which
  /// the first start uses, and the copy of the template that an upgrade makes.
  fileprivate var isLeftBySetup: Bool {
    let name = name.lowercased()
    guard place == .users, name != "default.migrated" else { return place == .users }
    let number = name.dropFirst("defaultuser".count)
    return name.hasPrefix("defaultuser") && !number.isEmpty
      && number.allSatisfy { $0.isASCII && $0.isNumber }
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
