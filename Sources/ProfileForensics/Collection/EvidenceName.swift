// SPDX-License-Identifier: MIT

package import FileAccess

/// What the name of a collected file says about whether it is evidence.
package enum EvidenceName {
  /// How much is known from a name alone.
  package enum Answer: Sendable {
    case evidence
    /// Only its contents show whether it is a hive or an event log.
    case perhaps
    case other
  }

  private static let hives: Set<String> = [
    "SYSTEM", "SOFTWARE", "SAM", "SECURITY", "DEFAULT", "COMPONENTS", "DRIVERS", "BCD",
    "NTUSER.DAT", "NTUSER.MAN", "USRCLASS.DAT", "AMCACHE.HVE",
  ]

  /// Looks at the names on the way to a file.
  package static func answer(_ names: [String]) -> Answer {
    guard let last = names.last else { return .other }
    let shown = CollectedName.decoded(last)
    let name = shown.uppercased()
    let original = NumberedCopy.original(of: name) ?? name
    for ending in ["", ".LOG", ".LOG1", ".LOG2"] where original.hasSuffix(ending) {
      if hives.contains(String(original.dropLast(ending.count))) { return .evidence }
    }
    if name == "REGISTRY.POL" || EventLogName.isOld(name) { return .evidence }
    let folders = names.dropLast().map { CollectedName.decoded($0).lowercased() }
    if name.hasSuffix(".EVTX") {
      return !folders.contains("winevt") || EventLogName.isProfileRelated(last) ? .evidence : .other
    }
    if isNamedByFolder(name, folders) { return .evidence }
    if name.hasSuffix(".XML") {
      return folders.contains("winevt") || !folders.contains(where: volumeFolders.contains)
        ? .evidence : .other
    }
    if folders.contains(where: volumeFolders.contains),
      [".BLF", ".REGTRANS-MS", ".PF", ".EXE", ".DLL", ".LNK"].contains(where: name.hasSuffix)
    {
      return .other
    }
    return .perhaps
  }

  /// Folders of a volume in which files count by their places only.
  private static let volumeFolders: Set<String> = [
    "windows", "winnt", "users", "documents and settings", "dokumente und einstellungen",
    "program files", "program files (x86)", "programdata",
  ]

  /// Whether a file is evidence because of the folder of Windows that it is in: scheduled tasks, the
  /// configuration of IIS, transactions of the machine's hives.
  private static func isNamedByFolder(_ name: String, _ folders: [String]) -> Bool {
    guard let system = folders.lastIndex(of: "system32") else { return false }
    switch folders[(system + 1)...] {
    case ["inetsrv", "config"]: return name == "APPLICATIONHOST.CONFIG"
    case ["config", "txr"]: return true
    case let below: return below.first == "tasks"
    }
  }

  /// How many bytes of a file have to be at hand to see whether it is a hive or an event log.
  package static func startSize(_ name: String) -> Int { HiveMark.startSize(name) }

  /// Whether a file is a hive or an event log by what stands at its beginning.
  package static func isEvidence(_ file: OpenFile) -> Bool {
    (try? HiveMark.isHive(file)) ?? false || EventLogName.isLog(file)
  }

  /// Whether a file may be one of some hives of the live machine, or a log of one.
  ///
  /// - Parameters:
  ///   - names: The names on the way to the file.
  ///   - hives: Names of hives, in upper case.
  /// - Returns: Whether its name says so.
  package static func mayBeHive(_ names: [String], of hives: [String]) -> Bool {
    guard let last = names.last else { return false }
    let name = CollectedName.decoded(last).uppercased()
    return hives.contains(where: name.contains)
      && !names.contains { CollectedName($0) == .shadowCopy || CollectedName($0) == .regBack }
  }
}
