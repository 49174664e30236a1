// SPDX-License-Identifier: MIT

import RegistryHive

extension HiveKind {
  /// The kind in a sentence, such as `a SYSTEM hive`.
  var article: String {
    switch self {
    case .other: "a hive of no known kind"
    case .ntuser, .sam: "an \(rawValue) hive"
    case .amcache: "an Amcache hive"
    default: "a \(rawValue) hive"
    }
  }
}
