// SPDX-License-Identifier: MIT

/// What the name of a collected file says about whether it is evidence.
package enum EvidenceName {
  /// How much is known from a name alone.
  package enum Answer: Sendable {
    case evidence
    /// Only its contents show whether it is a hive.
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
    for ending in ["", ".LOG", ".LOG1", ".LOG2"] where name.hasSuffix(ending) {
      if hives.contains(String(name.dropLast(ending.count))) { return .evidence }
    }
    if name == "REGISTRY.POL" || EventLogName.isOld(name) { return .evidence }
    if name.hasSuffix(".EVTX") {
      let isSystemFolder = names.contains { $0.lowercased() == "winevt" }
      return !isSystemFolder || EventLogName.isProfileRelated(last) ? .evidence : .other
    }
    if name.hasSuffix(".XML") { return names.count <= 2 ? .evidence : .other }
    if [".BLF", ".REGTRANS-MS", ".PF", ".EXE", ".DLL", ".LNK"].contains(where: name.hasSuffix) {
      return .other
    }
    return .perhaps
  }

  /// Whether a file may be the SYSTEM hive of the live machine, or a log of it.
  package static func mayBeSystem(_ names: [String]) -> Bool {
    guard let last = names.last else { return false }
    return CollectedName.decoded(last).uppercased().contains("SYSTEM")
      && !names.contains { CollectedName($0) == .shadowCopy || CollectedName($0) == .regBack }
  }
}
