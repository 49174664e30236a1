// SPDX-License-Identifier: MIT

import HiveFormat

extension Hive {
  /// Whether a text is anywhere in the hive's bytes, as UTF-16 or ASCII and in any case, so that it
  /// may be in a name.
  ///
  /// It is asked before a search, which takes many times as long.
  package func mayHaveName(with text: RegistryString) -> Bool {
    let needle = Needle(text: text, isCaseSensitive: false)
    let count = image.count - 4096
    guard count > 0 else { return false }
    let isFound = try? image.withBytes(at: 4096, count: count) {
      needle.find(inData: $0, holdsText: false) != nil
    }
    return isFound ?? true
  }
}
