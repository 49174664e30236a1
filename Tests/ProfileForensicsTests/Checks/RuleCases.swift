// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import VolumeBuilder
import WindowsTypes

/// A volume with what a rule looks for, or with what is next to it and is in order.
struct RuleEvidence {
  var volume: VolumeDescription
  /// Files that are written over those of the volume.
  var files: [(path: String, bytes: [UInt8])] = []
  /// Files of the volume that are not written.
  var missing: [String] = []
  /// Links, with what they lead to.
  var links: [(path: String, target: String)] = []
  var classes: [String] = []
  var since: UInt64?
}

/// For a rule, evidence that provokes it and evidence that it refuses.
struct RuleCase: Sendable {
  typealias Change = @Sendable (inout RuleEvidence) -> Void

  let id: String
  var layout = VolumeDescription.Layout.windows10
  let provoke: Change
  let refuse: Change

  static let time = filetime(2024, 6, 21, 17, 3, 44)
  static let policies = "Policies\\Microsoft\\Windows\\System"
  static let control = "ControlSet001\\Control"

  init(
    _ id: String, on layout: VolumeDescription.Layout = .windows10, provoke: @escaping Change,
    refuse: @escaping Change = { _ in }
  ) {
    self.id = id
    self.layout = layout
    self.provoke = provoke
    self.refuse = refuse
  }

  /// Both with one changed thing.
  private init<Thing: Sendable>(
    _ id: String, on layout: VolumeDescription.Layout = .windows10, _ provoking: Thing,
    _ refused: Thing, _ change: @escaping @Sendable (inout RuleEvidence, Thing) -> Void
  ) {
    self.init(
      id, on: layout, provoke: { change(&$0, provoking) }, refuse: { change(&$0, refused) })
  }

  static let all: [RuleCase] =
    hives + sizes + policy + programs + list + folders + loading + events + states

  private static let hives: [RuleCase] = [
    RuleCase("hive-damaged", [UInt8](arrayLiteral: 1, 2, 3), HiveDescription().build().bytes) {
      $0.files.append(("Users/anna/NTUSER.DAT", $1))
    },
    RuleCase("hive-dirty", true, false) {
      $0.volume.anna.isDirty = true
      $0.volume.anna.hasLogs = $1
    },
    RuleCase("hive-logs-missing", false, true) {
      $0.volume.anna.isDirty = true
      $0.volume.anna.hasLogs = $1
    },
    RuleCase("transaction-files-piled-up", 40, 30) { $0.volume.anna.transactionFiles = $1 },
  ]

  private static let sizes: [RuleCase] = [
    RuleCase("hive-near-limit", on: .windowsXP, UInt32(1), 0) {
      $0.volume.system.set(control, .dword("RegistrySizeLimit", 4 << 20))
      $0.volume.anna.referenceCount = $1
      for number in 0..<4 {
        $0.volume.anna.hive.set(
          "Software\\Vendor\\\(number)", .binary("x", [UInt8](repeating: 7, count: 900_000)))
      }
    },
    RuleCase("profile-near-quota", UInt32(1), 0) {
      $0.volume.anna.hive.set(
        "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
        .dword("EnableProfileQuota", 1), .dword("MaxProfileSize", 5),
        .dword("IncludeRegInProQuota", $1))
    },
    RuleCase(
      "registry-space-low", "Windows - Low On Registry Space", "app.exe - Application Error"
    ) {
      $0.volume.systemEvents = [
        EventDescription(
          time: time, provider: "Application Popup", event: 26, level: 4, computer: "WS1",
          data: [("", $1), ("", "")])
      ]
    },
    RuleCase("registry-size-limit-set", on: .windows7, UInt32(64 << 20), 0) {
      $0.volume.system.set(control, .dword("RegistrySizeLimit", $1))
    },
    RuleCase(
      "registry-size-limit-ignored", ValueDescription.string("RegistrySizeLimit", "67108864"),
      .dword("RegistrySizeLimit", 64 << 20)
    ) { $0.volume.system.set(control, $1) },
    RuleCase("registry-size-limit-clamped", on: .windows7, UInt32(1024), 64 << 20) {
      $0.volume.system.set(control, .dword("RegistrySizeLimit", $1))
    },
    RuleCase(
      "hive-large-key", "Software\\Microsoft\\Windows\\CurrentVersion\\UFH\\SHC",
      "Software\\Microsoft\\Windows\\CurrentVersion\\UFH"
    ) { $0.volume.anna.hive.set($1, .binary("x", [UInt8](repeating: 7, count: 200_000))) },
  ]

