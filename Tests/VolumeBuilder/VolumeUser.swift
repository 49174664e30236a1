// SPDX-License-Identifier: MIT

package import HiveBuilder

/// A user of a volume: the entry in the profile list, the profile's folder and hives.
package struct VolumeUser: Sendable {
  package var name: String
  package var sid: String
  /// The name of the key in the profile list, where it is not the identifier.
  package var keyName: String?
  /// The value `Sid`, where it is not the identifier.
  package var storedSID: String?
  /// The user that the classes were made for, where it is another one.
  package var classesSID: String?
  package var imagePath: String?
  package var state: UInt32 = 0
  package var referenceCount: UInt32?
  package var centralProfile: String?
  package var loaded = filetime(2024, 6, 21, 7, 58)
  package var unloaded = filetime(2024, 6, 21, 17, 3, 44)
  package var isListed = true
  package var hasFolder = true
  /// Whether the hives were left dirty, and whether they have logs then.
  package var isDirty = false
  package var hasLogs = true
  /// How many files of transactions the hive has.
  package var transactionFiles = 3
  package var hive: HiveDescription

  package init(_ name: String, _ number: Int) {
    self.name = name
    sid = "S-1-5-21-1111111111-2222222222-3333333333-\(number)"
    hive = HiveDescription()
    hive.set("Control Panel\\Desktop", .string("Wallpaper", ""))
    hive.makeKey("Environment")
    hive.makeKey("Software\\Microsoft\\Windows\\CurrentVersion\\Run")
  }

  func list(
    in software: inout HiveDescription, below list: String, _ layout: VolumeDescription.Layout
  ) {
    let path = "\(list)\\\(keyName ?? sid)"
    let users = layout == .windowsXP ? "%SystemDrive%\\Documents and Settings" : "C:\\Users"
    var values: [ValueDescription] = [
      .expandString("ProfileImagePath", imagePath ?? "\(users)\\\(name)"), .dword("Flags", 0),
      .dword("State", state), .binary("Sid", sidBytes(storedSID ?? sid)),
    ]
    if let count = referenceCount ?? (layout.keepsTimes ? nil : 0) {
      values.append(.dword("RefCount", count))
    }
    if let centralProfile { values.append(.string("CentralProfile", centralProfile)) }
    let times =
      layout.keepsTimes
      ? [("LocalProfileLoadTime", loaded), ("LocalProfileUnloadTime", unloaded)]
      : layout == .windowsXP ? [("ProfileLoadTime", loaded)] : []
    for (name, time) in times {
      values.append(.dword(NameDescription(name + "Low"), UInt32(truncatingIfNeeded: time)))
      values.append(.dword(NameDescription(name + "High"), UInt32(time >> 32)))
    }
    software.makeKey(path)
    software[path].values = values
    software[path].lastWritten = max(loaded, unloaded)
  }

  func files(
    on layout: VolumeDescription.Layout, hasEntries: Bool
  ) -> [(path: String, bytes: [UInt8])] {
    guard hasFolder else { return [] }
    let folder = "\(layout.users)/\(name)"
    let state = DirtyState(isDirty: isDirty, hasLogs: hasLogs, isOld: !hasEntries)
    var files = state.files(hive, at: "\(folder)/NTUSER.DAT")
    let classes = HiveDescription(root: NameDescription("\(classesSID ?? sid)_Classes"))
    files += state.files(classes, at: "\(folder)/\(layout.classes)/UsrClass.dat")
    for index in 0..<transactionFiles {
      let ending = index == 0 ? "blf" : "TMContainer\(index).regtrans-ms"
      files.append(("\(folder)/NTUSER.DAT{0a}.TM.\(ending)", [UInt8](repeating: 0, count: 512)))
    }
    return files
  }
}
