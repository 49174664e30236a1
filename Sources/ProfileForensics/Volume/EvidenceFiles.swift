// SPDX-License-Identifier: MIT

public import RegistryHive

/// The files that tell of a machine's profiles, from a mounted volume, a profile's folder, or a
/// folder into which hives were collected.
public struct EvidenceFiles: Sendable {
  /// What the folder was found to be.
  public enum Layout: String, Sendable, Hashable, CaseIterable {
    /// The root of a Windows volume, or a copy that keeps its folders.
    case volume
    /// The folder of one profile.
    case profile
    /// Hives without the folders of Windows.
    case collection
    /// One hive.
    case hive
  }

  /// The path, as it was given.
  public let path: String
  /// What is there.
  public let layout: Layout
  /// The hives of the machine.
  public let machineHives: [HiveKind: VolumeFile]
  /// The profiles that have a hive.
  public let profiles: [ProfileFolder]
  /// The event logs that tell of profiles.
  public let eventLogs: [VolumeFile]
  /// The files of transactions that the machine's hives share.
  public let transactionFiles: [VolumeFile]
  /// What was passed over.
  public let notes: [VolumeNote]

  /// Looks through a folder.
  ///
  /// - Parameter path: The root of a volume, the folder of a profile, or any folder with hives in
  ///   it or below it.
  /// - Throws: ``ForensicsError`` where the folder cannot be read, or no hive is in it.
  public init(path: String) throws(ForensicsError) {
    do throws(ForensicsError) {
      self.init(try WindowsVolume(path: path))
      return
    } catch {
      guard error.code == .notAVolume else { throw error }
    }
    let log = VolumeLog()
    let root = try VolumeFolder(root: path, log: log)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let profile = ProfileFolder(root, name: name, place: .other),
      profile.userHive != nil || profile.mandatoryHive != nil
    {
      self.init(path: path, layout: .profile, profiles: [profile], notes: log.notes)
      return
    }
    let files = CollectedFiles(root, log: log)
    guard !files.machineHives.isEmpty || !files.profiles.isEmpty else {
      throw ForensicsError(
        code: .notAVolume, path: path,
        reason: "has no registry hive in it: neither a Windows volume, nor a profile's folder, nor"
          + " a folder of hives")
    }
    self.init(
      path: path, layout: .collection, machineHives: files.machineHives, profiles: files.profiles,
      eventLogs: files.eventLogs, notes: log.notes)
  }

  /// The files of a volume.
  public init(_ volume: WindowsVolume) {
    self.init(
      path: volume.path, layout: .volume, machineHives: volume.machineHives,
      profiles: volume.profiles, eventLogs: volume.eventLogs,
      transactionFiles: volume.transactionFiles, notes: volume.notes)
  }

  /// A hive alone, of the kind that it was found to have.
  init(hive path: String, kind: HiveKind) {
    let file = VolumeFile(path: path, size: 0, companions: [])
    self.init(
      path: path, layout: .hive,
      machineHives: WindowsVolume.machineKinds.contains(kind) ? [kind: file] : [:])
  }

  private init(
    path: String, layout: Layout, machineHives: [HiveKind: VolumeFile] = [:],
    profiles: [ProfileFolder] = [], eventLogs: [VolumeFile] = [],
    transactionFiles: [VolumeFile] = [], notes: [VolumeNote] = []
  ) {
    self.path = path
    self.layout = layout
    self.machineHives = machineHives
    self.profiles = profiles
    self.eventLogs = eventLogs
    self.transactionFiles = transactionFiles
    self.notes = notes
  }

  /// A file's path below the folder, with the separator that the system has.
  package func relativePath(_ path: String) -> String {
    guard path.hasPrefix(self.path) else { return path }
    let rest = path.dropFirst(self.path.count).drop { $0 == "/" }
    return rest.isEmpty ? path : String(rest)
  }
}

/// The hives in a folder without the layout of Windows, told by their contents, and event logs.
private struct CollectedFiles {
  /// How deep folders are looked into.
  private static let depthLimit = 8
  /// How many names are looked at in all.
  private static let nameLimit = 500_000

  private(set) var machineHives: [HiveKind: VolumeFile] = [:]
  private(set) var profiles: [ProfileFolder] = []
  private(set) var eventLogs: [VolumeFile] = []
  private let log: VolumeLog
  private var nameCount = 0
  /// The hives of profiles that were found by their names.
  private var taken: Set<String> = []

  init(_ root: VolumeFolder, log: VolumeLog) {
    self.log = log
    search(root, name: "", depth: 0)
  }

  private mutating func search(_ folder: VolumeFolder, name: String, depth: Int) {
    nameCount += folder.names.count
    guard nameCount <= Self.nameLimit else {
      log.add(folder.path, "and more was passed over: there are more than \(Self.nameLimit) files")
      return
    }
    eventLogs += folder.files { EventLogName.mayBeLog($0) }
    takeProfile(folder, name)
    var userHives: [VolumeFile] = []
    var classesHives: [VolumeFile] = []
    for name in folder.names {
      guard let file = folder.hive(named: name), !taken.contains(file.path),
        let hive = try? Hive(path: file.path, logs: .none)
      else { continue }
      switch hive.kind {
      case .ntuser: userHives.append(file)
      case .usrClass: classesHives.append(file)
      case let kind where WindowsVolume.machineKinds.contains(kind):
        if let first = machineHives[kind] {
          log.add(
            file.path,
            "is a second \(kind.rawValue) hive beside \(first.path), and was passed over",
            isLoss: false)
        } else {
          machineHives[kind] = file
        }
      default: break
      }
    }
    // One of each in one folder belong together; with more of them, nothing says which do.
    if userHives.count == 1, classesHives.count == 1 {
      add(userHives[0], classesHives[0], in: folder, name)
    } else {
      for file in userHives { add(file, nil, in: folder, name) }
      for file in classesHives { add(nil, file, in: folder, name) }
    }
    guard depth < Self.depthLimit else { return }
    for name in folder.names {
      if let child = folder.openFolder(name) { search(child, name: name, depth: depth + 1) }
    }
  }

  /// Takes a folder for that of a profile, where it holds a user's hive under its own name; the
  /// classes are looked for where Windows keeps them.
  private mutating func takeProfile(_ folder: VolumeFolder, _ name: String) {
    guard let profile = ProfileFolder(folder, name: name, place: .other),
      let path = (profile.userHive ?? profile.mandatoryHive)?.path,
      let fileName = path.split(separator: "/").last, folder.hive(named: String(fileName)) != nil
    else { return }
    profiles.append(profile)
    taken.formUnion(profile.hives.map(\.path))
  }

  private mutating func add(
    _ user: VolumeFile?, _ classes: VolumeFile?, in folder: VolumeFolder, _ name: String
  ) {
    profiles.append(
      ProfileFolder(
        name: name, path: folder.path, place: .other, userHive: user, mandatoryHive: nil,
        classesHive: classes))
  }
}
