// SPDX-License-Identifier: MIT

public import RegistryHive

/// A mounted Windows volume, or a copy of the files of one, with the registry files on it.
///
/// Names are looked up without regard to case, as Windows does it. Nothing is opened that is not
/// on the volume: a symbolic link below the root is not followed, but reported in ``notes``.
///
/// Places: "Files" in the Windows Registry knowledge base of J. Metz, and
/// <https://learn.microsoft.com/windows/win32/sysinfo/registry-hives>.
public struct WindowsVolume: Sendable {
  /// The path of the root, as it was given.
  public let path: String
  /// The path of the folder in which Windows is installed, such as `/mnt/Windows`.
  public let windowsFolder: String
  /// The hives of the machine that are there: SOFTWARE, SYSTEM, SAM, SECURITY and DEFAULT.
  public let machineHives: [HiveKind: EvidenceFile]
  /// The file of local Group Policy for the machine: `System32\GroupPolicy\Machine\Registry.pol`.
  public let machinePolicy: EvidenceFile?
  /// The file of local Group Policy for users: `System32\GroupPolicy\User\Registry.pol`.
  public let userPolicy: EvidenceFile?
  /// The profiles that hold a hive, by place and name.
  public let profiles: [ProfileFiles]
  /// The event logs that tell of profiles: in `System32\winevt\Logs` the Application and System
  /// logs, their archives and the log of the profile service; before Windows Vista those in
  /// `System32\config`.
  public let eventLogs: [EvidenceFile]
  /// The files of transactions of the machine's hives: those in `System32\config\TxR`.
  public let transactionFiles: [EvidenceFile]
  /// What was passed over: symbolic links, and folders that cannot be read.
  public let notes: [SkippedItem]

  /// Looks through a volume for registry files.
  ///
  /// - Parameter path: The root: the folder that holds `Windows` or `WINNT`, and in it
  ///   `System32\config`, in any case.
  /// - Throws: ``ForensicsError`` where the folder cannot be read, or is no such root.
  public init(path: String) throws(ForensicsError) {
    let log = SkippedItems()
    let root = try VolumeFolder(root: path, log: log)
    let windows = Self.windowsFolders(in: root)
    let config = windows.folders(at: ["System32", "config"])
    guard let windowsFolder = windows.first, !config.isEmpty else {
      var reason = "is not the root of a Windows volume: it has no Windows\\System32\\config"
      if let note = log.notes.first { reason += "; \(note)" }
      throw ForensicsError(code: .notAVolume, path: path, reason: reason)
    }
    self.path = path
    self.windowsFolder = windowsFolder.path
    var hives: [HiveKind: EvidenceFile] = [:]
    for kind in Self.machineKinds {
      hives[kind] = config.firstFile(named: kind.rawValue)
    }
    machineHives = hives
    machinePolicy = windows.folders(at: ["System32", "GroupPolicy", "Machine"])
      .firstFile(named: "Registry.pol")
    userPolicy = windows.folders(at: ["System32", "GroupPolicy", "User"])
      .firstFile(named: "Registry.pol")
    eventLogs =
      windows.folders(at: ["System32", "winevt", "Logs"]).flatMap { folder in
        folder.files { EventLogName.tellsOfProfiles($0) }
      } + config.flatMap { folder in folder.files { EventLogName.isOld($0) } }
    transactionFiles = config.folders(at: ["TxR"]).flatMap { folder in
      folder.files { _ in true }
    }
    profiles = ProfileFiles.all(root: root, windows: windows)
    notes = log.notes
  }

  static let machineKinds: [HiveKind] = [.software, .system, .sam, .security, .default]

  /// The folder that Windows is in, in every spelling there is.
  private static func windowsFolders(in root: VolumeFolder) -> [VolumeFolder] {
    let names = ["Windows", "WINNT"]
    return names.lazy.map { root.folders(at: [$0]) }
      .first { !$0.folders(at: ["System32", "config"]).isEmpty } ?? []
  }
}

extension [VolumeFolder] {
  /// The folders at a path below any of these.
  func folders(at path: [String], ownLinks: Set<String> = []) -> [VolumeFolder] {
    flatMap { $0.folders(at: path, ownLinks: ownLinks) }
  }

  /// The file of a name in the first folder that has one.
  func firstFile(named name: String) -> EvidenceFile? {
    for folder in self {
      if let file = folder.file(named: name) { return file }
    }
    return nil
  }
}
