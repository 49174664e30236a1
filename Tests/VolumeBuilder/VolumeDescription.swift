// SPDX-License-Identifier: MIT

package import EventLogBuilder
package import HiveBuilder

/// A Windows volume to be written: the machine's hives, users with their profiles, event logs.
///
/// What is not described is as on a machine that was shut down in order after all users had logged
/// off.
package struct VolumeDescription: Sendable {
  /// Which Windows it is, and with it where things are.
  package enum Layout: String, Sendable, CaseIterable {
    case windowsXP
    case windows7
    case windows10
    case server2019

    var version: String {
      switch self {
      case .windowsXP: "5.1"
      case .windows7: "6.1"
      case .windows10, .server2019: "6.3"
      }
    }

    var product: String {
      switch self {
      case .windowsXP: "Microsoft Windows XP"
      case .windows7: "Windows 7 Professional"
      case .windows10: "Windows 10 Pro"
      case .server2019: "Windows Server 2019 Standard"
      }
    }

    var windows: String { self == .windowsXP ? "WINDOWS" : "Windows" }
    var users: String { self == .windowsXP ? "Documents and Settings" : "Users" }
    var classes: String {
      self == .windowsXP
        ? "Local Settings/Application Data/Microsoft/Windows"
        : "AppData/Local/Microsoft/Windows"
    }
    /// Whether the profile list has times of loading and unloading.
    var keepsTimes: Bool { self == .windows10 || self == .server2019 }
  }

  package var layout: Layout
  package var users: [VolumeUser] = []
  package var software: HiveDescription
  package var system: HiveDescription
  package var defaultHive = HiveDescription()
  package var security: HiveDescription?
  /// The computer's name; nil where SYSTEM does not have it.
  package var computerName: String?
  /// Whether Windows was running when the volume was copied.
  package var isRunning = false
  /// The events of the Application log, and those of the System log.
  package var applicationEvents: [EventDescription] = []
  package var systemEvents: [EventDescription] = []
  /// How many files of transactions the machine's hives have.
  package var transactionFiles = 2

  package init(_ layout: Layout) {
    self.layout = layout
    software = HiveDescription()
    software.set(
      "Microsoft\\Windows NT\\CurrentVersion", .string("CurrentVersion", layout.version),
      .string("ProductName", layout.product), .string("SystemRoot", "C:\\\(layout.windows)"))
    software.makeKey("Microsoft\\Windows\\CurrentVersion\\Run")
    software.set(
      "Classes\\AppID\\{AD65A69D-3831-40D7-9629-9B0B50A93843}", .string("", "Preview"),
      .string("RunAs", "Interactive User"))
    software.set(
      "Classes\\AppID\\{0B789C73-D8D6-416D-B665-C3603676CEB5}", .string("", "Broker"),
      .string("LocalService", "Broker"))
    system = HiveDescription()
    system.set("Select", .dword("Current", 1), .dword("Default", 1))
    system.set(
      "ControlSet001\\Control\\Session Manager\\Memory Management", .dword("PagedPoolSize", 0))
    system.set(
      "ControlSet001\\Control\\Session Manager\\Environment",
      .string("PROCESSOR_ARCHITECTURE", layout == .windowsXP ? "x86" : "AMD64"))
    for (name, account) in [
      ("Broker", "LocalSystem"), ("Spooler", "NT AUTHORITY\\NetworkService"),
      ("Beep", "\\Driver\\Beep"),
    ] {
      system.set(
        "ControlSet001\\Services\\\(name)",
        .dword("Type", name == "Beep" ? 1 : 0x10), .dword("Start", 2),
        .string("ObjectName", account))
    }
    users = [VolumeUser("anna", 1001)]
  }

  /// The first user.
  package var anna: VolumeUser {
    get { users[0] }
    set { users[0] = newValue }
  }

  /// Writes all files below a folder.
  package func write(to folder: TemporaryFolder) throws {
    for (path, bytes) in files { try folder.write(bytes, to: path) }
  }

  /// Every file, with its path below the root.
  package var files: [(path: String, bytes: [UInt8])] {
    let config = "\(layout.windows)/System32/config"
    var files: [(path: String, bytes: [UInt8])] = []
    var software = software
    addProfileList(to: &software)
    var system = system
    if let computerName {
      system.set(
        "ControlSet001\\Control\\ComputerName\\ComputerName",
        .string("ComputerName", computerName))
    }
    for (name, hive) in [("SOFTWARE", software), ("SYSTEM", system)] {
      files += DirtyState(isDirty: isRunning, hasLogs: true, isOld: !hasEntries)
        .files(hive, at: "\(config)/\(name)")
    }
    files.append(("\(config)/DEFAULT", defaultHive.build().bytes))
    if let security { files.append(("\(config)/SECURITY", security.build().bytes)) }
    for index in 0..<transactionFiles {
      files.append(
        ("\(config)/TxR/{\(index)}.TxR.0.regtrans-ms", [UInt8](repeating: 0, count: 512)))
    }
    for user in users { files += user.files(on: layout, hasEntries: hasEntries) }
    files.append(("\(layout.users)/Default/NTUSER.DAT", HiveDescription().build().bytes))
    return files + logs(config)
  }

  private func logs(_ config: String) -> [(path: String, bytes: [UInt8])] {
    if layout == .windowsXP {
      return [
        ("\(config)/AppEvent.Evt", EvtBuilder(applicationEvents).build()),
        ("\(config)/SysEvent.Evt", EvtBuilder(systemEvents).build()),
      ]
    }
    let folder = "\(layout.windows)/System32/winevt/Logs"
    return [
      ("\(folder)/Application.evtx", EvtxBuilder(applicationEvents).build()),
      ("\(folder)/System.evtx", EvtxBuilder(systemEvents).build()),
    ]
  }

  /// Whether transaction logs have entries, as since Windows 8.1.
  private var hasEntries: Bool { layout.keepsTimes }

  private func addProfileList(to software: inout HiveDescription) {
    let list = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
    software.set(list, .expandString("ProfilesDirectory", "%SystemDrive%\\\(layout.users)"))
    software.set(
      "\(list)\\S-1-5-18", .dword("Flags", 12), .dword("State", 0), .dword("RefCount", 1),
      .expandString("ProfileImagePath", "%systemroot%\\system32\\config\\systemprofile"),
      .binary("Sid", sidBytes("S-1-5-18")))
    for user in users where user.isListed { user.list(in: &software, below: list, layout) }
  }
}

/// How a hive was left.
struct DirtyState {
  var isDirty: Bool
  var hasLogs: Bool
  /// Whether the logs are of the format before Windows 8.1.
  var isOld: Bool

  /// The hive with its logs, where it has any.
  func files(_ description: HiveDescription, at path: String) -> [(path: String, bytes: [UInt8])] {
    guard isDirty else { return [(path, description.build().bytes)] }
    var later = description
    later.set("WrittenToTheLogsAlone", .dword("value", 1))
    var hive = description.build()
    let states = [hive.bytes, later.build().bytes]
    hive.set(.secondarySequence, to: 7)
    hive.makeDirty()
    guard hasLogs else { return [(path, hive.bytes)] }
    let log =
      isOld
      ? BuiltLog(from: states[0], to: states[1], sequence: 8, pageSize: 512).bytes
      : BuiltLog(states: states, firstSequence: 7).bytes
    return [(path, hive.bytes), ("\(path).LOG1", log), ("\(path).LOG2", [])]
  }
}
