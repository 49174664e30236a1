// SPDX-License-Identifier: MIT

public import RegistryHive
import WindowsTypes

extension RegistryLocation {
  /// What a look for the key came to.
  public enum Result: Sendable {
    /// The key, and its path below the hive's root, as it was asked for.
    case key(Key, RegistryPath)
    /// No key, but a value of one.
    case value(RegistryString, in: RegistryPath)
    /// Nothing: the last key on the way that is there, the name that it lacks, and names like it.
    case missing(RegistryString, below: RegistryPath, similar: [RegistryString])
    /// The full path leads to another hive.
    case elsewhere
  }

  /// Looks for the key in a hive.
  ///
  /// - Parameters:
  ///   - hive: The hive.
  ///   - user: The user whose hive it is; nil where that is not known.
  /// - Returns: The key, or what is there instead.
  public func find(in hive: Hive, user: SecurityIdentifier? = nil) -> Result {
    // A name with a `/` in it, which is rare, is there or not; what is meant by `A/B` where both
    // `A/B` and `A\B` are there is the former: the latter has a spelling of its own.
    for reading in readings.filter({ !$0.splitsAtSlashes }) + readings {
      for path in Self.paths(of: reading, in: hive, user: user) {
        if let key = hive.key(at: path) { return .key(key, path) }
      }
    }
    var near: Result?
    for reading in readings {
      for path in Self.paths(of: reading, in: hive, user: user) {
        // A full path that leads to another hive is no near miss of a path in this one.
        guard isFull == (reading.root != nil) else { continue }
        let result = Self.nearest(to: path, in: hive)
        if case .value = result { return result }
        near = near ?? result
      }
    }
    return near ?? .elsewhere
  }

  /// The paths below a hive's root that a reading may mean in it; none where it leads elsewhere.
  private static func paths(
    of reading: Reading, in hive: Hive, user: SecurityIdentifier?
  ) -> [RegistryPath] {
    let names = reading.names[...]
    let kind = hive.kind
    switch reading.root {
    case nil:
      return [followingControlSet(names, hive, kind)]
    case .machine:
      guard let first = names.first else { return [] }
      let name = kind == .bcd ? "BCD00000000" : kind.rawValue
      guard kind != .other, first.matches(RegistryString(name)) else { return [] }
      return [followingControlSet(names.dropFirst(), hive, kind)]
    case .currentUser:
      return userPaths(names, kind)
    case .users:
      guard let first = names.first else { return [] }
      return paths(ofUser: first, names.dropFirst(), hive, kind, user)
    case .currentConfig:
      return kind == .system ? currentConfigPaths(names, hive) : []
    case .classes:
      switch kind {
      case .software: return [RegistryPath(names: ["Classes"] + names)]
      case .usrClass: return [RegistryPath(names: Array(names))]
      default: return []
      }
    }
  }

  /// The hardware profile in use: the link `Current`, which not every file has, or the one whose
  /// number `IDConfigDB` holds.
  private static func currentConfigPaths(
    _ names: ArraySlice<RegistryString>, _ hive: Hive
  ) -> [RegistryPath] {
    guard let set = ControlSet(of: hive) else { return [] }
    var profiles: [RegistryString] = ["Current"]
    let database = set.key.key(at: "Control\\IDConfigDB")
    if case .dword(let number)? = database?.value(named: "CurrentConfig")?.data, number < 10_000 {
      let digits = String(number)
      let zeros = String(repeating: "0", count: 4 - digits.count)
      profiles.append(RegistryString(zeros + digits))
    }
    return profiles.map {
      RegistryPath(names: [set.key.name, "Hardware Profiles", $0] + names)
    }
  }

  private static func userPaths(
    _ names: ArraySlice<RegistryString>, _ kind: HiveKind
  ) -> [RegistryPath] {
    switch kind {
    case .ntuser: return [RegistryPath(names: Array(names))]
    case .usrClass:
      let start: [RegistryString] = ["Software", "Classes"]
      guard names.count >= 2, zip(names, start).allSatisfy({ $0.matches($1) }) else { return [] }
      return [RegistryPath(names: Array(names.dropFirst(2)))]
    default: return []
    }
  }

  private static func paths(
    ofUser name: RegistryString, _ rest: ArraySlice<RegistryString>, _ hive: Hive,
    _ kind: HiveKind, _ user: SecurityIdentifier?
  ) -> [RegistryPath] {
    if name.matches(".DEFAULT") || name.matches("S-1-5-18") {
      return kind == .default ? [RegistryPath(names: Array(rest))] : []
    }
    let text = name.description
    let classes = SecurityIdentifier(classesName: text)
    guard let wanted = classes ?? SecurityIdentifier(text) else { return [] }
    let owner = user ?? SecurityIdentifier(classesName: hive.root.name.description)
    guard owner == nil || owner == wanted else { return [] }
    if classes != nil { return kind == .usrClass ? [RegistryPath(names: Array(rest))] : [] }
    return userPaths(rest, kind)
  }

  /// A path with the name of the control set for `CurrentControlSet`, which no file has.
  private static func followingControlSet(
    _ names: ArraySlice<RegistryString>, _ hive: Hive, _ kind: HiveKind
  ) -> RegistryPath {
    guard let first = names.first, first.matches("CurrentControlSet"),
      let set = ControlSet(of: hive)
    else { return RegistryPath(names: Array(names)) }
    return RegistryPath(names: [set.key.name] + names.dropFirst())
  }

  // MARK: - What is near

  private static func nearest(to path: RegistryPath, in hive: Hive) -> Result {
    var key = hive.root
    var names = path.names[...]
    var found: [RegistryString] = []
    while let name = names.first, let next = key.subkey(named: name) {
      key = next
      found.append(name)
      names = names.dropFirst()
    }
    let name = names.first ?? ""
    let place = RegistryPath(names: found)
    if names.count == 1, key.value(named: name) != nil { return .value(name, in: place) }
    return .missing(name, below: place, similar: similar(to: name, below: key))
  }

  /// How many subkeys are compared with a name that is not there.
  private static let comparedLimit = 20_000

  /// The subkeys whose names are like one, the likest first: three at most.
  private static func similar(to name: RegistryString, below key: Key) -> [RegistryString] {
    let wanted = name.upcased
    guard !wanted.isEmpty, wanted.count <= 255 else { return [] }
    let limit = max(1, wanted.count / 3)
    var found: [(distance: Int, name: RegistryString)] = []
    for subkey in key.subkeys.prefix(comparedLimit) {
      let other = subkey.name.upcased
      let distance =
        wanted.count >= 3 && other.starts(with: wanted)
        ? 1 : editDistance(wanted, other, limit: limit)
      if let distance, distance <= limit { found.append((distance, subkey.name)) }
    }
    return found.enumerated().sorted {
      ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
    }.prefix(3).map(\.element.name)
  }
}
