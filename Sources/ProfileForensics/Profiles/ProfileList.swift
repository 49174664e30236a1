// SPDX-License-Identifier: MIT

public import RegistryHive

/// The profile list of a machine, from its SOFTWARE hive.
public struct ProfileList: Sendable {
  /// The entries, in stored order.
  public let profiles: [ProfileListEntry]
  /// When the list itself was last written.
  public let lastWritten: FileTime
  /// The folder of Windows, such as `C:\Windows`; nil where the hive does not say.
  public let systemRoot: String?
  /// The folder of new profiles, such as `%SystemDrive%\Users`; nil where the list does not say.
  public let profilesDirectory: String?

  /// Where in SOFTWARE the list is.
  public static let path: RegistryPath = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"

  /// Reads the list; nil where the hive has none.
  ///
  /// - Parameter software: The SOFTWARE hive.
  public init?(software: Hive) {
    guard let key = software.key(at: Self.path) else { return nil }
    lastWritten = key.lastWritten
    systemRoot = software.key(at: "Microsoft\\Windows NT\\CurrentVersion")?.text("SystemRoot")
    profilesDirectory = key.text("ProfilesDirectory")
    profiles = key.subkeys.filter { $0.name.utf16.prefix(2).elementsEqual("S-".utf16) }
      .map(ProfileListEntry.init)
  }

  /// Takes a path of the list, such as `%SystemDrive%\Users\anna`, apart.
  ///
  /// - Parameter imagePath: The path.
  /// - Returns: The names of the folders on the way, from the root of the volume that Windows is on;
  ///   nil where the path leads to another volume, or is not understood.
  package func folderNames(of imagePath: String) -> [String]? {
    var parts = imagePath.pathNames
    guard let first = parts.first else { return nil }
    parts.removeFirst()
    let root = (systemRoot ?? "C:\\Windows").pathNames
    switch first.lowercased() {
    case "%systemdrive%": return parts
    case "%systemroot%", "%windir%": return root.dropFirst() + parts
    case let drive where drive.count == 2 && drive.last == ":":
      return drive == root.first?.lowercased() ? parts : nil
    default: return nil
    }
  }
}

extension String {
  /// The names in a path of Windows.
  var pathNames: [String] {
    utf8.split { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/") }.map { String(Substring($0)) }
  }
}
