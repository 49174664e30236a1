// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsTypes

/// A capture in the making: what a search found in one place.
struct CaptureDraft {
  var origin = Capture.Origin.live
  var path: String
  var layout = Capture.Layout.collection
  var machineHives: [HiveKind: EvidenceFile] = [:]
  var otherHives: [EvidenceFile] = []
  /// Those of the other hives that lie in no place where Windows keeps hives.
  var strayHives: [EvidenceFile] = []
  var profiles: [ProfileFiles] = []
  /// Users' hives of which it is not known yet which of them belong together.
  var looseHives: [LooseHive] = []
  var eventLogs: [EvidenceFile] = []
  var machinePolicy: EvidenceFile?
  var userPolicy: EvidenceFile?
  var transactionFiles: [EvidenceFile] = []
  var taskFiles: [EvidenceFile] = []
  var poolConfiguration: EvidenceFile?
  var notEntered: [SkippedItem] = []
  /// The volumes that the files are from.
  var volumes: [CapturedVolume] = []

  init(path: String) {
    self.path = path
  }

  /// A user's hive that lies in no folder of a profile.
  struct LooseHive {
    let file: EvidenceFile
    let isClasses: Bool
    /// The path of the folder that it is in, and the names on the way to it from the volume.
    let folder: String
    let volumePath: [String]?
    /// The file's name.
    let name: String
    /// The end of the path at which Windows keeps the hive.
    let storedPath: String
    /// The user, by the root key or the file's name.
    var identifier: SecurityIdentifier?
  }

  var isEmpty: Bool {
    machineHives.isEmpty && otherHives.isEmpty && profiles.isEmpty && looseHives.isEmpty
      && eventLogs.isEmpty && machinePolicy == nil && userPolicy == nil
  }

  /// Whether the files of a machine are here, and not those of users or events alone.
  var isAnchor: Bool { machineHives.keys.contains { $0 != .default } }

  /// The users that hives are known to be of.
  var identifiers: Set<SecurityIdentifier> {
    Set(looseHives.compactMap(\.identifier) + profiles.compactMap(\.identifier))
  }

  /// Takes over what another place has of the same machine, but for hives that are here already.
  ///
  /// - Returns: The hives that are here too.
  mutating func absorb(_ other: CaptureDraft) -> [HiveKind: EvidenceFile] {
    var twice: [HiveKind: EvidenceFile] = [:]
    for (kind, file) in other.machineHives {
      if machineHives[kind] == nil { machineHives[kind] = file } else { twice[kind] = file }
    }
    otherHives += other.otherHives
    strayHives += other.strayHives
    profiles += other.profiles
    looseHives += other.looseHives
    eventLogs += other.eventLogs
    machinePolicy = machinePolicy ?? other.machinePolicy
    userPolicy = userPolicy ?? other.userPolicy
    transactionFiles += other.transactionFiles
    taskFiles += other.taskFiles
    poolConfiguration = poolConfiguration ?? other.poolConfiguration
    notEntered += other.notEntered
    volumes += other.volumes
    if layout == .collection, other.layout == .folders { layout = .folders }
    return twice
  }
}

/// A machine in the making.
struct MachineDraft {
  /// The folder that all of it is in.
  var path: String
  var captures: [CaptureDraft]

  init(_ capture: CaptureDraft) {
    path = capture.path
    captures = [capture]
  }

  var isAnchor: Bool { captures.contains(where: \.isAnchor) }

  /// The hive of a kind, of the newest state that has it.
  func hive(_ kind: HiveKind) -> EvidenceFile? {
    captures.lazy.compactMap { $0.machineHives[kind] }.first
  }

  /// Whether all of it is earlier states.
  var isEarlierOnly: Bool { captures.allSatisfy { $0.origin != .live } }

  var identifiers: Set<SecurityIdentifier> {
    captures.reduce(into: []) { $0.formUnion($1.identifiers) }
  }

  /// The hives of the machine as it is now.
  var hiveKinds: Set<HiveKind> { Set(captures[0].machineHives.keys) }
}
