// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// The path of the current key of a walk, encoded for one output format.
///
/// The part that a key shares with its parent is encoded once, not once a key.
struct PathPrefix {
  /// Appends a name to bytes of the output format.
  typealias Encode = (StoredName, HiveImage, inout [UInt8]) -> Void

  private let separator: [UInt8]
  private let encode: Encode
  /// Where the path of the key at each depth ends.
  private var ends: [Int]

  /// The encoded path of the current key.
  private(set) var bytes: [UInt8]

  /// Begins with the path, already encoded, of the key where a walk begins.
  init(start: [UInt8], separator: String, encode: @escaping Encode) {
    bytes = start
    ends = [start.count]
    self.separator = [UInt8](separator.utf8)
    self.encode = encode
  }

  /// Begins with the path of the key where a walk begins; names get the escapes of a format.
  init<Escaping: CharacterEscaping>(
    _ path: RegistryPath, separator: String, as escaping: Escaping.Type
  ) {
    var start: [UInt8] = []
    for (index, name) in path.names.enumerated() {
      if index > 0 { start += separator.utf8 }
      name.encode(to: &start, as: escaping)
    }
    self.init(start: start, separator: separator) { name, image, bytes in
      RegistryString(utf16: image.units(of: name)).encode(to: &bytes, as: escaping)
    }
  }

  /// Makes the path that of a key at a depth below the start; depths grow by one at the most.
  mutating func move(to node: KeyNode, depth: Int, in image: HiveImage) {
    guard depth > 0 else { return }
    while ends.count > depth { ends.removeLast() }
    let length = ends[depth - 1]
    if bytes.count > length { bytes.removeSubrange(length...) }
    if !bytes.isEmpty { bytes += separator }
    encode(node.name, image, &bytes)
    ends.append(bytes.count)
  }
}
