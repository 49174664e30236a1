// SPDX-License-Identifier: MIT

/// The documents that statements rest on, as they are named to people.
enum Source {
  static let rslRules = "KB 124594"
  static let rslType = "KB 124594, KB 94993"
  static let rslRepair = "KB 94993, TechNet cc963194"
  static let rslWindows2000 = "TechNet cc963194"
  static let rslLater = "KB 2567018"
  static let rslWarning = "KB 176083"
  static let storage = "Win32 documentation, Registry Storage Space"
  static let noQuota = "Win32 documentation, Determining the Registry Size"
  static let loader = "KB 122793, KB 306038"
  static let totalSize = "KB 2978366"
  static let oldX64 = "KB 919807"
  static let profileQuota = "TechNet cc959451, UserProfiles.admx"
  static let profileTemplate = "UserProfiles.admx"
}

/// A number of bytes as people read it, in units of 1024: `200 MB`, `153.6 MB`, `512 bytes`.
///
/// There is one decimal at most.
package func byteText(_ bytes: Int) -> String {
  for (unit, size) in [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)] where bytes >= size {
    let tenths = bytes / size * 10 + (bytes % size * 10 + size / 2) / size
    return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
  }
  return bytes == 1 ? "1 byte" : "\(bytes) bytes"
}
