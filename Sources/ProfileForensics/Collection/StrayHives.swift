// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// Finds the hives on a volume of Windows that are in no place where Windows keeps those of the
/// machine or of a profile: copies under other names, the settings of apps.
///
/// Windows' own folder and those of programs are left out. Only files that begin as hives do are
/// taken, and of the others few are opened: a hive has a name that says so, or a size of whole pages.
struct StrayHives {
  /// How many files and folders are looked at, and how many folders down.
  private static let limits = (names: 100_000, depth: 24)
  /// Folders in the root that are left out, in lower case.
  private static let otherFolders: Set<String> = [
    "windows", "winnt", "windows.old", "program files", "program files (x86)",
    "system volume information", "recovery", "perflogs", "msocache", "boot", "efi",
    "$windows.~bt", "$windows.~ws", "$winreagent",
  ]

  /// The hives that were found, in the order of their paths.
  private(set) var files: [EvidenceFile] = []
  /// Whether not all was looked at.
  private(set) var isCut = false
  private let known: Set<ExactText>
  private var count = 0

  /// Looks through a volume.
  ///
  /// - Parameters:
  ///   - root: Its root.
  ///   - known: The paths of the hives that were found in their places.
  ///   - isApart: Says by its name whether a folder in the root is looked through by itself.
  init(on root: VolumeFolder, besides known: Set<ExactText>, isApart: (String) -> Bool) {
    self.known = known
    for name in root.names
    where !Self.otherFolders.contains(name.lowercased()) && !isApart(name) {
      look(at: name, in: root, depth: 0)
    }
  }

  private mutating func look(at name: String, in folder: VolumeFolder, depth: Int) {
    count += 1
    guard count <= Self.limits.names, depth <= Self.limits.depth else {
      isCut = true
      return
    }
    switch folder.find(named: name) {
    case .folder(let child):
      for name in child.names where count <= Self.limits.names {
        look(at: name, in: child, depth: depth + 1)
      }
    case .hive(let size):
      let path = folder.path(of: name)
      guard !known.contains(ExactText(path)) else { return }
      files.append(
        EvidenceFile(path: path, size: size, companions: folder.companions(of: name)))
    case nil: return
    }
  }
}

extension VolumeFolder {
  /// What may have hives in it, or is one.
  fileprivate enum Found {
    case folder(VolumeFolder)
    case hive(size: Int)
  }

  /// Endings of names that copies of hives have, in lower case.
  private static let endings = [
    ".hiv", ".hive", ".hve", ".bak", ".old", ".sav", ".save", ".saved", ".copy", ".orig",
  ]

  /// Looks at exactly this name, and takes no note of what cannot be looked at.
  fileprivate func find(named name: String) -> Found? {
    guard let status = quietStatus(of: name) else { return nil }
    switch status.kind {
    case .folder: return quietFolder(named: name).map { .folder($0) }
    case .file where status.size >= 4096:
      let isLikely =
        status.size % 4096 == 0 || HiveMark.hasHiveInName(name)
        || Self.endings.contains(where: name.lowercased().hasSuffix)
      return isLikely && beginsAsHive(name) ? .hive(size: status.size) : nil
    default: return nil
    }
  }
}
