// SPDX-License-Identifier: MIT

import RegistryHive

/// Where the files of one machine end and those of the next begin, by the layout of folders alone.
///
/// A folder with the collections of ten thousand machines must not be looked through as a whole:
/// the folder of each machine is found by a few names, and looked through when it is its turn.
package struct CollectionParts {
  /// A folder, or an archive, that holds the files of one machine as far as can be seen.
  package struct Part: Sendable {
    /// Where it is.
    package let path: String
    /// Whether it is an archive.
    package let isArchive: Bool
    /// The files of a folder whose folders are parts of their own; nil where all of it is one part.
    package let files: [String]?

    package init(path: String, isArchive: Bool, files: [String]? = nil) {
      self.path = path
      self.isArchive = isArchive
      self.files = files
    }

    /// What has to be read for the part.
    package var inputs: [String] { files ?? [path] }
  }

  /// The parts, sorted by path below each path that was given.
  package private(set) var parts: [Part] = []

  /// How many folders down parts are looked for.
  private static let depthLimit = 6
  private let log = SkippedItems()

  /// Looks for the parts of a folder.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - isArchive: Says by its name whether a file is an archive.
  package init(below path: String, isArchive: (String) -> Bool = { _ in false }) {
    guard let folder = try? VolumeFolder(root: path, log: log) else {
      parts = [Part(path: path, isArchive: false)]
      return
    }
    parts = find(in: folder, depth: 0, isArchive).parts
  }

  /// The parts of a folder, and in how many of them the hives of a machine are.
  private func find(
    in folder: VolumeFolder, depth: Int, _ isArchive: (String) -> Bool
  ) -> (parts: [Part], machineCount: Int) {
    let whole = [Part(path: folder.path, isArchive: false)]
    if Self.isVolume(folder) { return (whole, 1) }
    let archives = folder.names.filter(isArchive)
      .map { Part(path: folder.path(of: $0), isArchive: true) }
    let hasHives = folder.names.contains { name in
      Self.isMachineHive(name) && !folder.files(named: name).isEmpty
    }
    let others = hasHives ? [Self.files(of: folder, isArchive)] : []
    let isOneMachine =
      depth >= Self.depthLimit
      || folder.names.contains { name in
        guard Self.isPartOfMachine(name) else { return false }
        // A folder of archives may have a letter for a name, and is no drive for that.
        guard case .drive = CollectedName(name),
          let child = folder.openFolder(name, isOwnLink: true)
        else { return true }
        return !Self.holdsArchivesAlone(child, isArchive, depth: 0)
      }
    guard !isOneMachine else { return (whole + archives, 1 + archives.count) }
    var below: [Part] = []
    var machineCount = 0
    for name in folder.names where !isArchive(name) {
      guard let child = folder.openFolder(name, isOwnLink: true) else { continue }
      let found = find(in: child, depth: depth + 1, isArchive)
      below += found.parts
      machineCount += found.machineCount
    }
    // An archive is a part by itself, however far down it is.
    let allArchives = below.filter(\.isArchive) + archives
    let folders = below.filter { !$0.isArchive }
    let folderCount = machineCount - below.count(where: \.isArchive)
    // Folders of which none or one has a machine's hives may all be of that machine.
    guard folderCount + others.count > 1 else {
      let isEmpty = !allArchives.isEmpty && folders.isEmpty && !Self.hasEvidence(folder, isArchive)
      let found = (isEmpty ? [] : whole) + allArchives
      return (
        found.sorted { $0.path < $1.path }, max(folderCount, others.count) + allArchives.count
      )
    }
    return (
      (others + folders + allArchives).sorted { $0.path < $1.path },
      folderCount + others.count + allArchives.count
    )
  }

  /// The files of a folder, without its archives and the folders in it.
  private static func files(of folder: VolumeFolder, _ isArchive: (String) -> Bool) -> Part {
    let files = folder.files { !isArchive($0) }.map(\.path)
    return Part(path: folder.path, isArchive: false, files: files)
  }

  /// Whether a folder is the root of a volume that Windows is on.
  private static func isVolume(_ folder: VolumeFolder) -> Bool {
    (folder.has("Windows") || folder.has("WINNT"))
      && !CollectionSearch.windowsFolders(in: folder).isEmpty
  }

  /// Whether a name is one that tools give to folders for a part of what they collect of a machine.
  private static func isPartOfMachine(_ name: String) -> Bool {
    CollectedName(name) != .plain || MachineMerge.methods.contains(name.lowercased())
      || ["uploads", "windows", "winnt", "users", "documents and settings", "system32", "config"]
        .contains(CollectedName.decoded(name).lowercased())
  }

  /// Whether a file's name is that of a hive of the machine, perhaps with more before and after it.
  private static func isMachineHive(_ name: String) -> Bool {
    let name = CollectedName.decoded(name).uppercased()
    return ["SYSTEM", "SOFTWARE"].contains { kind in
      guard let range = name.firstRange(of: kind) else { return false }
      let rest = name[range.upperBound...]
      return rest.isEmpty
        || [".HIV", ".HIVE", ".DAT", ".REG", ".BIN", ".HVE"].contains(String(rest))
    }
  }

  /// Whether a folder has archives in it, a few folders down at most, and no other evidence.
  private static func holdsArchivesAlone(
    _ folder: VolumeFolder, _ isArchive: (String) -> Bool, depth: Int
  ) -> Bool {
    guard depth < 4, folder.names.count < nameLimit, !hasEvidence(folder, isArchive) else {
      return false
    }
    var hasArchive = folder.names.contains(where: isArchive)
    for name in folder.names where !isArchive(name) {
      guard let child = folder.quietFolder(named: name) else { continue }
      guard holdsArchivesAlone(child, isArchive, depth: depth + 1) else { return false }
      hasArchive = true
    }
    return hasArchive
  }

  /// How many names of a folder are looked at for evidence beside archives.
  private static let nameLimit = 10_000

  /// Whether a folder has files beside its archives that are evidence by their names or contents.
  private static func hasEvidence(
    _ folder: VolumeFolder, _ isArchive: (String) -> Bool
  ) -> Bool {
    folder.names.prefix(nameLimit).contains { name in
      guard !isArchive(name) else { return false }
      if EventLogName.hasEventLogExtension(CollectedName.decoded(name)) {
        return !folder.files(named: name).isEmpty
      }
      return folder.hive(named: name) != nil || folder.isEventLog(named: name)
    }
  }
}

