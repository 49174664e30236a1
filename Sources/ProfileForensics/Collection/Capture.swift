// SPDX-License-Identifier: MIT

public import RegistryHive

/// The files of a machine as they were at one time: the live volume, a shadow copy, saved hives.
///
/// A capture only names files. None of them is held open.
public struct Capture: Sendable {
  /// Where the files come from.
  public enum Origin: Sendable, Hashable {
    /// The volume itself, or files collected from it.
    case live
    /// A shadow copy of the volume: the name of its folder, such as `VSS1`.
    case shadowCopy(String)
    /// The copies of the machine's hives that Windows keeps in `System32\config\RegBack`.
    case regBack
    /// Another copy of files that are also there in a newer state.
    case saved
  }

  /// How the files are laid out, which decides what a file that is not there means.
  public enum Layout: String, Sendable, Hashable, CaseIterable {
    /// The root of a mounted Windows volume: what is not there does not exist.
    case volume
    /// Folders of a volume that were copied, such as `C/Windows/System32/config`: what is not there
    /// was perhaps not collected.
    case folders
    /// The folder of one profile.
    case profile
    /// Files without the folders of Windows.
    case collection
    /// One hive.
    case hive
  }

  /// Where the files come from.
  public let origin: Origin
  /// The path of the folder that all files are in.
  public let path: String
  /// How the files are laid out.
  public let layout: Layout
  /// The hives of the machine: SOFTWARE, SYSTEM, SAM, SECURITY and DEFAULT.
  public let machineHives: [HiveKind: EvidenceFile]
  /// Hives of the machine that have no part in profiles, such as COMPONENTS, DRIVERS and Amcache.
  public let otherHives: [EvidenceFile]
  /// The profiles that have a hive.
  public let profiles: [ProfileFiles]
  /// The event logs that may tell of profiles.
  public let eventLogs: [EvidenceFile]
  /// The policy file of the machine, `GroupPolicy\Machine\Registry.pol`.
  public let machinePolicy: EvidenceFile?
  /// The policy file of users, `GroupPolicy\User\Registry.pol`.
  public let userPolicy: EvidenceFile?
  /// The files of transactions that the machine's hives share.
  public let transactionFiles: [EvidenceFile]
  /// Places that exist and were not looked into: links, mount points, folders without permission.
  public let notEntered: [SkippedItem]
  /// What was passed over, places that were not entered included.
  public let notes: [SkippedItem]

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
    if let profile = ProfileFiles(root, name: name, place: .other),
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
      machinePolicy: volume.machinePolicy, userPolicy: volume.userPolicy,
      transactionFiles: volume.transactionFiles, notes: volume.notes)
  }

  /// A hive alone, of the kind that it was found to have.
  init(hive path: String, kind: HiveKind) {
    let file = EvidenceFile(path: path, size: 0, companions: [])
    self.init(
      path: path, layout: .hive,
      machineHives: WindowsVolume.machineKinds.contains(kind) ? [kind: file] : [:])
  }

  init(
    origin: Origin = .live, path: String, layout: Layout,
    machineHives: [HiveKind: EvidenceFile] = [:], otherHives: [EvidenceFile] = [],
    profiles: [ProfileFiles] = [], eventLogs: [EvidenceFile] = [],
    machinePolicy: EvidenceFile? = nil, userPolicy: EvidenceFile? = nil,
    transactionFiles: [EvidenceFile] = [], notEntered: [SkippedItem] = [],
    notes: [SkippedItem] = []
  ) {
    self.origin = origin
    self.path = path
    self.layout = layout
    self.machineHives = machineHives
    self.otherHives = otherHives
    self.profiles = profiles
    self.eventLogs = eventLogs
    self.machinePolicy = machinePolicy
    self.userPolicy = userPolicy
    self.transactionFiles = transactionFiles
    self.notEntered = notEntered
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

  private(set) var machineHives: [HiveKind: EvidenceFile] = [:]
  private(set) var profiles: [ProfileFiles] = []
  private(set) var eventLogs: [EvidenceFile] = []
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
    var userHives: [EvidenceFile] = []
    var classesHives: [EvidenceFile] = []
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
    guard let profile = ProfileFiles(folder, name: name, place: .other),
      let path = (profile.userHive ?? profile.mandatoryHive)?.path,
      let fileName = path.split(separator: "/").last, folder.hive(named: String(fileName)) != nil
    else { return }
    profiles.append(profile)
    taken.formUnion(profile.hives.map(\.path))
  }

  private mutating func add(
    _ user: EvidenceFile?, _ classes: EvidenceFile?, in folder: VolumeFolder, _ name: String
  ) {
    profiles.append(
      ProfileFiles(
        name: name, path: folder.path, place: .other, userHive: user, mandatoryHive: nil,
        classesHive: classes))
  }
}
