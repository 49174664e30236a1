// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents
import WindowsTypes

/// What distinguishes machines, from their hives.
struct MachineIdentity {
  /// The computer's name.
  let name: String?
  /// The number that Windows gave itself at its installation, and when that was.
  let installation: Set<String>
  /// The users in the profile list.
  let users: Set<SecurityIdentifier>
  /// Which rules of Windows hold, where SOFTWARE says which Windows it is.
  let generation: WindowsRelease.Generation?
  /// The newest time that the profile list and the control sets were written.
  let newest: FileTime

  /// Reads the hives of a machine; each is closed again.
  init(_ machine: MachineDraft) {
    let system = machine.hive(.system).flatMap { try? Hive(path: $0.path) }
    let software = machine.hive(.software).flatMap { try? Hive(path: $0.path) }
    name = system.flatMap(Self.computerName)
    var installation: Set<String> = []
    if let text = software?.key(at: "Microsoft\\Cryptography")?.text("MachineGuid") {
      installation.insert(text.lowercased())
    }
    let version = software?.key(at: "Microsoft\\Windows NT\\CurrentVersion")
    if let number = version?.number("InstallDate"), number != 0 {
      installation.insert("\(number)")
    }
    self.installation = installation
    generation = software.flatMap { WindowsRelease(software: $0) }?.generation
    users = software.map(Self.users) ?? []
    newest = max(
      system.map { Self.newest($0, "Select") } ?? FileTime(rawValue: 0),
      software.map { Self.newest($0, ProfileList.path) } ?? FileTime(rawValue: 0))
  }

  private static func newest(_ hive: Hive, _ path: RegistryPath) -> FileTime {
    let key = hive.key(at: path)
    let times = (key?.subkeys ?? []).map(\.lastWritten) + [key?.lastWritten].compactMap(\.self)
    return max(hive.header.lastWritten, times.max() ?? hive.root.lastWritten)
  }

  /// The computer's name, from its SYSTEM hive; nil where it does not say.
  static func computerName(_ system: Hive) -> String? {
    let key = ControlSet(of: system)?.key.key(at: "Control\\ComputerName\\ComputerName")
    return key?.text("ComputerName").flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func users(_ software: Hive) -> Set<SecurityIdentifier> {
    Set(ProfileList(software: software)?.profiles.compactMap(\.identifier) ?? [])
  }

  /// The users in the profile list of a machine.
  static func users(of machine: MachineDraft) -> Set<SecurityIdentifier> {
    guard let file = machine.hive(.software), let hive = try? Hive(path: file.path) else {
      return []
    }
    return users(hive)
  }

  /// Whether two installations with the same name may be one at two times: nothing that is known of
  /// both differs.
  func mayBe(_ other: MachineIdentity) -> Bool {
    if !installation.isEmpty, !other.installation.isEmpty {
      return !installation.isDisjoint(with: other.installation)
    }
    if let generation, let theirs = other.generation, generation != theirs { return false }
    let ours = users.filter(\.isUser)
    let theirs = other.users.filter(\.isUser)
    return ours.isEmpty || theirs.isEmpty || !ours.isDisjoint(with: theirs)
  }
}
