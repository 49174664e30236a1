// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// A folder of a volume, open for looking things up in it without regard to case.
///
/// Everything below a volume's root is reached from an open folder by name, and symbolic links are
/// not followed: what is found is on the volume.
final class VolumeFolder {
  /// How many names of one folder are read.
  static let nameLimit = 100_000
  /// How many names that differ in nothing but case are tried.
  private static let spellingLimit = 4
  /// How many names that are one with a number are tried.
  private static let copyLimit = 100
  /// How many files of one name and more are taken for logs of a hive.
  private static let companionLimit = 10_000

  let path: String
  /// The last part of the path.
  var name: String { path.pathParts.last ?? path }
  /// The names in the folder, sorted.
  let names: [String]
  private let folder: Folder
  private let log: SkippedItems
  /// The names in upper case, sorted, each with its place in ``names``.
  private lazy var index: [(folded: [UInt16], place: Int)] = names.indices
    .map { (RegistryString(names[$0]).upcased, $0) }
    .sorted { $0.folded.lexicographicallyPrecedes($1.folded) }
  /// The names that have a number, with what they are without it.
  private lazy var numbered: [(original: RegistryString, name: String)] = names.compactMap { name in
    NumberedCopy.original(of: name).map { (RegistryString($0), name) }
  }

  /// Opens the folder at a path; a symbolic link to it is followed, since it was asked for.
  ///
  /// - Throws: ``ForensicsError`` where it cannot be opened or listed.
  convenience init(root path: String, log: SkippedItems) throws(ForensicsError) {
    do throws(FileError) {
      try self.init(Folder(path: path), log: log)
    } catch {
      throw ForensicsError(error)
    }
  }

  private init(_ folder: Folder, log: SkippedItems) throws(FileError) {
    self.folder = folder
    self.log = log
    path = folder.path
    let listing = try folder.list(limit: Self.nameLimit)
    names = listing.names
    if listing.isCut {
      log.add(path, "holds more than \(Self.nameLimit) names; the rest was skipped")
    }
  }
}

// MARK: - Looking at very many names

extension VolumeFolder {
  /// What has exactly this name; nothing is noted.
  func quietStatus(of name: String) -> FileStatus? { try? folder.status(of: name) }

  /// The folder of exactly this name; nothing is noted.
  func quietFolder(named name: String) -> VolumeFolder? {
    guard let child = try? folder.folder(named: name) else { return nil }
    return try? VolumeFolder(child, log: SkippedItems())
  }

  /// Whether a file begins as a hive does, and not as the log of one.
  func beginsAsHive(_ name: String) -> Bool {
    guard let start = try? folder.file(named: name).bytes(at: 0, count: 32), start.count == 32
    else { return false }
    return start.starts(with: "regf".utf8) && start[start.startIndex + 28] == 0
  }
}

// MARK: - Looking up

extension VolumeFolder {
  /// The path of what has a name in the folder.
  func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  private func status(of name: String) -> FileStatus? {
    do throws(FileError) {
      let status = try folder.status(of: name)
      if status.kind == .other {
        let hasName = HiveMark.hasNameOfHive(CollectedName.decoded(name), size: 0)
        log.add(
          path(of: name), "is neither a regular file nor a folder, and was not read",
          isLoss: hasName)
      }
      return status
    } catch {
      log.add(path(of: name), "cannot be examined: \(error.reason)")
      return nil
    }
  }

  /// The names that match one but for case, that very one first.
  private func spellings(of name: String) -> [String] {
    let wanted = RegistryString(name).upcased
    var matches: [String] = []
    for entry in index[firstIndex(of: wanted)...] {
      guard entry.folded == wanted else { break }
      guard matches.count < Self.spellingLimit else {
        log.add(
          path(of: names[entry.place]),
          "has the same name as \(Self.spellingLimit) others but for case, and was not read")
        continue
      }
      matches.append(names[entry.place])
    }
    return matches.filter { $0 == name } + matches.filter { $0 != name }
  }

