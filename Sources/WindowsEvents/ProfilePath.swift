// SPDX-License-Identifier: MIT

/// The folder of a profile, as events name it: by itself, or by a file in it.
struct ProfilePath {
  /// The folder, from its drive on, such as `C:\Users\anna`, or from its device on, such as
  /// `\Device\HarddiskVolume3\Users\anna`.
  let folder: String

  /// Takes a path that is a profile's folder; nil for one that is not on a drive.
  init?(folder text: String) {
    guard let path = Self.pathOnDrive(in: text[...]) ?? Self.pathOnDevice(in: text) else {
      return nil
    }
    folder = String(Self.withoutSeparatorAtEnd(path))
  }

  /// Looks for a path in a text that leads to a profile: one of a user's hives, or anything below a
  /// folder that Windows keeps profiles in.
  ///
  /// Of paths that begin with a device, only those of hives count: those of programs begin so too.
  init?(in text: String) {
    if let path = Self.pathOnDevice(in: text), let folder = Self.folder(ofHive: path) {
      self.folder = folder
      return
    }
    guard let path = Self.pathOnDrive(in: text[...]) else { return nil }
    guard let folder = Self.folder(ofHive: path) ?? Self.folder(above: path) else { return nil }
    self.folder = folder
  }

  /// The first path in a text that begins with a drive, without quotes around it.
  private static func pathOnDrive(in text: Substring) -> Substring? {
    var rest = text
    while let colon = rest.firstIndex(of: ":") {
      let after = rest.index(after: colon)
      if after < rest.endIndex, rest[after] == "\\", colon > text.startIndex {
        let drive = text.index(before: colon)
        if text[drive].isASCII, text[drive].isLetter {
          let quote: Character? =
            drive > text.startIndex ? text[text.index(before: drive)] : nil
          let path = text[drive...].prefix {
            !$0.isNewline && $0 != "\"" && $0 != "\0" && !($0 == quote && $0 == "'")
          }
          return withoutEnd(path)
        }
      }
      rest = rest[after...]
    }
    return nil
  }

  /// The first path in a text that begins with a volume as a device, as that of a disk which is
  /// attached for a user does: `\\?\GLOBALROOT\Device\HarddiskVolume3\…`.
  private static func pathOnDevice(in text: String) -> Substring? {
    let lower = text.lowercased()
    guard lower.count == text.count, let start = lower.range(ofFirst: "\\device\\harddiskvolume")
    else { return nil }
    let count = lower.distance(from: lower.startIndex, to: start)
    return withoutEnd(text.dropFirst(count).prefix { !$0.isNewline && $0 != "\"" && $0 != "\0" })
  }

  /// A path without what ends the sentence that it is in.
  private static func withoutEnd(_ path: Substring) -> Substring {
    var path = path.trimmed
    while let last = path.last, last == "." || last == "," || last == ";" || last == ")" {
      path.removeLast()
    }
    return path
  }

  private static func withoutSeparatorAtEnd(_ path: Substring) -> Substring {
    var path = path
    while path.last == "\\", path.count > 3 { path.removeLast() }
    return path
  }

  private static let classes = [
    "\\appdata\\local\\microsoft\\windows",
    "\\local settings\\application data\\microsoft\\windows",
  ]

  /// The folder of the profile that a hive is in.
  private static func folder(ofHive path: Substring) -> String? {
    let lower = path.lowercased()
    for name in ["\\ntuser.dat", "\\ntuser.man", "\\usrclass.dat"] {
      // Letters that change their length in lower case would shift the rest.
      guard lower.count == path.count, let found = lower.range(ofFirst: name) else { continue }
      let count = lower.distance(from: lower.startIndex, to: found)
      // Events of loads have the separator in front of `UsrClass.dat` twice.
      var folder = withoutSeparatorAtEnd(path.prefix(count))
      for place in classes where folder.lowercased().hasSuffix(place) {
        folder = folder.dropLast(place.count)
      }
      return String(folder)
    }
    return nil
  }

  /// The folders that Windows keeps profiles in, as English and German releases name them.
  private static let parents: Set<String> = [
    "users", "documents and settings", "dokumente und einstellungen", "profiles", "serviceprofiles",
  ]

  /// The folder of the profile that a path leads into.
  private static func folder(above path: Substring) -> String? {
    let names = path.split(separator: "\\", omittingEmptySubsequences: false)
    guard names.count >= 3,
      let parent = names.dropFirst().dropLast().firstIndex(where: {
        parents.contains($0.lowercased())
      }), !names[parent + 1].isEmpty
    else { return nil }
    return names[...(parent + 1)].joined(separator: "\\")
  }
}

extension String {
  /// Where a text first occurs in this one.
  fileprivate func range(ofFirst wanted: String) -> Index? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(wanted) { return start }
      start = index(after: start)
    }
    return nil
  }
}
