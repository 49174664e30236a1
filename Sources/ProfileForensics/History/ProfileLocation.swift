// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsTypes

/// The place of a profile on a machine.
struct ProfileLocation: Hashable {
  /// The drive's letter in upper case; nil for the volume of Windows.
  let drive: Character?
  /// The names on the way, in upper case.
  let folded: [RegistryString]
  let names: [String]

  init(drive: Character?, names: [String]) {
    self.drive = drive.map { Character($0.uppercased()) }
    self.names = names
    folded = names.map { RegistryString($0).upcasedName }
  }

  /// The folder above.
  var parent: ProfileLocation { ProfileLocation(drive: drive, names: names.dropLast()) }

  static func == (first: Self, second: Self) -> Bool {
    first.drive == second.drive && first.folded == second.folded
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(drive)
    hasher.combine(folded)
  }

  /// The names on a path as Windows takes them: without `.` and `..`, and without the dots and
  /// blanks that may follow a name.
  fileprivate static func resolved(_ parts: some Sequence<String>) -> [String] {
    var names: [String] = []
    for part in parts {
      switch part {
      case ".": continue
      case "..": _ = names.popLast()
      default:
        let name = part.reversed().drop { $0 == "." || $0 == " " }.reversed()
        if !name.isEmpty { names.append(String(name)) }
      }
    }
    return names
  }
}

extension MachineFacts {
  /// How many bytes of UTF-8 the path of a profile may have.
  private static let longestPath = 4096

  /// Where the folder of an entry is; nil where its path is missing or not understood.
  func location(of entry: ProfileListEntry) -> ProfileLocation? {
    entry.imagePath.flatMap { location(of: $0) }.map { aliases.withoutShortNames($0) }
  }

  /// Where files are on the machine; nil where that is not known.
  func location(of files: ProfileFiles) -> ProfileLocation? {
    if let path = files.volumePath {
      let isOwn = files.drive.map { isSystemDrive($0) } ?? true
      return ProfileLocation(drive: isOwn ? nil : files.drive, names: path)
    }
    guard capture.layout == .volume else { return nil }
    return ProfileLocation(
      drive: nil,
      names: capture.relativePath(files.path).split(separator: "/").map(String.init))
  }

  /// Where the folder itself is that a link at the place of files leads to; nil where there is none.
  func linkLocation(of files: ProfileFiles) -> ProfileLocation? {
    files.linkTarget.map { target in
      ProfileLocation(
        drive: location(of: files)?.drive, names: target.split(separator: "/").map(String.init))
    }
  }

  /// Where a path of the machine, as events and the list have it, leads to.
  ///
  /// Nil for a path that is longer than any that a profile can have: Windows limits most to 260
  /// characters, and all to 32,767 with at most 255 in a name.
  func location(of path: String) -> ProfileLocation? {
    guard path.utf8.count <= Self.longestPath else { return nil }
    return literalLocation(of: path).map { aliases.withoutLink($0) }
  }

  private func literalLocation(of path: String) -> ProfileLocation? {
    let parts = path.withoutQuotes.pathNames
    guard let first = parts.first else { return nil }
    let names = ProfileLocation.resolved(parts.dropFirst())
    let root = (list?.systemRoot ?? "C:\\Windows").pathNames
    switch first.lowercased() {
    case "%systemdrive%": return ProfileLocation(drive: nil, names: names)
    case "%systemroot%", "%windir%":
      return ProfileLocation(
        drive: nil, names: ProfileLocation.resolved(root.dropFirst() + parts.dropFirst()))
    case "%profilesdirectory%":
      let above = list?.profilesDirectory ?? "%SystemDrive%\\Users"
      guard !above.lowercased().contains("%profilesdirectory%"), let place = location(of: above)
      else { return nil }
      return ProfileLocation(
        drive: place.drive, names: ProfileLocation.resolved(place.names + parts.dropFirst()))
    case let drive where drive.count == 2 && drive.last == ":":
      let letter = drive.first
      return ProfileLocation(
        drive: letter.map(isSystemDrive) ?? true ? nil : letter, names: names)
    default: return nil
    }
  }

  /// Whether a letter is that of the drive that Windows is on.
  func isSystemDrive(_ letter: Character) -> Bool {
    let root = list?.systemRoot?.first ?? "C"
    return letter.lowercased() == root.lowercased()
  }

  /// The user that a profile's classes were made for, by the name of their root key; else the one
  /// that the files' own names say.
  func owner(of files: ProfileFiles) -> SecurityIdentifier? {
    let name = facts(of: files.classesHive)?.rootName.description ?? ""
    return SecurityIdentifier(classesName: name) ?? files.identifier
  }

  /// The path of an entry as people write it, with the drive of Windows in it.
  func place(of entry: ProfileListEntry) -> String? {
    guard let path = entry.imagePath?.withoutQuotes else { return nil }
    guard let place = location(of: path), place.drive == nil, path.first == "%" else {
      return path
    }
    let root = list?.systemRoot?.pathNames.first ?? "C:"
    return ([root] + place.names).joined(separator: "\\")
  }

  /// What to call files that no user is known for.
  func name(of files: ProfileFiles) -> String { files.name.isEmpty ? files.path : files.name }
}

extension String {
  /// A path without the quotes, blanks and prefixes that may be around it.
  fileprivate var withoutQuotes: String {
    func isMark(_ character: Character) -> Bool { "\" \t\0".contains(character) }
    let start = drop(while: isMark)
    var text = String(start.reversed().drop(while: isMark).reversed())
    for prefix in ["\\\\?\\", "\\??\\"] where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
    }
    return text
  }
}
