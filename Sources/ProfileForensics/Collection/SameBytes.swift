// SPDX-License-Identifier: MIT

import RegistryHive

/// Compares files that may be copies of one another.
enum SameBytes {
  /// The size above which files are not compared.
  private static let limit = 512 << 20

  /// Whether two files hold the same bytes; false where one cannot be read.
  static func areSame(_ first: EvidenceFile, _ second: EvidenceFile) -> Bool {
    guard first.size == second.size, first.size <= limit,
      let one = try? readFile(first.path, limit: limit),
      let other = try? readFile(second.path, limit: limit)
    else { return false }
    return one == other
  }
}
