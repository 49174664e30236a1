// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsTypes

/// Finds out which of the users' hives that were collected belong together, and whose they are.
struct ProfilePairing {
  private typealias LooseHive = CaptureDraft.LooseHive

  /// An entry of the profile list, as far as it matters here.
  private struct Entry {
    let identifier: SecurityIdentifier
    let folder: String
    /// The path of the user's hive, in upper case.
    let hive: String
  }

  private var entries: [String: [Entry]] = [:]
  private var folders: [SecurityIdentifier: String] = [:]

  /// Reads the profile list, where there is one.
  ///
  /// - Parameter software: The machine's SOFTWARE hive.
  init(software: EvidenceFile?) {
    guard let software, let hive = try? Hive(path: software.path),
      let list = ProfileList(software: hive)
    else { return }
    for profile in list.profiles where !profile.isBackup {
      guard let identifier = profile.identifier, let path = profile.imagePath,
        let folder = path.pathNames.last
      else { continue }
      folders[identifier] = folder
      entries[folder.uppercased(), default: []].append(
        Entry(
          identifier: identifier, folder: folder,
          hive: path.pathNames.joined(separator: "\\").uppercased() + "\\NTUSER.DAT"))
    }
  }

  /// The profiles that some hives make up, in the order of the hives.
  ///
  /// - Parameters:
  ///   - hives: The hives.
  ///   - log: Gets the hives of a user of whom there is another one already.
  /// - Returns: The profiles.
  func profiles(of hives: [CaptureDraft.LooseHive], _ log: SkippedItems) -> [ProfileFiles] {
    let known = hives.map { hive in
      var hive = hive
      hive.identifier = hive.identifier ?? identifier(of: hive)
      return hive
    }
    let partners = partners(known)
    var groups: [[LooseHive]] = []
    var places: [SecurityIdentifier: Int] = [:]
    var taken: Set<Int> = []
    for (index, hive) in known.enumerated() where taken.insert(index).inserted {
      var group = [hive]
      if let partner = partners[index], taken.insert(partner).inserted {
        group.append(known[partner])
      }
      guard let identifier = group.lazy.compactMap(\.identifier).first else {
        groups.append(group)
        continue
      }
      guard let place = places[identifier] else {
        places[identifier] = groups.count
        groups.append(group)
        continue
      }
      for hive in group {
        if let other = groups[place].first(where: { $0.isClasses == hive.isClasses }) {
          log.add(
            hive.file.path,
            SameBytes.areSame(hive.file, other.file)
              ? "is a copy of \(other.file.path)"
              : "is another hive of \(identifier) beside \(other.file.path), and was skipped",
            isLoss: false)
        } else {
          groups[place].append(hive)
        }
      }
    }
    return groups.map(profile)
  }

  // MARK: - Whose a hive is

  private func identifier(of hive: LooseHive) -> SecurityIdentifier? {
    guard !entries.isEmpty else { return nil }
    let parts = hive.storedPath.split(separator: "\\").map { $0.uppercased() }
    if !hive.isClasses, parts.count >= 2, let found = entries[parts[parts.count - 2]] {
      // The base block has the last 31 characters of the path.
      let end = parts.drop { $0 == "??" }.joined(separator: "\\")
      let matches = found.filter { $0.hive.hasSuffix(end) || end.hasSuffix($0.hive) }
      if matches.count == 1 { return matches[0].identifier }
    }
    for name in [hive.folder.lastPathPart, Self.mark(in: hive.name)] {
      if let found = entries[name.uppercased()], found.count == 1 { return found[0].identifier }
    }
    return nil
  }

  // MARK: - What belongs together

  /// For each hive without a known partner by its user, the one that is with it in its folder.
  private func partners(_ hives: [LooseHive]) -> [Int: Int] {
    var found: [Int: Int] = [:]
    let byFolder = Dictionary(grouping: hives.indices) { hives[$0].folder }
    for indices in byFolder.values {
      pair(indices, hives, into: &found)
      let byName = Dictionary(grouping: indices.filter { found[$0] == nil }) {
        Self.mark(in: hives[$0].name).uppercased()
      }
      for indices in byName.values { pair(indices, hives, into: &found) }
    }
    return found
  }

  /// Pairs the only user's hive with the only classes, where they are not known to be of two users.
  private func pair(_ indices: [Int], _ hives: [LooseHive], into found: inout [Int: Int]) {
    guard indices.count == 2, hives[indices[0]].isClasses != hives[indices[1]].isClasses else {
      return
    }
    let users = Set(indices.compactMap { hives[$0].identifier })
    guard users.count <= 1 else { return }
    found[indices[0]] = indices[1]
    found[indices[1]] = indices[0]
  }

  private func profile(_ group: [LooseHive]) -> ProfileFiles {
    let user = group.first { !$0.isClasses }
    let classes = group.first(where: \.isClasses)
    let identifier = group.lazy.compactMap(\.identifier).first
    let first = user ?? group[0]
    let isMandatory = user?.name.lowercased().hasSuffix(".man") == true
    var profile = ProfileFiles(
      name: identifier.flatMap { folders[$0] } ?? Self.name(of: first), path: first.folder,
      place: .other, userHive: isMandatory ? nil : user?.file,
      mandatoryHive: isMandatory ? user?.file : nil, classesHive: classes?.file)
    profile.identifier = identifier
    profile.volumePath = first.volumePath
    return profile
  }

  /// What to call a profile: its folder, as the base block or the collection has it.
  private static func name(of hive: LooseHive) -> String {
    let parts = hive.storedPath.split(separator: "\\").map(String.init)
    if !hive.isClasses, parts.count > 2 || parts.count == 2 && hive.storedPath.hasPrefix("\\"),
      HiveKind(fileName: hive.storedPath) == .ntuser
    {
      return parts[parts.count - 2]
    }
    let mark = mark(in: hive.name)
    return mark.isEmpty || hive.identifier != nil ? hive.folder.lastPathPart : mark
  }

  /// What a file's name has beside the kind of its hive: `anna` in `anna_NTUSER.DAT`.
  static func mark(in name: String) -> String {
    var text = name[...]
    for word in ["NTUSER.DAT", "NTUSER.MAN", "USRCLASS.DAT", "NTUSER", "USRCLASS"] {
      let folded = text.lowercased()
      guard let range = folded.firstRange(of: word.lowercased()), folded.count == text.count else {
        continue
      }
      let before = folded.distance(from: folded.startIndex, to: range.lowerBound)
      text = text.prefix(before) + text.dropFirst(before + word.count)
    }
    let ending = text.lastIndex(of: ".").map { text[$0...].lowercased() } ?? ""
    if [".dat", ".hiv", ".hive", ".reg", ".bin", ".hve"].contains(ending) {
      text = text.dropLast(ending.count)
    }
    return String(text).trimmingSeparators
  }
}

extension String {
  /// The text without what is between the parts of a file's name at its ends.
  var trimmingSeparators: String {
    func isSeparator(_ character: Character) -> Bool { "_-. ()".contains(character) }
    let start = drop(while: isSeparator)
    return String(start.reversed().drop(while: isSeparator).reversed())
  }
}
