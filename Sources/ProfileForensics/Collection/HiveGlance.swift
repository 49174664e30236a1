// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsTypes

/// What a hive is, as one look into it shows; nothing is held open afterwards.
struct HiveGlance {
  /// Which of Windows' hives it is; by its name alone where it cannot be opened.
  let kind: HiveKind
  /// The name of the root key.
  let rootName: String
  /// The end of the path at which Windows keeps the hive, as the base block has it.
  let storedPath: String
  /// Why the hive cannot be opened; nil where it can.
  let failure: HiveError?

  /// Looks at a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: Its name, as it was before a collection escaped it.
  init(path: String, name: String) {
    do throws(HiveError) {
      let hive = try Hive(path: path, logs: .none)
      kind = Self.kind(of: hive, named: name)
      rootName = hive.root.name.description
      storedPath = hive.header.fileName.description
      failure = nil
    } catch {
      kind = HiveKind(copyNamed: name) ?? .other
      rootName = ""
      storedPath = ""
      failure = error
    }
  }

  /// The kind of a hive by its keys, and by its file's name where these do not say.
  ///
  /// A saved copy of DEFAULT has the keys of a user's hive, and no name of its own.
  private static func kind(of hive: Hive, named name: String) -> HiveKind {
    let kind = hive.kind
    guard kind == .other || kind == .ntuser && hive.header.fileName.isEmpty else { return kind }
    let byName = HiveKind(copyNamed: name)
    return kind == .other ? byName ?? .other : byName == .default ? .default : .ntuser
  }

  /// The user whose classes the hive holds, by the name of its root key: `S-1-5-21-…_Classes`.
  var classesIdentifier: SecurityIdentifier? {
    SecurityIdentifier(classesName: rootName)
  }
}

extension HiveKind {
  /// The kind of hive that a copy is of by its name: `SYSTEM`, `software.save`, `PC7_SAM.hiv`.
  ///
  /// Its words count: the machine's hives are called by one of them. nil where there is none, or
  /// there are two.
  init?(copyNamed name: String) {
    if let kind = HiveKind(fileName: name) {
      self = kind
      return
    }
    let upper = name.uppercased()
    if upper.contains("NTUSER.DAT") || upper.contains("NTUSER.MAN") {
      self = .ntuser
      return
    }
    if upper.contains("USRCLASS.DAT") {
      self = .usrClass
      return
    }
    let words = Set(upper.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    let found = [HiveKind.software, .system, .sam, .security, .default, .components, .drivers]
      .filter { words.contains($0.rawValue.uppercased()) }
    guard found.count == 1 else { return nil }
    self = found[0]
  }
}

extension SecurityIdentifier {
  /// The user in a name such as `S-1-5-21-…_Classes`; nil where it is not such a name.
  init?(classesName name: String) {
    let end = name.suffix(8)
    guard RegistryString(String(end)).matches("_Classes") else { return nil }
    self.init(String(name.dropLast(8)))
  }

  /// The user whose hive was saved under its name in `HKEY_USERS`.
  ///
  /// - Parameter fileName: Such as `S-1-5-21-…`, `s-1-5-21-…_Classes.hiv`.
  init?(fileName: String) {
    var name = fileName.uppercased()
    if !name.hasPrefix("S-1-"), let start = name.firstRange(of: "S-1-5-") {
      // Tools put the computer or the date in front of the name.
      name = String(name[start.lowerBound...])
    }
    let units = name.dropFirst(2).prefix { $0 == "-" || ($0.isASCII && $0.isNumber) }
    self.init("S-" + String(units))
  }
}
