// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// The security descriptors of a dump's keys, in SDDL.
///
/// Keys share descriptors, and each key's record repeats its own: a small hive could stand for
/// gigabytes of text. So what is repeated is at most some times the size of the file; after that,
/// `…0x` and the file offset of the record stand for a descriptor that was written before.
struct KeySecurity {
  private let hive: Hive
  private var known: [Int: String] = [:]
  private var allowance: Int

  /// Nil where descriptors are not asked for.
  init?(_ dump: Dump) {
    guard dump.security else { return nil }
    hive = dump.hive
    allowance = 32 * dump.hive.fileSize
  }

  /// The descriptor of a key; nil where it cannot be read.
  mutating func sddl(of node: KeyNode) -> String? {
    let offset = node.security.fileOffset
    if let text = known[offset] {
      allowance -= text.utf8.count
      return allowance > 0 ? text : "…0x\(hexDigits(offset))"
    }
    let text = Key(hive: hive, node: node).securityDescriptor?.sddl
    known[offset] = text
    return text
  }
}
