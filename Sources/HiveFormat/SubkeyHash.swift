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
