// SPDX-License-Identifier: MIT

import WindowsTypes

/// The hash that an `lh` list keeps beside each subkey.
package enum SubkeyHash {
  /// The hash of a key name.
  ///
  /// Starting from zero, the hash is multiplied by 37 and the upper-case form of the next unit
  /// is added, all modulo 2³². A name stored as one byte a character is hashed as the UTF-16
  /// units it stands for. Source: the `lh` list in the regf specification
  /// (https://github.com/msuhanov/regf).
  @inlinable
  package static func lh(_ units: some Sequence<UInt16>) -> UInt32 {
    var hash: UInt32 = 0
    for unit in units {
      hash = hash &* 37 &+ UInt32(Upcase.unit(unit))
    }
    return hash
  }
}

extension HiveImage {
  /// The hash of a stored name.
  func subkeyHash(of name: StoredName) -> UInt32 {
    guard name.isLatin1,
      let hash = try? withBytes(
        at: name.offset, count: name.byteCount,
        { bytes in
          var hash: UInt32 = 0
          for index in bytes.indices {
            hash = hash &* 37 &+ UInt32(Upcase.unit(UInt16(bytes[index])))
          }
          return hash
        })
    else { return SubkeyHash.lh((0..<name.unitCount).lazy.map { unit($0, of: name) }) }
    return hash
  }
}
