// SPDX-License-Identifier: MIT

extension Capture {
  /// What is at a place of the volume, as far as the capture shows it.
  public enum Presence: Sendable, Hashable {
    /// A folder, which was looked into.
    case folder
    /// Something that was not looked into, and why: a link, a folder without permission.
    case notEntered(String)
    /// Nothing: the volume is here, and has no such folder.
    case missing
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
      case .missing, .unknown: continue
      }
    }
    return result
  }

  private static func look(for names: [String], in root: String) -> Presence {
    let log = SkippedItems()
    guard var folders = (try? VolumeFolder(root: root, log: log)).map({ [$0] }) else {
      return .unknown
    }
    for name in names {
      let next = folders.folders(at: [name])
      if next.isEmpty {
        guard folders.contains(where: { $0.has(name) }) else { return .missing }
        return .notEntered(log.notes.last?.reason ?? "is a file, and no folder")
      }
      folders = next
    }
    return .folder
  }
}
