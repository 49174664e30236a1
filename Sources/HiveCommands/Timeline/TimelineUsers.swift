// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive
import WindowsEvents

/// The users whose facts are wanted: all, or those of some names.
struct TimelineUsers {
  /// Accounts and identifiers as they were given, and the identifiers of these accounts.
  private let names: [String]

  /// Takes the names, and looks the accounts up in the profile lists of machines.
  init(_ names: [String], in inputs: Inputs) {
    var all = names
    if !names.isEmpty {
      for machine in inputs.machines {
        guard let path = machine.live.machineHives[.software]?.path,
          let list = (try? Hive(path: path)).flatMap({ ProfileList(software: $0) })
        else { continue }
        all += Self.partners(of: names, in: list)
      }
    }
    self.names = all
  }

  /// The identifiers of accounts, and the folders of identifiers.
  private static func partners(of names: [String], in list: ProfileList) -> [String] {
    list.profiles.flatMap { profile -> [String] in
      guard let identifier = profile.identifier?.description,
        let folder = profile.folderName
      else { return [] }
      return names.flatMap { name -> [String] in
        if RegistryString(name).matches(RegistryString(identifier)) { return [folder] }
        return RunAsAccount(name).isNameOf(folder: folder) ? [identifier] : []
      }
    }
  }

  /// Whether all users are wanted.
  var areAll: Bool { names.isEmpty }

  /// Whether a user is wanted, given by identifier or by the name of the profile's folder.
  func take(_ user: String?) -> Bool {
    guard !areAll else { return true }
    guard var user else { return false }
    if user.lowercased().hasSuffix(".bak") { user = String(user.dropLast(4)) }
    return names.contains {
      RegistryString($0).matches(RegistryString(user)) || RunAsAccount($0).isNameOf(folder: user)
    }
  }

  /// Whether the hives of a profile are wanted.
  func take(_ profile: ProfileFiles) -> Bool {
    take(profile.name) || take(profile.identifier?.description)
  }

  /// Whether an event is about a user who is wanted.
  func take(_ event: ProfileEvent) -> Bool {
    areAll || names.contains { event.isAbout($0) }
  }
}
