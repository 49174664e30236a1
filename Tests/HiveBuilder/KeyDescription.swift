// SPDX-License-Identifier: MIT

/// A key to be written.
package struct KeyDescription: Sendable {
  package var name: NameDescription
  /// The FILETIME of its last write.
  package var lastWritten: UInt64
  package var values: [ValueDescription] = []
  /// The class name's UTF-16 units; none where it is empty.
  package var className: [UInt16] = []
  /// The security descriptor, where it is not the hive's default one.
  package var security: [UInt8]?
  /// The record's flags, where they are not to be worked out.
  package var flags: UInt16?
  /// The field at 12: access bits, and since Windows 10 the layered-key bits in its second byte.
  package var accessBits: UInt32 = 0
  /// The byte after the largest subkey name length: user flags above, virtualization flags below.
  package var userFlags: UInt8 = 0
  package var list = SubkeyList.automatic
  /// Whether the subkeys are listed in the order of their upper-case names, as the format wants it.
  package var sortsSubkeys = true
  /// Whether the key is left out of its parent's list and its cells, and those below, are free.
  package var isDeleted = false

  package internal(set) var parent: HiveDescription.KeyID?
  package internal(set) var subkeys: [HiveDescription.KeyID] = []
}

/// The shape of a key's list of subkeys.
package enum SubkeyList: Sendable, Hashable {
  /// A leaf: offsets alone, with name hints, or with name hashes.
  package enum Leaf: Sendable, Hashable {
    case li
    case lf
    case lh

    /// The bytes one element takes.
    var elementSize: Int { self == .li ? 4 : 8 }

    /// How many elements fill one bin of 4096 bytes: more of them go to several leaves.
    package var usualLimit: Int { (4096 - 32 - 4 - 4) / elementSize }
  }

  /// The leaf of the version (`lf` up to 1.4, `lh` from 1.5 on), several under an `ri` where they
  /// would not fit in one bin.
  case automatic
  /// One leaf, whatever its size.
  case leaf(Leaf)
  /// An `ri` over leaves of at most `leafSize` elements.
  case index(Leaf, leafSize: Int)

  /// The kind of leaf, and the most elements one may have.
  func resolved(count: Int, minorVersion: UInt32) -> (leaf: Leaf, leafSize: Int, hasIndex: Bool) {
    switch self {
    case .automatic:
      let leaf = minorVersion >= 5 ? Leaf.lh : minorVersion >= 3 ? .lf : .li
      return (leaf, leaf.usualLimit, count > leaf.usualLimit)
    case .leaf(let leaf):
      precondition(count <= 0xFFFF, "one leaf cannot count \(count) subkeys")
      return (leaf, max(count, 1), false)
    case .index(let leaf, let leafSize):
      precondition((1...0xFFFF).contains(leafSize))
      return (leaf, leafSize, true)
    }
  }
}