/// The name of a machine, looked up before its files are looked through.
package enum MachineNames {
  /// How many folders down SYSTEM is looked for, and how many folders are looked into.
  private static let limits = (depth: 8, folders: 200)

  /// The name of the computer whose files a part has; nil where its SYSTEM hive is not found at
  /// once, or does not say.
  package static func computerName(of part: CollectionParts.Part) -> String? {
    guard let folder = try? VolumeFolder(root: part.path, log: SkippedItems()) else { return nil }
    guard part.files == nil else { return looseName(in: folder) }
    var count = 0
    return name(in: folder, depth: 0, &count)
  }

  /// What to call a folder: the last part of its path that says which machine it is of.
  package static func folderName(_ path: String) -> String { Machine.folderName(path) }

  /// What to call machines, so that no two have one label: the name of the computer, or that of the
  /// folder; what tells machines of one name apart is in parentheses.
  package static func labels(_ machines: [(name: String?, path: String)]) -> [String] {
    Machine.labels(machines)
  }

  private static func name(in folder: VolumeFolder, depth: Int, _ count: inout Int) -> String? {
    count += 1
    guard depth <= limits.depth, count <= limits.folders else { return nil }
    let windows = CollectionSearch.windowsFolders(in: folder)
    if !windows.isEmpty {
      let config = windows.folders(at: ["System32", "config"])
      return config.firstFile(named: "SYSTEM").flatMap { computerName(hive: $0.path) }
    }
    if let name = looseName(in: folder) { return name }
    for name in folder.names where CollectedName(name) != .shadowCopy {
      guard let child = folder.openFolder(name, isOwnLink: true) else { continue }
      if let found = self.name(in: child, depth: depth + 1, &count) { return found }
    }
    return nil
  }

  /// The name in a SYSTEM hive among the files of a folder.
  private static func looseName(in folder: VolumeFolder) -> String? {
    for name in folder.names where CollectedName.decoded(name).uppercased().contains("SYSTEM") {
      if let file = folder.hive(named: name), let found = computerName(hive: file.path) {
        return found
      }
    }
    return nil
  }

  private static func computerName(hive path: String) -> String? {
    (try? Hive(path: path)).flatMap(MachineIdentity.computerName)
  }
}
