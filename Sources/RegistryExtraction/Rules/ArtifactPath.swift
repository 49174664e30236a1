// SPDX-License-Identifier: MIT

import RegistryHive

/// A path of a key as ForensicArtifacts definitions have it: from one of the registry's root keys, with
/// `*` for any part of a name, `**` for any levels, and variables between `%%`.
struct ArtifactPath {
  /// The hives that the path leads to, and where in them.
  private(set) var targets: [ExtractionRule.Target] = []
  /// Why it leads nowhere, or what in it is not known.
  private(set) var problems: [String] = []

  /// How many levels `**3` may stand for before they no longer count.
  private static let levelLimit = 16
  /// How many ways of reading a path with several `**3` are followed.
  private static let wayLimit = 64

  init(_ path: String) {
    var names = path.split { $0 == "\\" || $0 == "/" }.map { String($0) }
    guard let first = names.first else {
      problems.append("is not the path of a key")
      return
    }
    if first.lowercased() == "%%current_control_set%%" {
      names.replaceSubrange(0..<1, with: ["HKEY_LOCAL_MACHINE", "SYSTEM", "CurrentControlSet"])
    }
    guard names.count <= RulePath.lengthLimit else {
      problems.append("the path is deeper than any key can be")
      return
    }
    let below = Array(names.dropFirst())
    switch names[0].uppercased() {
    case "HKEY_LOCAL_MACHINE", "HKLM": addMachine(below, path)
    case "HKEY_USERS", "HKU": addUser(below, path)
    case "HKEY_CURRENT_USER", "HKCU": addUser(["*"] + below, path)
    case "HKEY_CLASSES_ROOT", "HKCR":
      add(.software, ["Classes"] + below)
      add(.usrClass, below)
    case "HKEY_CURRENT_CONFIG", "HKCC":
      add(.system, ["CurrentControlSet", "Hardware Profiles", "Current"] + below)
    default: problems.append("\(path) does not begin with a root key such as HKEY_LOCAL_MACHINE")
    }
  }

  private mutating func addMachine(_ names: [String], _ path: String) {
    let hives: [String: RuleHive] = [
      "SOFTWARE": .software, "SYSTEM": .system, "SAM": .sam, "SECURITY": .security,
      "BCD00000000": .bcd, "COMPONENTS": .components, "DRIVERS": .drivers,
    ]
    guard let name = names.first else {
      problems.append("\(path) names no hive")
      return
    }
    if let hive = hives[name.uppercased()] { return add(hive, Array(names.dropFirst())) }
    if name.contains("*") {
      for hive in hives.sorted(by: { $0.key < $1.key })
      where NamePattern(name).matches(RegistryString(hive.key).upcased) {
        add(hive.value, Array(names.dropFirst()))
      }
    }
    if targets.isEmpty { problems.append("\(path) is in no hive that Windows keeps in a file") }
  }

  private mutating func addUser(_ names: [String], _ path: String) {
    guard let user = names.first else {
      problems.append("\(path) names no user")
      return
    }
    let below = Array(names.dropFirst())
    let name = user.lowercased()
    if name.hasSuffix("_classes") { return add(.usrClass, below, user: Self.sid(user.dropLast(8))) }
    if name == ".default" || name == "s-1-5-18" { return add(.default, below) }
    let sid = Self.sid(user[...])
    add(.ntuser, below, user: sid)
    if sid == nil { add(.default, below) }
    // The classes of a user are a hive of their own, which the user's hive links to.
    if below.count >= 2, below[0].lowercased() == "software", below[1].lowercased() == "classes" {
      add(.usrClass, Array(below.dropFirst(2)), user: sid)
    }
  }

  /// The text of a SID that is written out; nil for a variable or a pattern.
  private static func sid(_ text: Substring) -> String? {
    SecurityIdentifier(String(text)).map(\.description)
  }

  private mutating func add(_ hive: RuleHive, _ names: [String], user: String? = nil) {
    var ways: [[RulePath.Component]] = [[]]
    for name in names {
      if name.hasPrefix("**"), let levels = Self.levels(name.dropFirst(2)) {
        if let levels, levels <= Self.levelLimit, ways.count * levels <= Self.wayLimit {
          // A bounded `**` is any number of levels from none, or one at the end, to that.
          let isLast = name == names.last
          ways = ways.flatMap { way in
            ((isLast ? 1 : 0)...max(levels, 1)).map {
              way + [RulePath.Component](repeating: .level(.any), count: $0)
            }
          }
        } else {
          ways = ways.map { $0 + [.levels] }
        }
      } else {
        let pattern = component(name)
        ways = ways.map { $0 + [.level(pattern)] }
      }
    }
    targets += ways.map { ExtractionRule.Target(hive: hive, pattern: RulePath($0), user: user) }
  }

  /// How many levels are after `**`: none written is any number; nil where it is not a number.
  private static func levels(_ digits: Substring) -> Int?? {
    if digits.isEmpty { return .some(nil) }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return .some(Int(digits))
  }

  /// The pattern of one name, in which a variable stands for any text.
  private mutating func component(_ name: String) -> NamePattern {
    if name.lowercased() == "%%current_control_set%%" { return NamePattern("CurrentControlSet") }
    guard name.contains("%%") else { return NamePattern(name) }
    var text = ""
    var rest = name[...]
    while let start = rest.firstRange(of: "%%") {
      guard let end = rest[start.upperBound...].firstRange(of: "%%") else { break }
      let variable = rest[start.upperBound..<end.lowerBound]
      if !variable.lowercased().hasPrefix("users.") {
        problems.append("the variable \(variable) is not known; any text is taken for it")
      }
      text += rest[..<start.lowerBound] + "*"
      rest = rest[end.upperBound...]
    }
    return NamePattern(text + rest)
  }
}
