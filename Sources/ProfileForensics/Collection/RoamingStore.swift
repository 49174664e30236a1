// SPDX-License-Identifier: MIT

import RegistryHive

/// Finds the copies of roaming profiles that their server keeps, where they were collected with a
/// machine.
///
/// Windows Vista and later put `.V2` to `.V6` after the user's name there, one for each form of
/// profiles; earlier ones nothing. The classes do not roam. Source: Microsoft, Deploy roaming user
/// profiles, appendix B.
struct RoamingStore {
  private let log: SkippedItems
  /// The last two names of each path in the profile list, in upper case.
  private let localPlaces: Set<[String]>
  /// What the list calls the users' roaming profiles, in upper case, without the ending.
  private let centralNames: Set<String>

  /// Reads what the profile list says of roaming profiles.
  ///
  /// - Parameters:
  ///   - software: The machine's SOFTWARE hive; nil where there is none.
  ///   - log: Gets the stores that are found.
  init(software: EvidenceFile?, log: SkippedItems) {
    self.log = log
    let hive = software.flatMap { try? Hive(path: $0.path) }
    let profiles = hive.flatMap { ProfileList(software: $0) }?.profiles ?? []
    func end(_ path: String) -> [String] {
      path.uppercased().split { $0 == "\\" || $0 == "/" }.suffix(2).map(String.init)
    }
    localPlaces = Set(profiles.compactMap(\.imagePath).map(end))
    centralNames = Set(
      profiles.compactMap(\.centralProfile).compactMap { end($0).last }.map(Self.withoutVersion))
  }

  /// Parts the copies of a server from the newest state of a machine.
  ///
  /// - Parameter captures: The states, the newest first.
  /// - Returns: The states, and a capture for each store.
  func split(_ captures: [CaptureDraft]) -> [CaptureDraft] {
    guard var live = captures.first else { return captures }
    let loose = live.looseHives.filter { !$0.isClasses && mayBeCopy($0) }
    let profiles = live.profiles.filter { mayBeCopy($0) }
    let folders = Set(loose.map(\.folder) + profiles.map(\.path))
    let stores = Dictionary(grouping: folders, by: Self.parent)
      .filter { store in store.value.contains { isCopy($0, live) } }
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
    if isAlone { return captures }
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
      && isOutside(hive.folder, hive.volumePath)
  }

  private func mayBeCopy(_ profile: ProfileFiles) -> Bool {
    profile.place == .other && profile.classesHive == nil
      && isOutside(profile.path, profile.volumePath)
  }

  /// Whether a folder is in none that Windows keeps profiles in, and in the profile list neither.
  private func isOutside(_ path: String, _ volumePath: [String]?) -> Bool {
    let users = ProfileFiles.usersFolders.map { $0.uppercased() }
    if let first = volumePath?.first, users.contains(first.uppercased()) { return false }
    let place = path.uppercased().split(separator: "/").suffix(2).map(String.init)
    return !localPlaces.contains(place)
  }

  /// Whether a folder is a server's copy by its name: it has the ending, or lies apart from the
  /// machine's volumes, and is called as the list calls a roaming profile.
  private func isCopy(_ folder: String, _ live: CaptureDraft) -> Bool {
    let name = folder.lastPathPart.uppercased()
    if Self.hasVersion(name) { return true }
    return !live.volumes.isEmpty && centralNames.contains(name)
      && !live.volumes.contains { folder.hasPrefix($0.path + "/") }
  }
}
