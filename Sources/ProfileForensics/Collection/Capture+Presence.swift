// SPDX-License-Identifier: MIT

import RegistryHive

extension Capture {
  /// What is at a place of the volume, as far as the capture shows it.
  public enum Presence: Sendable, Hashable {
    /// A folder, which was looked into.
    case folder
    /// Something that was not looked into, and why: a link, a folder without permission.
    case notEntered(String)
    /// Nothing: the volume is here, and has no such folder.
    case missing
    /// Nothing, though the folder above it was collected: it was left out, or is gone.
    case notCollected
    /// Not known: files were collected, and this was perhaps not among them.
    case unknown
  }

  /// Looks for a folder, whatever the case of its name; no link is followed.
  ///
  /// - Parameters:
  ///   - names: The names on the way from the root of the volume, such as `Users` and `anna`.
  ///   - drive: The letter of the volume; nil for the one that Windows is on.
  /// - Returns: What is there.
  public func presence(of names: [String], drive: Character? = nil) -> Presence {
    let roots = volumes.filter { volume in
      drive == nil
        ? volume == volumes.first : volume.letter == drive?.uppercased().first
    }
    let absent: Presence = layout == .volume && drive == nil ? .missing : .unknown
    var result = absent
    for volume in roots {
      switch Self.look(for: names, in: volume.path) {
      case .folder: return .folder
      case .notEntered(let reason): result = .notEntered(reason)
      case .missing where absent == .unknown: result = .notCollected
      case .missing, .unknown, .notCollected: continue
      }
    }
    return result
  }

  private static func look(for names: [String], in root: String) -> Presence {
    let log = SkippedItems()
    guard var folders = (try? VolumeFolder(root: root, log: log)).map({ [$0] }) else {
      return .unknown
    }
    for (index, name) in names.enumerated() {
      var next = folders.folders(at: [name])
      if next.isEmpty, !folders.contains(where: { $0.has(name) }) {
        next = folders.flatMap { folder in
          folder.names.filter { FolderSpelling.isForm($0, of: name) }
            .compactMap { folder.openFolder($0) }
        }
      }
      if next.isEmpty {
        guard folders.contains(where: { $0.has(name) }) else {
          return index == names.count - 1 ? .missing : .unknown
        }
        return .notEntered(log.notes.last?.reason ?? "is a file, and no folder")
      }
      folders = next
    }
    return .folder
  }
}