  private static let policy: [RuleCase] = [
    RuleCase("force-unload-disabled", UInt32(1), 0) {
      $0.volume.software.set(policies, .dword("DisableForceUnload", $1))
    },
    RuleCase("force-unload-policy-unsupported", on: .windowsXP, UInt32(1), 0) {
      $0.volume.software.set(policies, .dword("DisableForceUnload", $1))
    },
    RuleCase(
      "force-unload-policy-invalid", ValueDescription.string("DisableForceUnload", "1"),
      .dword("DisableForceUnload", 1)
    ) { $0.volume.software.set(policies, $1) },
    RuleCase("force-unload-policy-misplaced", "WOW6432Node\\\(policies)", policies) {
      $0.volume.software.set($1, .dword("DisableForceUnload", 1))
    },
    RuleCase(
      "roaming-cache-policy-invalid", ValueDescription.string("DeleteRoamingCache", "1"),
      .dword("DeleteRoamingCache", 1)
    ) { $0.volume.software.set(policies, $1) },
    RuleCase("roaming-cache-policy-misplaced", "WOW6432Node\\\(policies)", policies) {
      $0.volume.software.set($1, .dword("DeleteRoamingCache", 1))
    },
    RuleCase("roaming-settings-managed", UInt32(1), 0) {
      $0.volume.software.set(
        "Microsoft\\Windows\\CurrentVersion\\UserState\\UserStateTechnologies"
          + "\\ConfigurationControls", .dword("RoamingUserProfile", $1))
    },
    RuleCase("local-policy-not-applied", UInt32(0), 1) {
      var file = PolicyFileDescription()
      file.set("Software\\\(policies)", .dword("DisableForceUnload", 1))
      $0.files.append(("Windows/System32/GroupPolicy/Machine/Registry.pol", file.build()))
      $0.volume.software.set(policies, .dword("DisableForceUnload", $1))
    },
    RuleCase("uphclean-installed", "UPHClean", "UPHCleaner") {
      $0.volume.system.set(
        "ControlSet001\\Services\\\($1)", .dword("Type", 0x10), .dword("Start", 2))
    },
  ]

  private static let application = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"

  private static let programs: [RuleCase] = [
    RuleCase("com-runs-as-user", "CORP\\anna", "Interactive User") {
      $0.volume.software.set("Classes\\AppID\\\(application)", .string("RunAs", $1))
    },
    RuleCase(
      "com-server-lost-profile", provoke: { $0.volume = .documented },
      refuse: {
        $0.volume = .documented
        $0.volume.systemEvents = []
      }),
    RuleCase("com-class", [application], []) { $0.classes = $1 },
    RuleCase("pool-runs-as-user", "SpecificUser", "NetworkService") {
      let text =
        "<configuration><system.applicationHost><applicationPools><add name=\"Shop\">"
        + "<processModel identityType=\"\($1)\" userName=\"CORP\\anna\" /></add></applicationPools>"
        + "</system.applicationHost></configuration>"
      $0.files.append(
        ("Windows/System32/inetsrv/config/applicationHost.config", [UInt8](text.utf8)))
    },
    RuleCase("service-runs-as-user", "CORP\\anna", "LocalSystem") {
      $0.volume.system.set(
        "ControlSet001\\Services\\Backup", .dword("Type", 0x10), .dword("Start", 2),
        .string("ObjectName", $1))
    },
    RuleCase("task-names-user", "CORP\\anna", "S-1-5-18") {
      let text =
        "<Task><Principals><Principal><UserId>\($1)</UserId></Principal></Principals></Task>"
      $0.files.append(("Windows/System32/Tasks/Nightly", [UInt8](text.utf8)))
    },
  ]

  private static let list: [RuleCase] = [
    RuleCase("profile-backup-key", ".bak", "") {
      $0.volume.anna.keyName = $0.volume.anna.sid + $1
    },
    RuleCase("profile-temporary", UInt32(0x800), 0x100) { $0.volume.anna.state = $1 },
    RuleCase("profile-entry-renamed", ".old", ".bak") {
      $0.volume.anna.keyName = $0.volume.anna.sid + $1
    },
    RuleCase("profile-sid-mismatch", 1002, 1001) {
      $0.volume.anna.storedSID = VolumeUser("", $1).sid
    },
  ]

