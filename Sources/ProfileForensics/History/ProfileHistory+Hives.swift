// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// What the hives of a profile say, in words for a verdict.
extension ProfileHistory {
  /// Whether any hive of the profile is dirty; nil where none is at hand.
  func isDirty(_ facts: MachineFacts) -> Bool? {
    let hives = (files?.hives ?? []).compactMap { facts.facts(of: $0) }
      .filter { !$0.hasUnknownState }
    return hives.isEmpty ? nil : hives.contains { $0.state.isDirty }
  }

  /// That hives of the profile cannot be read, so that nothing is known of their state, or are
  /// damaged; nil where all are whole.
  func unreadHives(_ facts: MachineFacts) -> String? {
    var unread: [String] = []
    var damaged: [String] = []
    var headless: [String] = []
    for file in files?.hives ?? [] {
      let name = file.path.lastPathPart
      guard let hive = facts.facts(of: file) else {
        unread.append(name)
        continue
      }
      if hive.hasUnknownState {
        headless.append(name)
      } else if !hive.damage.isEmpty {
        damaged.append(name)
      }
    }
    let isWithoutAny = readHives(facts).isEmpty
    let texts = [
      headless.isEmpty || isWithoutAny
        ? nil
        : "the base block of \(headless.unique) is lost: whether it was clean is not known",
      unread.isEmpty || isWithoutAny
        ? nil : "\(unread.unique) cannot be read: whether it was clean is not known",
      damaged.isEmpty ? nil : "\(damaged.unique) is damaged",
    ]
    let text = texts.compactMap(\.self).joined(separator: "; ")
    return text.isEmpty ? nil : text
  }

  /// The hives of the profile whose state is known.
  private func readHives(_ facts: MachineFacts) -> [EvidenceFile] {
    (files?.hives ?? []).filter { facts.facts(of: $0).map { !$0.hasUnknownState } ?? false }
  }

  /// What a key says that was written after the unload: the hive was loaded since, perhaps in a
  /// session that an older profile list does not know; nil where there is none.
  ///
  /// Programs of administrators load hives of users who are logged off too.
  func laterKey(_ facts: MachineFacts) -> (text: String, isListOlder: Bool)? {
    guard entry?.isLoaded == false, let unload = entry?.unloadTime,
      let written = facts.facts(of: files?.userHive ?? files?.mandatoryHive)?.newestKey,
      written > unload, !written.isWithin(Self.logOffSeconds, of: unload)
    else { return nil }
    let isListOlder = facts.list.map { $0.newest < written } ?? false
    return (
      "a key of its hive was written \(written.sentenceText), after that unload: the hive was loaded "
        + (isListOlder
          ? "since, and the profile list is older than that"
          : "since, by something else than a log-on"),
      isListOlder
    )
  }

  /// The hives that are at hand, for a sentence that goes on with their state.
  func hivesAre(_ facts: MachineFacts) -> String {
    guard let files else { return "its hives are" }
    if files.hives.count == 1 {
      return files.classesHive == nil
        ? "its hives are" : "its UsrClass.dat, the only hive found, is"
    }
    let read = readHives(facts)
    guard read.count == 1, read.count < files.hives.count else { return "its hives are" }
    return "its \(read[0] == files.classesHive ? "UsrClass.dat" : "own hive") is"
  }

  /// Why no hives are at hand.
  func absence(_ facts: MachineFacts) -> String {
    let headless = (files?.hives ?? []).filter { facts.facts(of: $0)?.hasUnknownState == true }
    if !headless.isEmpty {
      let names = headless.map(\.path.lastPathPart)
      return
        "whether its hives were clean is not known, because the base block of \(names.unique) is "
        + "lost"
    }
    return switch presence {
    case .found where files?.hives.isEmpty == false: "its hives cannot be read"
    case .found, .unknown: "its hives were not found"
    case .shared(let owner?): "the folder is that of \(owner)"
    case .shared(nil): "another entry has the same folder"
    case .otherDrive: "its hives are on another drive, which was not collected"
    case .notEntered(let reason): "its folder was not looked into (it \(reason))"
    case .container(let product): "its hives are kept in a container (\(product.rawValue))"
    case .temporary: "the folder of the temporary profile is gone"
    case .withoutHive: "its folder has no hive in it"
    case .missing: "its folder is not on the volume"
    case .notCollected: "its folder is not among the files"
    case .moved: "its folder is not where the list says"
    }
  }
}
