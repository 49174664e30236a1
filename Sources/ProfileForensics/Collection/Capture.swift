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
    /// The copies of roaming profiles that their server keeps.
    case roamingStore
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
  /// Hives of the machine that have no part in profiles, such as COMPONENTS, DRIVERS and Amcache;
  /// ``strayHives`` too.
  public let otherHives: [EvidenceFile]
  /// Hives on a volume of Windows in places where Windows keeps none of the machine or of a profile:
  /// copies under other names, the settings of apps.
  public let strayHives: [EvidenceFile]
  /// The profiles that have a hive.
  public let profiles: [ProfileFiles]
  /// The event logs that may report profiles.
  public let eventLogs: [EvidenceFile]
  /// The policy file of the machine, `GroupPolicy\Machine\Registry.pol`.
  public let machinePolicy: EvidenceFile?
  /// The policy file of users, `GroupPolicy\User\Registry.pol`.
  public let userPolicy: EvidenceFile?
  /// The files of transactions that the machine's hives share.
  public let transactionFiles: [EvidenceFile]
  /// The files of scheduled tasks, in `System32\Tasks`.
  public let taskFiles: [EvidenceFile]
  /// The configuration of IIS, `System32\inetsrv\config\applicationHost.config`.
  public let poolConfiguration: EvidenceFile?
  /// Places that exist and were not looked into: links, mount points, folders without permission.
  public let notEntered: [SkippedItem]
  /// What was passed over, places that were not entered included.
  public let notes: [SkippedItem]

  /// The volumes that files are from.
  let volumes: [CapturedVolume]

  /// The hives of a machine whose kinds decide about profiles.
  static let machineKinds: [HiveKind] = [.software, .system, .sam, .security, .default]

  /// Looks through a folder, and takes the newest state of the first machine in it.
  ///
  /// ``EvidenceCollection`` has the other machines and states.
  ///
  /// - Parameter path: The root of a volume, the folder of a profile, or any folder with hives in
  ///   it or below it.
  /// - Throws: ``ForensicsError`` where the folder cannot be read, or nothing of a machine is in it.
  public init(path: String) throws(ForensicsError) {
    self = try EvidenceCollection(path: path).machines[0].live
  }

  /// A hive alone, of the kind that it was found to have.
  init(hive path: String, kind: HiveKind) {
    let file = EvidenceFile(path: path, size: 0, companions: [])
    self.init(
      path: path, layout: .hive,
      machineHives: Self.machineKinds.contains(kind) ? [kind: file] : [:])
  }

  init(
    origin: Origin = .live, path: String, layout: Layout,
    machineHives: [HiveKind: EvidenceFile] = [:], otherHives: [EvidenceFile] = [],
    strayHives: [EvidenceFile] = [], profiles: [ProfileFiles] = [], eventLogs: [EvidenceFile] = [],
    machinePolicy: EvidenceFile? = nil, userPolicy: EvidenceFile? = nil,
    transactionFiles: [EvidenceFile] = [], taskFiles: [EvidenceFile] = [],
    poolConfiguration: EvidenceFile? = nil, notEntered: [SkippedItem] = [],
    notes: [SkippedItem] = [], volumes: [CapturedVolume] = []
  ) {
    self.origin = origin
    self.path = path
    self.layout = layout
    self.machineHives = machineHives
    self.otherHives = otherHives
    self.strayHives = strayHives
    self.profiles = profiles
    self.eventLogs = eventLogs
    self.machinePolicy = machinePolicy
    self.userPolicy = userPolicy
    self.transactionFiles = transactionFiles
    self.taskFiles = taskFiles
    self.poolConfiguration = poolConfiguration
    self.notEntered = notEntered
    self.notes = notes
    self.volumes = volumes
  }

  /// Whether a file is one of the hives of the machine that Windows has loaded while it runs:
  /// SOFTWARE, SYSTEM, SAM, SECURITY and DEFAULT.
  package func isMachineHive(_ path: String) -> Bool {
    machineHives.values.contains { $0.path == path }
  }

  /// Whether a hive lies where Windows keeps none.
  package func isStray(_ file: EvidenceFile) -> Bool {
    strayHives.contains { $0.path == file.path }
  }

  /// Whether there is a folder of event logs that was not looked into.
  var hasUnreadLogs: Bool {
    (notEntered + notes).contains { $0.path.lowercased().contains("/winevt") }
  }

  /// A file's path below the folder, with the separator that the system has.
  package func relativePath(_ path: String) -> String {
    guard path.hasPrefix(self.path) else { return path }
    let rest = path.dropFirst(self.path.count).drop { $0 == "/" }
    return rest.isEmpty ? path : String(rest)
  }
}

extension Capture {
  /// Makes a capture of what was found, with the users' hives brought together.
  ///
  /// - Parameters:
  ///   - draft: What was found.
  ///   - software: The SOFTWARE hive with the profile list.
  ///   - log: Gets what is skipped here.
  ///   - notes: What was passed over before.
  init(
    _ draft: CaptureDraft, software: EvidenceFile?, log: SkippedItems, notes: [SkippedItem]
  ) {
    var profiles = draft.profiles
    if !draft.looseHives.isEmpty {
      let pairing = ProfilePairing(software: draft.machineHives[.software] ?? software)
      profiles += pairing.profiles(of: draft.looseHives, log)
    }
    let otherSpellings = profiles.flatMap(\.otherSpellings)
    for file in otherSpellings {
      log.add(
        file.path, "is another hive of a profile, and was not judged with it", isLoss: false)
    }
    var layout = draft.layout
    if layout == .collection, draft.machineHives.isEmpty, profiles.count == 1,
      draft.eventLogs.isEmpty, profiles[0].path == draft.path
    {
      layout = .profile
    }
    self.init(
      origin: draft.origin, path: draft.path, layout: layout, machineHives: draft.machineHives,
      otherHives: draft.otherHives + otherSpellings + draft.strayHives,
      strayHives: draft.strayHives, profiles: profiles,
      eventLogs: draft.eventLogs, machinePolicy: draft.machinePolicy, userPolicy: draft.userPolicy,
      transactionFiles: draft.transactionFiles, taskFiles: draft.taskFiles,
      poolConfiguration: draft.poolConfiguration, notEntered: draft.notEntered,
      notes: notes,
      volumes: draft.volumes)
  }
}
