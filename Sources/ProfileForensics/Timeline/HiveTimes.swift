// SPDX-License-Identifier: MIT

import HiveFormat
public import RegistryHive

/// The dated facts of a hive, in the order of the file: those of its base blocks, then key after
/// key, each with the times in its values.
///
/// Times in values are those whose form is documented: `InstallDate` and `InstallTime` of Windows,
/// `ShutdownTime`, the times of the profile list, and those of devices (`DEVPKEY_Device_InstallDate`
/// and the three behind it, in `devpkey.h`). A time of zero is no time.
///
/// The sequence may be ended at any place.
public struct HiveTimes: Sequence, IteratorProtocol {
  private let hive: Hive
  private let file: String
  private let machine: String?
  private let user: String?
  private let kind: HiveKind
  private var walk: KeyWalk
  private var ready: [TimelineEntry] = []
  /// The units of the current key's path, and where the names on the way end in it.
  private var path: [UInt16] = []
  private var ends: [Int] = [0]
  /// How many more bytes of long paths may be handed out whole, escapes included: keys may be deep, and
  /// a small hive could stand for gigabytes of paths.
  private var pathAllowance: Int
  private var keptFindings = KeptFindings()

  /// Begins with a hive.
  ///
  /// - Parameters:
  ///   - hive: The hive.
  ///   - file: What to call it.
  ///   - machine: The machine that it is from, where there are several.
  ///   - user: The user whose hive it is.
  public init(_ hive: Hive, file: String, machine: String? = nil, user: String? = nil) {
    self.hive = hive
    self.file = file
    self.machine = machine
    self.user = user
    kind = hive.kind
    pathAllowance = 8 * hive.fileSize
    walk = hive.root.walk()
    addHeaders()
  }

  /// What could not be read so far: the first thousand findings.
  public var findings: [KeyFinding] { keptFindings.list }
  /// How many findings there are so far.
  public var findingCount: Int { keptFindings.count }

  /// Goes on to the next fact; nil at the end.
  public mutating func next() -> TimelineEntry? {
    while ready.isEmpty {
      guard let node = walk.nextNode() else { return nil }
      visit(node)
      if !walk.faults.isEmpty { keptFindings.add(walk.faults, at: walk.path) }
    }
    return ready.popLast()
  }

  private mutating func add(
    _ kind: TimelineEntry.Kind, at time: FileTime?, _ message: @autoclosure () -> RegistryString,
    path: RegistryString? = nil, value: RegistryString? = nil, user: String? = nil
  ) {
    guard let time, time.rawValue != 0 else { return }
    ready.append(
      TimelineEntry(
        time: time, kind: kind, message: message(), machine: machine, file: file, path: path,
        value: value, user: user ?? self.user))
  }

  private mutating func addHeaders() {
    let header = hive.header
    add(.hiveWritten, at: header.lastWritten, "The hive was last written")
    add(.hiveReorganized, at: header.lastReorganized, "Windows reorganized the hive")
    add(.hiveSavedOffline, at: header.savedOffline, "The offline registry library saved the hive")
    for log in hive.state.logs {
      add(
        .logWritten, at: log.header?.lastWritten,
        RegistryString("The hive was last written, as its log \(log.name) says"))
    }
    ready.reverse()
  }

  private mutating func visit(_ node: KeyNode) {
    move(to: node, depth: walk.depth)
    let path = shownPath()
    var user: String?
    if kind == .software, let name = profileName(in: path) { user = name }
    add(
      .keyWritten, at: FileTime(rawValue: node.lastWritten), path, path: path, user: user)
    let isWanted = kind == .software || kind == .system
    if isWanted {
      for value in walk.values { addTime(in: value.record, value.extent, of: node, path, user) }
    }
    if user != nil { addProfileTimes(of: node, path, user) }
    ready.reverse()
  }

  /// The current key's path; only its end where it is long and the allowance is used up.
  private mutating func shownPath() -> RegistryString {
    if walk.pathAnchor != nil || walk.isPathEscaped {
      let names = walk.path.namesInPath.map(\.utf16)
      let path = [UInt16](names.joined(separator: [0x5C]))
      pathAllowance -= Self.cost(of: path)
      return RegistryString(utf16: path)
    }
    let longest = 512
    guard path.count > longest, Self.cost(of: path) > pathAllowance else {
      pathAllowance -= Self.cost(of: path)
      return RegistryString(utf16: path)
    }
    let start = ends.first { path.count - $0 <= longest } ?? 0
    return RegistryString(utf16: [0x2026] + path[start...])
  }

  /// How many bytes a path may take where its escapes have six for a unit.
  private static func cost(of path: [UInt16]) -> Int {
    path.reduce(0) { $0 + ($1 >= 0x20 && $1 < 0x7F ? 1 : 6) }
  }

