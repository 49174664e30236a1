// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsTypes

/// What is taken from folders that are laid out as Windows lays them out.
extension CollectionSearch {
  /// The folders of Windows on a volume, in every spelling there is; none where it has none.
  static func windowsFolders(in root: VolumeFolder) -> [VolumeFolder] {
    let parts = ["config", "winevt", "GroupPolicy"]
    func isWindows(_ folder: VolumeFolder) -> Bool {
      folder.folders(at: ["System32"]).contains { system in parts.contains(where: system.has) }
    }
    for name in ["Windows", "WINNT"] {
      let folders = root.folders(at: [name])
      if folders.contains(where: isWindows) { return folders }
    }
    return []
  }

  /// What is on a volume; nil where the folder is not the root of one that Windows is on.
  func volume(in root: VolumeFolder, _ place: Place) -> MachineDraft? {
    let windows = Self.windowsFolders(in: root)
    guard !windows.isEmpty else { return nil }
    let noteCount = log.notes.count
    let config = windows.folders(at: ["System32", "config"])
    var draft = CaptureDraft(path: root.path)
    draft.origin = place.origin
    draft.layout = place.isInput ? .volume : .folders
    var drive: Character?
    if case .drive(let letter) = CollectedName(place.name), !place.isInput { drive = letter }
    draft.volumes = [CapturedVolume(letter: drive, path: root.path)]
    addHives(to: &draft, root, windows, config)
    let policies = windows.folders(at: ["System32", "GroupPolicy"])
    draft.machinePolicy = policies.folders(at: ["Machine"]).firstFile(named: "Registry.pol")
    draft.userPolicy = policies.folders(at: ["User"]).firstFile(named: "Registry.pol")
    draft.eventLogs =
      windows.folders(at: ["System32", "winevt", "Logs"]).flatMap { folder in
        folder.eventLogs { EventLogName.isProfileRelated($0) }
      } + config.flatMap { folder in folder.eventLogs { EventLogName.mayBeOld($0) } }
      + root.eventLogs { _ in true }
    let system = windows.folders(at: ["System32"])
    draft.taskFiles = Self.files(below: system.folders(at: ["Tasks"]))
    draft.poolConfiguration = system.folders(at: ["inetsrv", "config"])
      .firstFile(named: "applicationHost.config")
    noteCopies("Registry.pol", in: policies.folders(at: ["Machine"]))
    noteCopies("Registry.pol", in: policies.folders(at: ["User"]))
    noteCopies("applicationHost.config", in: system.folders(at: ["inetsrv", "config"]))
    draft.transactionFiles = config.folders(at: ["TxR"]).flatMap { $0.files { _ in true } }
    // Tools name the folder after the drive that they read, which need not be the machine's own
    // letter: the volume of Windows is the system drive.
    draft.profiles = ProfileFiles.all(root: root, windows: windows)
    addStrayHives(to: &draft, root, place)
    if root.has("Windows.old") {
      log.add(
        root.path(of: "Windows.old"),
        "is an earlier installation of Windows, and was left out; give its path to look into it",
        isLoss: false)
    }
    if draft.isEmpty {
      log.add(root.path, "has the folders of Windows, and no hive and no event log in them")
    }
    draft.notEntered = Array(log.notes[noteCount...])
    var machine = MachineDraft(draft)
    if let saved = regBack(config, place) { machine.captures.append(saved) }
    return machine
  }

  /// Adds the hives that are where Windows has them.
  private func addHives(
    to draft: inout CaptureDraft, _ root: VolumeFolder, _ windows: [VolumeFolder],
    _ config: [VolumeFolder]
  ) {
    for kind in Capture.machineKinds {
      draft.machineHives[kind] = config.firstFile(named: kind.rawValue)
    }
    let known = Set(draft.machineHives.values.map { ExactText($0.path) })
    draft.otherHives =
      config.flatMap { folder in
        folder.names.filter { !known.contains(ExactText(folder.path(of: $0))) }
          .compactMap { folder.hive(named: $0) }
      }
      + windows.folders(at: ["AppCompat", "Programs"]).spelledFiles("Amcache.hve")
      + root.folders(at: ["Boot"]).spelledFiles("BCD")
  }

  /// Adds the hives in other places of the volume.
  private func addStrayHives(
    to draft: inout CaptureDraft, _ root: VolumeFolder, _ place: Place
  ) {
    let profiles = draft.profiles.flatMap { profile in
      [profile.userHive, profile.mandatoryHive, profile.classesHive].compactMap(\.self)
        + profile.otherSpellings + profile.copies
    }
    let known = Array(draft.machineHives.values) + draft.otherHives + profiles
    let found = StrayHives(on: root, besides: Set(known.map { ExactText($0.path) })) { name in
      switch CollectedName(name) {
      case .shadowCopy: true
      case .drive: !place.isInput
      default: false
      }
    }
    draft.strayHives = found.files
    guard found.isCut else { return }
    log.add(
      root.path, "has very many files: not all of them were looked at for hives under other names",
      isLoss: false)
  }

  /// Names further files of one name, of which the first alone is read.
  private func noteCopies(_ name: String, in folders: [VolumeFolder]) {
    for file in folders.flatMap({ $0.copies(of: name) }) {
      log.add(file.path, "is another \(name), and was not read")
    }
  }

  /// The files in folders and below them, as far down and as many as tasks of Windows can be.
  private static func files(below folders: [VolumeFolder], depth: Int = 0) -> [EvidenceFile] {
    var found = folders.flatMap { $0.files { _ in true } }
    guard depth < 16 else { return found }
    for folder in folders {
      for name in folder.names where found.count < 10_000 {
        guard let child = folder.openFolder(name) else { continue }
        found += files(below: [child], depth: depth + 1)
      }
    }
    return found
  }

  /// Windows' own copies of the machine's hives; nil where there are none.
  private func regBack(_ config: [VolumeFolder], _ place: Place) -> CaptureDraft? {
    let folders = config.folders(at: ["RegBack"])
    guard let first = folders.first else { return nil }
    var draft = CaptureDraft(path: first.path)
    draft.origin = place.origin == .live ? .regBack : place.origin
    for kind in Capture.machineKinds {
      draft.otherHives += folders.flatMap { $0.copies(of: kind.rawValue) }
      guard let file = folders.firstFile(named: kind.rawValue) else { continue }
      // Windows 10 version 1803 and later leave files without a byte here.
      if file.size == 0 {
        log.add(file.path, "is empty, as Windows leaves it", isLoss: false)
      } else {
        draft.machineHives[kind] = file
      }
    }
    return draft.isEmpty ? nil : draft
  }
}

/// A volume that a capture has files of.
struct CapturedVolume: Sendable, Hashable {
  /// Its letter, as the collection calls it; nil where it does not.
  let letter: Character?
  /// The folder that stands for its root.
  let path: String
}