  /// Where names begin in the index that are not before one.
  private func firstIndex(of folded: [UInt16]) -> Int {
    var low = 0
    var high = index.count
    while low < high {
      let middle = low + (high - low) / 2
      if index[middle].folded.lexicographicallyPrecedes(folded) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Whether there is something of this name, whatever its case and whatever it is.
  func has(_ name: String) -> Bool { !spellings(of: name).isEmpty }

  /// Opens the folder of exactly this name.
  ///
  /// - Parameters:
  ///   - name: A name of the folder, as it is in ``names``.
  ///   - isOwnLink: Whether Windows itself keeps a link of this name, so that it is no news.
  /// - Returns: The folder; nil where there is none, or it cannot be opened.
  func openFolder(_ name: String, isOwnLink: Bool = false) -> VolumeFolder? {
    switch status(of: name)?.kind {
    case .folder:
      break
    case .link:
      if !isOwnLink { log.addLink(path(of: name)) }
      return nil
    default:
      return nil
    }
    do throws(FileError) {
      return try VolumeFolder(folder.folder(named: name), log: log)
    } catch {
      log.add(path(of: name), "cannot be opened: \(error.reason)")
      return nil
    }
  }

  /// Opens the folders at a path below this one.
  ///
  /// - Parameters:
  ///   - path: The names on the way.
  ///   - ownLinks: Names under which Windows itself keeps links, so that they are no news.
  /// - Returns: The folders, one for every spelling there is.
  func folders(at path: [String], ownLinks: Set<String> = []) -> [VolumeFolder] {
    guard let name = path.first else { return [self] }
    return spellings(of: name).flatMap { spelling in
      openFolder(spelling, isOwnLink: ownLinks.contains(name))?
        .folders(at: Array(path.dropFirst()), ownLinks: ownLinks) ?? []
    }
  }

  /// The regular file of a name, with those beside it that carry its name and more.
  func file(named name: String) -> EvidenceFile? { files(spelled: spellings(of: name)).first }

  /// The regular files of a name, one for every spelling there is, and its copies.
  func spelledFiles(_ name: String) -> [EvidenceFile] {
    files(spelled: spellings(of: name)) + copies(of: name)
  }

  /// The regular files whose names are one with a number, such as `NTUSER.DAT (1)`.
  func copies(of name: String) -> [EvidenceFile] {
    let matches = numbered.filter { $0.original.matches(RegistryString(name)) }.map(\.name)
    if matches.count > Self.copyLimit {
      log.add(
        path(of: name), "has more than \(Self.copyLimit) copies with numbers; the rest was not read"
      )
    }
    return files(spelled: Array(matches.prefix(Self.copyLimit)))
  }

  private func files(spelled names: [String]) -> [EvidenceFile] {
    names.compactMap { spelling in
      let status = status(of: spelling)
      switch status?.kind {
      case .file:
        return EvidenceFile(
          path: path(of: spelling), size: status?.size ?? 0, companions: companions(of: spelling))
      case .link:
        log.addLink(path(of: spelling))
        return nil
      default:
        return nil
      }
    }
  }

  /// The file of exactly this name, where it is a hive by its contents or by its name, and no log.
  func hive(named name: String) -> EvidenceFile? {
    let isLog = [".LOG", ".LOG1", ".LOG2"].contains { ending in
      RegistryString(String(name.suffix(ending.count))).matches(RegistryString(ending))
    }
    guard !isLog, let status = status(of: name), status.kind == .file else { return nil }
    let hasName = HiveMark.hasNameOfHive(CollectedName.decoded(name), size: status.size)
    guard status.size >= 4096 else {
      if hasName { log.add(path(of: name), "has the name of a hive, and is too short for one") }
      return nil
    }
    let decoded = CollectedName.decoded(name)
    do throws(FileError) {
      let file = try folder.file(named: name)
      let isHive = try HiveMark.isHive(file)
      guard try isHive ? true : HiveMark.isNamedAsHive(file, decoded) else { return nil }
    } catch {
      guard error.code == .inputOutput, HiveMark.hasNameOfHive(decoded, size: 0) else {
        let failure = error.code == .inputOutput ? "" : "cannot be opened: "
        log.add(path(of: name), failure + error.reason)
        return nil
      }
      // Whoever opens it reports what cannot be read, and reads the rest.
    }
    return EvidenceFile(path: path(of: name), size: status.size, companions: companions(of: name))
  }

  /// Whether the file of exactly this name begins as an event log does.
  func isEventLog(named name: String) -> Bool {
    guard let status = try? folder.status(of: name), status.kind == .file, status.size >= 8,
      let start = try? folder.file(named: name).bytes(at: 0, count: 8)
    else { return false }
    return start.starts(with: "ElfFile".utf8) || start.dropFirst(4).elementsEqual("LfLe".utf8)
  }

  /// Why the file of exactly this name is not read, where it is known what it is.
  func otherEvidence(named name: String) -> String? {
    guard OtherEvidence.hasItsName(name), let file = try? folder.file(named: name) else {
      return nil
    }
    return OtherEvidence.reason(file)
  }

  /// The regular files whose names are wanted, without those beside them.
  func files(where isWanted: (String) -> Bool) -> [EvidenceFile] {
    names.filter(isWanted).flatMap { files(named: $0) }
  }

  /// The regular files that are event logs, by the endings of their names or by what they begin with,
  /// of those that may be wanted by their names.
  func eventLogs(where isWanted: (String) -> Bool) -> [EvidenceFile] {
    files { name in
      isWanted(name)
        && (EventLogName.hasEventLogExtension(CollectedName.decoded(name)) || isEventLog(name))
    }
  }

  /// Whether the file of exactly this name begins as an event log does.
  func isEventLog(_ name: String) -> Bool {
    guard (try? folder.status(of: name))?.kind == .file, let file = try? folder.file(named: name)
    else { return false }
    return EventLogName.isLog(file)
  }

  /// The regular file of exactly this name, without those beside it.
  func files(named name: String) -> [EvidenceFile] {
    let status = status(of: name)
    switch status?.kind {
    case .file:
      return [EvidenceFile(path: path(of: name), size: status?.size ?? 0, companions: [])]
    case .link:
      log.addLink(path(of: name))
      return []
    default:
      return []
    }
  }

  /// Where a symbolic link leads on the volume itself; nil for what is no link, and where it leads
  /// off the volume.
  ///
  /// - Parameters:
  ///   - name: The link.
  ///   - path: The names on the way from the root of the volume to this folder.
  /// - Returns: The names on the way from the root of the volume.
  func linkTarget(_ name: String, from path: [String]) -> [String]? {
    guard status(of: name)?.kind == .link, let target = folder.linkTarget(of: name),
      !target.hasPrefix("/")
    else { return nil }
    var names = path
    for part in target.pathParts {
      switch part {
      case ".": continue
      case "..":
        guard names.popLast() != nil else { return nil }
      default: names.append(part)
      }
    }
    return names.isEmpty ? nil : names
  }

  /// The folder at a path below this one, by its exact names and through no link.
  func folder(at path: [String]) -> VolumeFolder? {
    var folder = self
    for name in path {
      guard folder.has(name), folder.status(of: name)?.kind == .folder,
        let next = folder.openFolder(name)
      else { return nil }
      folder = next
    }
    return folder
  }

  /// Logs and transaction files: `NAME.LOG1`, `NAME{…}.TM.blf`.
  func companions(of name: String) -> [EvidenceFile] {
    let wanted = RegistryString(name).upcased
    var places: [Int] = []
    for mark in [0x2E, 0x7B] as [UInt16] {
      let start = wanted + [mark]
      for entry in index[firstIndex(of: start)...].prefix(Self.companionLimit) {
        guard entry.folded.starts(with: start) else { break }
        places.append(entry.place)
      }
    }
    return places.sorted().compactMap { place in
      guard let status = status(of: names[place]), status.kind == .file else { return nil }
      return EvidenceFile(path: path(of: names[place]), size: status.size, companions: [])
    }
  }
}