  /// Makes the path that of a key at a depth below the root.
  private mutating func move(to node: KeyNode, depth: Int) {
    guard depth > 0 else { return }
    ends.removeLast(ends.count - depth)
    path.removeLast(path.count - ends[depth - 1])
    if !path.isEmpty { path.append(0x5C) }
    for index in 0..<node.name.unitCount { path.append(hive.image.unit(index, of: node.name)) }
    ends.append(path.count)
  }
}

// MARK: - Times in values

extension HiveTimes {
  private static let versionPath: RegistryString = "Microsoft\\Windows NT\\CurrentVersion"
  private static let listPath: RegistryString =
    "Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\"
  /// The class of the properties that hold a device's times.
  private static let deviceClass: RegistryString = "{83da6326-97a6-4088-9453-a1923f573b29}"

  private mutating func addTime(
    in record: ValueRecord, _ extent: ValueExtent, of node: KeyNode, _ path: RegistryString,
    _ user: String?
  ) {
    guard extent.count == 4 || extent.count == 8 else { return }
    let name = RegistryString(utf16: hive.image.units(of: record.name))
    let bytes = hive.image.bytes(in: extent)
    let number = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if kind == .software {
      guard path.matches(Self.versionPath) else { return }
      if name.matches("InstallDate"), bytes.count == 4, number > 0 {
        let seconds = number + 11_644_473_600
        add(
          .systemInstalled, at: FileTime(rawValue: seconds * FileTime.ticksPerSecond),
          "Windows was installed", path: path, value: name)
      } else if name.matches("InstallTime"), bytes.count == 8 {
        add(
          .systemInstalled, at: FileTime(rawValue: number), "Windows was installed", path: path,
          value: name)
      }
      return
    }
    guard bytes.count == 8 else { return }
    if name.matches("ShutdownTime"), isControlWindows(path) {
      add(
        .systemShutDown, at: FileTime(rawValue: number), "Windows was shut down", path: path,
        value: name)
    } else if name.isEmpty, let (kind, verb) = deviceTime(path) {
      let message = RegistryString("\(device(path)) was \(verb)")
      add(kind, at: FileTime(rawValue: number), message, path: path, value: name)
    }
  }

  /// Whether a path is `ControlSet001\Control\Windows`, of any control set.
  private func isControlWindows(_ path: RegistryString) -> Bool {
    let names = path.utf16.split(separator: 0x5C)
    func matches(_ index: Int, _ name: RegistryString) -> Bool {
      RegistryString(utf16: [UInt16](names[index].prefix(10))).matches(name)
    }
    return names.count == 3 && matches(0, "ControlSet") && matches(1, "Control")
      && matches(2, "Windows")
  }

  /// What a device's property says; nil where a path is none with a time.
  private func deviceTime(
    _ path: RegistryString
  ) -> (kind: TimelineEntry.Kind, verb: String)? {
    let names = path.utf16.split(separator: 0x5C)
    guard names.count > 6, RegistryString(utf16: [UInt16](names[1])).matches("Enum"),
      RegistryString(utf16: [UInt16](names[names.count - 2])).matches(Self.deviceClass)
    else { return nil }
    // The numbers of the properties, as four hexadecimal digits.
    switch RegistryString(utf16: [UInt16](names[names.count - 1])).description {
    case "0064": return (.deviceInstalled, "installed")
    case "0065": return (.deviceFirstInstalled, "installed for the first time")
    case "0066": return (.deviceConnected, "connected")
    case "0067": return (.deviceRemoved, "removed")
    default: return nil
    }
  }

  /// The device in a path such as `ControlSet001\Enum\USBSTOR\Disk…\Serial\Properties\{…}\0064`.
  private func device(_ path: RegistryString) -> String {
    path.utf16.split(separator: 0x5C).dropFirst(2).dropLast(3)
      .map { String(decoding: $0, as: UTF16.self) }.joined(separator: "\\")
  }

  /// The name of the profile list's entry that a path leads to; nil where it leads to none.
  private func profileName(in path: RegistryString) -> String? {
    let list = Self.listPath.utf16
    guard path.utf16.count > list.count,
      RegistryString(utf16: [UInt16](path.utf16.prefix(list.count))).matches(Self.listPath)
    else { return nil }
    let name = path.utf16.dropFirst(list.count)
    guard !name.contains(0x5C) else { return nil }
    return String(decoding: name, as: UTF16.self)
  }

  private mutating func addProfileTimes(
    of node: KeyNode, _ path: RegistryString, _ user: String?
  ) {
    let profile = ProfileListEntry(Key(hive: hive, node: node))
    let folder = profile.imagePath ?? user ?? ""
    let times: [(TimelineEntry.Kind, FileTime?, String)] = [
      (.profileLoaded, profile.loadTime, "was loaded"),
      (.profileUnloaded, profile.unloadTime, "was unloaded"),
      (.profileChecked, profile.cleanupCheckTime, "was looked at by the policy for old profiles"),
      (.profileDownloaded, profile.downloadTime, "was asked for from its server"),
    ]
    for (kind, time, words) in times {
      add(kind, at: time, RegistryString("\(folder) \(words)"), path: path, user: user)
    }
  }
}
