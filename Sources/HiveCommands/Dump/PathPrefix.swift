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

  /// Makes the path that of a key at a depth below the start; depths grow by one at the most.
  mutating func move(to node: KeyNode, depth: Int, in image: HiveImage) {
    guard depth > 0 else { return }
    ends.removeLast(ends.count - depth)
    bytes.removeLast(bytes.count - ends[depth - 1])
    if !bytes.isEmpty { bytes += separator }
    encode(node.name, image, &bytes)
    ends.append(bytes.count)
  }
}
