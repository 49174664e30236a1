// SPDX-License-Identifier: MIT

import RegistryHive

/// Reads what Windows keeps in a key in a form of its own.
///
/// A decoder gets a key at one of its paths, whose bytes may be anything, and makes rows of what it
/// understands. The values themselves are given beside its rows, whatever it makes of them.
struct Decoder: Sendable {
  /// What a path of a decoder leads to.
  enum Place: Sendable {
    /// The key that it decodes.
    case key
    /// The key that all keys which it decodes are in, this many levels below.
    case above(Int)
  }

  /// The decoder's name.
  let name: String
  /// Where it applies.
  let paths: [(hive: RuleHive, pattern: RulePath, place: Place)]
  /// Makes rows of a key; one that goes down into the keys below stops at a number of rows and values.
  let decode: @Sendable (_ key: Key, _ limit: Int) -> [DecodedRow]

  /// - Parameters:
  ///   - name: The decoder's name.
  ///   - paths: The keys that it decodes; `…\` in front of the last names marks the key above them
  ///     all, at which it decodes all of them.
  ///   - decode: Makes rows of a key.
  init(
    _ name: String, _ paths: [(RuleHive, String)],
    _ decode: @escaping @Sendable (Key) -> [DecodedRow]
  ) {
    self.init(name, paths, tree: { key, _ in decode(key) })
  }

  /// - Parameters:
  ///   - name: The decoder's name.
  ///   - paths: The keys that it decodes.
  ///   - decode: Makes rows of a key and of those below it, up to a number of rows and values.
  init(
    _ name: String, _ paths: [(RuleHive, String)],
    tree decode: @escaping @Sendable (_ key: Key, _ limit: Int) -> [DecodedRow]
  ) {
    self.name = name
    self.decode = decode
    self.paths = paths.flatMap { hive, path in
      let parts = path.split(separator: "…\\", omittingEmptySubsequences: false)
      let below = parts.count > 1 ? String(parts[1]) : ""
      let above = String(parts[0])
      let depth = below.split(separator: "\\").count
      var places: [(hive: RuleHive, pattern: RulePath, place: Place)] = []
      if let pattern = RulePath(batchPath: depth > 0 ? above + "\\" + below : above) {
        places.append((hive, pattern, .key))
      }
      if depth > 0, let pattern = RulePath(batchPath: above) {
        places.append((hive, pattern, .above(depth)))
      }
      return places
    }
  }

  /// All decoders.
  static let all: [Decoder] = [
    .userAssist, .recentDocs, .wordWheelQuery, .runMRU, .typedURLs, .typedPaths, .officeMRU,
    .lastVisited, .mountPoints, .activityModerator, .appCompatCache, .services, .uninstall,
    .networkProfiles, .timeZone, .usbStorage, .usbDevices, .profileList, .openSavePidl, .shellBags,
  ]
}
