// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// Finds the copies of roaming profiles that their server keeps, where they were collected with a
/// machine.
///
/// Windows Vista and later put `.V2` to `.V6` after the user's name there, one for each form of
/// profiles; earlier ones nothing. The classes do not roam, so that only the ending tells a copy with
/// them from a local profile. Source: Microsoft, Deploy roaming user
/// profiles, appendix B.
struct RoamingStore {
  private let log: SkippedItems
  private let software: EvidenceFile?

  /// What the profile list says of where profiles are, in upper case.
  private struct Places {
    /// The last two names of each path.
    private(set) var local: Set<[String]> = []
    /// What users' roaming profiles are called, without the ending.
    private(set) var central: Set<String> = []

    init(software: EvidenceFile?) {
      guard let software, let hive = try? Hive(path: software.path),
        let list = ProfileList(software: hive)
      else { return }
      func end(_ path: String) -> [String] { path.pathNames.suffix(2).map { $0.uppercased() } }
      local = Set(list.profiles.compactMap(\.imagePath).map(end))
      central = Set(
        list.profiles.compactMap(\.centralProfile).compactMap { end($0).last }
          .map(RoamingStore.withoutVersion))
    }
  }

  /// Prepares to look for stores.
  ///
  /// - Parameters:
  ///   - software: The machine's SOFTWARE hive, which is read only where there may be a store; nil
  ///     where there is none.
  ///   - log: Gets the stores that are found.
  init(software: EvidenceFile?, log: SkippedItems) {
    self.software = software
    self.log = log
  }

  /// Parts the copies of a server from the newest state of a machine.
  ///
  /// - Parameter captures: The states, the newest first.
  /// - Returns: The states, and a capture for each store.
  func split(_ captures: [CaptureDraft]) -> [CaptureDraft] {
    guard var live = captures.first else { return captures }
    var loose = live.looseHives.filter { !$0.isClasses && mayBeCopy($0) }
    var profiles = live.profiles.filter { mayBeCopy($0) }
    guard !loose.isEmpty || !profiles.isEmpty else { return captures }
    let places = Places(software: software)
    loose.removeAll { Self.isLocal($0.folder, places) }
    profiles.removeAll { Self.isLocal($0.path, places) }
    let folders = Set(loose.map(\.folder) + profiles.map(\.path))
    let stores = Dictionary(grouping: folders, by: Self.parent)
      .filter { store in store.value.contains { isCopy($0, live, places) } }
    guard !stores.isEmpty else { return captures }
    let copies = Set(stores.values.flatMap(\.self))
    live.looseHives.removeAll { copies.contains($0.folder) }
    live.profiles.removeAll { copies.contains($0.path) }
    let isAlone = live.isEmpty
    for store in stores.keys.sorted() {
      log.add(
        store,
        "holds copies of roaming profiles as their server keeps them, which do not show whether a "
          + "profile was unloaded\(isAlone ? "" : ", and were not judged")", isLoss: false)
    }
    if isAlone {
      var store = captures[0]
      store.origin = .roamingStore
      return [store] + captures.dropFirst()
    }
    return [live] + captures.dropFirst()
      + stores.keys.sorted().map { store in
        var draft = CaptureDraft(path: store)
        draft.origin = .roamingStore
        draft.looseHives = loose.filter { Self.parent(of: $0.folder) == store }
        draft.profiles = profiles.filter { Self.parent(of: $0.path) == store }
        return draft
      }
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  private static func withoutVersion(_ name: String) -> String {
    hasVersion(name) ? String(name.dropLast(3)) : name
  }

  private static func hasVersion(_ name: String) -> Bool {
    let end = name.uppercased().suffix(3)
    return name.count > 3 && end.hasPrefix(".V") && ("2"..."6").contains(String(end.suffix(1)))
  }

  private func mayBeCopy(_ hive: CaptureDraft.LooseHive) -> Bool {
    ["NTUSER.DAT", "NTUSER.MAN"].contains { RegistryString(hive.name).matches($0) }
      && isOutside(hive.volumePath)
  }

  private func mayBeCopy(_ profile: ProfileFiles) -> Bool {
    profile.place == .other && isOutside(profile.volumePath)
      && (profile.classesHive == nil || Self.hasVersion(profile.path.lastPathPart))
  }

  /// Whether a folder is in none that Windows keeps profiles in.
  private func isOutside(_ volumePath: [String]?) -> Bool {
    let users = ProfileFiles.usersFolders.map { $0.uppercased() }
    return volumePath?.first.map { !users.contains($0.uppercased()) } ?? true
  }

  /// Whether a folder is in the profile list.
  private static func isLocal(_ path: String, _ places: Places) -> Bool {
    places.local.contains(path.uppercased().split(separator: "/").suffix(2).map(String.init))
  }

  /// Whether a folder is a server's copy by its name: it has the ending, or lies apart from the
  /// machine's volumes, and is called as the list calls a roaming profile.
  private func isCopy(_ folder: String, _ live: CaptureDraft, _ places: Places) -> Bool {
    let name = folder.lastPathPart.uppercased()
    if Self.hasVersion(name) { return true }
    return !live.volumes.isEmpty && places.central.contains(name)
      && !live.volumes.contains { folder.hasPrefix($0.path + "/") }
  }
}
