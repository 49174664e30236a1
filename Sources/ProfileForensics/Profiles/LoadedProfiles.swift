// SPDX-License-Identifier: MIT

public import WindowsTypes

/// Which users' hives were loaded when a machine's files were copied: only these count against the
/// registry size limit.
///
/// The profile list says so, by its times or by `RefCount`. Where it does neither, a dirty hive is
/// taken for a loaded one; a clean one says nothing.
public struct LoadedProfiles: Sendable {
  private let list: ProfileList?
  private let entries: [[RegistryString]: [ProfileListEntry]]
  /// The places of all folders with hives.
  private let places: Set<[RegistryString]>
  private let held: Set<SecurityIdentifier>

  /// Makes ready to ask.
  ///
  /// - Parameters:
  ///   - capture: The machine's files.
  ///   - list: The machine's profile list; nil where there is none.
  ///   - held: The users whose hives programs may still keep loaded, though the list has a
  ///     `RefCount` of 0: of them it is not known.
  public init(_ capture: Capture, list: ProfileList?, held: Set<SecurityIdentifier> = []) {
    self.list = list
    self.held = held
    var entries: [[RegistryString]: [ProfileListEntry]] = [:]
    for entry in list?.profiles ?? [] {
      guard let names = entry.imagePath.flatMap({ list?.folderNames(of: $0) }) else { continue }
      entries[Self.place(names), default: []].append(entry)
    }
    self.entries = entries
    places = Set(capture.profiles.compactMap { $0.volumePath.map(Self.place) })
  }

  /// Whether a hive of a profile was loaded; nil where nothing says.
  ///
  /// - Parameters:
  ///   - files: The profile's files.
  ///   - user: The user, by the name of the root key of `UsrClass.dat`; nil where that is not known.
  ///   - isDirty: Whether the hive is dirty.
  /// - Returns: Whether it was loaded.
  public func isLoaded(
    _ files: ProfileFiles, user: SecurityIdentifier?, isDirty: Bool
  ) -> Bool? {
    // The two service accounts are loaded for as long as Windows runs.
    if files.place == .serviceProfiles { return true }
    if files.place == .systemProfile { return nil }
    let found = listed(files, user ?? files.identifier)
    guard !found.isEmpty else {
      // The list has all users whose profiles Windows loads.
      return list == nil ? (isDirty ? true : nil) : false
    }
    let answers = found.map { entry -> Bool? in
      if entry.isBackup || entry.isRenamed { return false }
      if entry.identifier?.hasProfileOfItsOwn == false { return true }
      if entry.wasLoaded == false, entry.identifier.map(held.contains) == true { return nil }
      return entry.wasLoaded ?? (isDirty ? true : nil)
    }
    if answers.contains(true) { return true }
    return answers.contains(nil) ? nil : false
  }

  /// The entries of the list that a profile's files may be those of.
  private func listed(_ files: ProfileFiles, _ user: SecurityIdentifier?) -> [ProfileListEntry] {
    let all = list?.profiles ?? []
    if let place = files.volumePath.map(Self.place) {
      if let found = entries[place] {
        let own = found.filter { $0.identifier == user }
        return own.isEmpty ? found : own
      }
      // An entry whose folder is there is that of other files.
      return all.filter { entry in
        guard user != nil, entry.identifier == user, !entry.isBackup,
          let names = entry.imagePath.flatMap({ list?.folderNames(of: $0) })
        else { return false }
        return !places.contains(Self.place(names))
      }
    }
    if let user { return all.filter { $0.identifier == user && !$0.isBackup && !$0.isRenamed } }
    let name = RegistryString(files.name).upcasedName
    return all.filter { entry in
      RegistryString(entry.folderName ?? "").upcasedName == name
    }
  }

  private static func place(_ names: [String]) -> [RegistryString] {
    names.map { RegistryString($0).upcasedName }
  }
}

extension ProfileListEntry {
  /// Whether the profile was loaded, by its times, else by `RefCount`; nil where the entry has
  /// neither.
  var wasLoaded: Bool? { isLoaded ?? referenceCount.map { $0 > 0 } }
}

extension SecurityIdentifier {
  /// The user whose classes a hive holds, by the name of its root key, such as `S-1-5-21-…_Classes`;
  /// nil where it has another name.
  package init?(classesRoot name: RegistryString) {
    let text = name.description
    guard RegistryString(String(text.suffix(8))).matches("_Classes") else { return nil }
    self.init(String(text.dropLast(8)))
  }
}