  private static let folders: [RuleCase] = [
    RuleCase("profile-folder-missing", false, true) { $0.volume.anna.hasFolder = $1 },
    RuleCase(
      "profile-hive-missing", ["Users/anna/NTUSER.DAT"],
      ["Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat"]
    ) { $0.missing = $1 },
    RuleCase("profile-folder-not-entered", "/mnt/data/anna", nil) {
      $0.volume.anna.hasFolder = $1 == nil
      if let target = $1 { $0.links = [("Users/anna", target)] }
    },
    RuleCase("profile-folder-linked", true, false) {
      guard $1 else { return }
      let own = $0.volume.files.filter { $0.path.hasPrefix("Users/anna/") }
      $0.missing = own.map(\.path)
      $0.files = own.map { ($0.path.replacing("Users/", with: "Data/"), $0.bytes) }
      $0.links = [("Users/anna", "../Data/anna")]
    },
    RuleCase("profile-folder-moved", 1001, 1009) {
      $0.volume.anna.hasFolder = false
      var moved = VolumeUser("moved", $1)
      moved.isListed = false
      $0.volume.users.append(moved)
    },
    RuleCase("profile-on-other-drive", "D:\\Profiles\\anna", "C:\\Profiles\\anna") {
      $0.volume.anna.hasFolder = false
      $0.volume.anna.imagePath = $1
    },
    RuleCase("profile-in-container", UInt32(1), 0) {
      $0.volume.anna.hasFolder = false
      $0.volume.software.set("FSLogix\\Profiles", .dword("Enabled", $1))
    },
    RuleCase("profile-store", UInt32(1), 0) {
      $0.volume.software.set("Policies\\Citrix\\UserProfileManager", .dword("ServiceActive", $1))
    },
    RuleCase("profile-folder-shared", "C:\\Users\\anna", "C:\\Users\\berta") {
      var other = VolumeUser("berta", 1107)
      other.imagePath = $1
      other.hasFolder = $1.hasSuffix("berta")
      $0.volume.users.append(other)
    },
    RuleCase("profile-folder-unlisted", false, true) {
      var other = VolumeUser("berta", 1107)
      other.isListed = $1
      $0.volume.users.append(other)
    },
  ]

  private static let states: [RuleCase] = [
    RuleCase("other-state-newer", filetime(2024, 7, 1), time) {
      var other = $0.volume
      other.anna.loaded = $1
      other.anna.unloaded = filetime(2024, 6, 20)
      $0.files = other.files.map { ("VSS1/\($0.path)", $0.bytes) }
    },
    RuleCase("log-names-other-computer", "WS2", "WS1") {
      $0.volume.computerName = $1
      $0.volume.applicationEvents = [.profileService(1531, at: time)]
    },
    RuleCase("computer-not-known", "WS2", "WS1") {
      // Logs in the folder of Windows are the machine's own.
      $0.missing = [
        "Windows/System32/config/SYSTEM", "Windows/System32/winevt/Logs/Application.evtx",
      ]
      let sid = VolumeUser("", 1001).sid
      var other = EventDescription.profileService(1533, at: time, user: sid)
      other.computer = $1
      $0.volume.applicationEvents = [.profileService(1533, at: time + 1, user: sid), other]
    },
  ]

  private static let loading: [RuleCase] = [
    RuleCase("profile-loaded-at-capture", filetime(2024, 6, 20), time) {
      $0.volume.anna.unloaded = $1
    },
    RuleCase("profile-refcount", on: .windows7, UInt32(1), 0) {
      $0.volume.anna.referenceCount = $1
    },
    RuleCase("profile-verdict", VolumeUser("", 1001).sid, "S-1-5-18") {
      $0.volume.anna.sid = $1
      $0.volume.anna.classesSID = $1
    },
    RuleCase("log-offs-since", time, nil) { $0.since = $1 },
  ]

  private static func event(
    _ id: String, _ provoking: UInt16, _ refused: UInt16, _ data: [(String, String)] = []
  ) -> RuleCase {
    RuleCase(id, provoking, refused) {
      $0.volume.applicationEvents = [
        EventDescription(
          time: time, provider: "Microsoft-Windows-User Profiles Service", event: $1, level: 2,
          computer: "WS1", user: sidBytes(VolumeUser("", 1001).sid),
          data: data.map { (name: $0.0, text: $0.1) })
      ]
    }
  }

  private static let events: [RuleCase] = [
    RuleCase(
      "event-not-understood", on: .windowsXP, "Windows no puede descargar su archivo.",
      "Windows cannot determine the user or computer name."
    ) {
      $0.volume.applicationEvents = [
        EventDescription(
          time: time, provider: "Userenv", event: 1000, level: 2, computer: "WS1",
          user: sidBytes(VolumeUser("", 1001).sid), data: [("", $1)])
      ]
    },
    event("handles-leaked", 1530, 1531),
    event("profile-load-failed", 1508, 1532, [("Error", "5"), ("File", "C:\\Users\\anna")]),
    event(
      "profile-locked-at-load", 1545, 1508,
      [("InterferingImageName", "C:\\scan.exe"), ("InterferingPID", "7"), ("ProfsvcPID", "8")]),
    event("roaming-not-updated", 1504, 68),
    event(
      "profile-folder-not-deleted", 1533, 1532, [("Folder", "C:\\Users\\anna"), ("Error", "5")]),
    RuleCase("roaming-copy-not-deleted", "\\\\fs\\p\\anna.V6", nil) {
      $0.volume.anna.centralProfile = $1
      $0.volume.software.set(policies, at: filetime(2024, 1, 1), .dword("DeleteRoamingCache", 1))
    },
    RuleCase("roaming-cache-kept", "\\\\fs\\p\\anna.V6", nil) {
      $0.volume.anna.centralProfile = $1
    },
  ]
}
