// SPDX-License-Identifier: MIT

import RegistryHive

/// A key as people name it: by its path below a hive's root, or by its full path in the registry of
/// a running Windows.
///
/// - Full paths begin with `HKEY_LOCAL_MACHINE`, `HKLM`, `HKCU`, `HKU`, `HKCR`, `HKCC`, also as
///   PowerShell (`HKLM:\`), regedit (`Computer\…`) and the kernel (`\REGISTRY\MACHINE\…`) write them.
/// - Between names stands `\`; where the text has none, `/`.
/// - `\u` and four hexadecimal digits stand for a UTF-16 unit that cannot be typed: `A\u005cB` is
///   one name. So does what text output shows in its place: `A‹U+005C›B`.
/// - A name with `/` in it is found too: where both `A/B` and `A\B` are there, `A/B` is the former.
/// - `CurrentControlSet` is the control set that `Select\Current` names.
///
/// ```swift
/// let hive = try Hive(path: "SYSTEM")
/// let place = RegistryLocation("HKLM\\SYSTEM\\CurrentControlSet\\Control")
/// if case .key(let key, _) = place.find(in: hive) { print(key.path) }
/// ```
public struct RegistryLocation: Sendable, Hashable {
  /// The part of the registry that a full path begins in.
  enum Root: Sendable, Hashable {
    case machine
    case currentUser
    case users
    case classes
    case currentConfig
  }

  /// One way to understand the text.
  struct Reading: Sendable, Hashable {
    /// Nil for a path below the hive's own root.
    var root: Root?
    var names: [RegistryString]
    /// Whether `/` stands between names, rather than in them.
    var splitsAtSlashes = false
  }

  /// The text as it was given.
  public let text: String
  /// The ways to understand it, the likeliest first.
  let readings: [Reading]

  /// Takes a text apart; every text has a meaning.
  public init(_ text: String) {
    self.text = text
    var readings: [Reading] = []
    func add(_ names: [RegistryString], splitAtSlashes: Bool = false) {
      for var reading in [Self.reading(names), Reading(root: nil, names: names)] {
        reading.splitsAtSlashes = splitAtSlashes
        if !readings.contains(reading) { readings.append(reading) }
      }
    }
    let escaped = Self.split(text, takingEscapes: true)
    let hasSeparator = escaped.count > 1 || text.first == "\\"
    if hasSeparator || !text.contains("/") {
      add(escaped)
      add(Self.split(text, takingEscapes: false))
    }
    if text.contains("/") {
      add(
        Self.split(text.replacing("/", with: "\\"), takingEscapes: true), splitAtSlashes: true)
      add(escaped)
    }
    self.readings = readings
  }

  /// Whether the text is a full path, which says in which hive the key is.
  public var isFull: Bool { readings.first?.root != nil }

  // MARK: - Taking apart

  /// The names between `\`; those that are empty do not count.
  private static func split(_ text: String, takingEscapes: Bool) -> [RegistryString] {
    var names: [RegistryString] = []
    var name: [UInt16] = []
    var units = Array(text.utf16)[...]
    func end() {
      if !name.isEmpty { names.append(RegistryString(utf16: name)) }
      name = []
    }
    while let unit = units.popFirst() {
      if takingEscapes, unit == 0x2039, let (shown, count) = shownUnit(units) {
        name += shown
        units = units.dropFirst(count)
        continue
      }
      guard unit == 0x5C else {
        name.append(unit)
        continue
      }
      if takingEscapes, units.first == 0x75, let escaped = escape(units.dropFirst().prefix(4)) {
        name.append(escaped)
        units = units.dropFirst(5)
      } else {
        end()
      }
    }
    end()
    return names
  }

  /// The units that a mark such as `‹U+005C›` stands for, and how many units follow the first of the
  /// mark.
  private static func shownUnit(_ units: ArraySlice<UInt16>) -> (units: [UInt16], count: Int)? {
    guard units.starts(with: "U+".utf16), let end = units.prefix(9).firstIndex(of: 0x203A) else {
      return nil
    }
    let digits = units[(units.startIndex + 2)..<end]
    guard (4...6).contains(digits.count), digits.allSatisfy({ $0 < 0x80 }),
      let number = UInt32(String(decoding: digits, as: UTF16.self), radix: 16)
    else { return nil }
    let count = end + 1 - units.startIndex
    // Half a surrogate pair is shown so too.
    if let unit = UInt16(exactly: number) { return ([unit], count) }
    return Unicode.Scalar(number).map { (Array(String($0).utf16), count) }
  }

  private static func escape(_ digits: ArraySlice<UInt16>) -> UInt16? {
    let text = String(decoding: digits, as: UTF16.self)
    guard digits.count == 4, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    return UInt16(text, radix: 16)
  }

  private static let roots: [(name: RegistryString, root: Root)] = [
    ("HKEY_LOCAL_MACHINE", .machine), ("HKLM", .machine), ("HKLM:", .machine),
    ("HKEY_CURRENT_USER", .currentUser), ("HKCU", .currentUser), ("HKCU:", .currentUser),
    ("HKEY_USERS", .users), ("HKU", .users), ("HKU:", .users),
    ("HKEY_CLASSES_ROOT", .classes), ("HKCR", .classes), ("HKCR:", .classes),
    ("HKEY_CURRENT_CONFIG", .currentConfig), ("HKCC", .currentConfig), ("HKCC:", .currentConfig),
  ]

  private static func reading(_ names: [RegistryString]) -> Reading {
    var names = names[...]
    let provider = "registry::"
    if let text = names.first?.description, text.lowercased().hasPrefix(provider) {
      names[names.startIndex] = RegistryString(String(text.dropFirst(provider.count)))
    }
    if let first = names.first, first.matches("Computer") { names = names.dropFirst() }
    guard let first = names.first else { return Reading(root: nil, names: Array(names)) }
    if first.matches("REGISTRY"), let second = names.dropFirst().first {
      let rest = Array(names.dropFirst(2))
      if second.matches("MACHINE") { return Reading(root: .machine, names: rest) }
      if second.matches("USER") { return Reading(root: .users, names: rest) }
    }
    guard let root = roots.first(where: { first.matches($0.name) })?.root else {
      return Reading(root: nil, names: Array(names))
    }
    return Reading(root: root, names: Array(names.dropFirst()))
  }
}
