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
  /// The path from the root, and from each anchor after that.
  private var whole: [UInt8]
  /// Where the path of the key at each depth ends.
  private var ends: [Int]
  /// The depths of the keys that paths go on from, and where their marks begin.
  private var anchors: [(depth: Int, start: Int)] = []

  private let start: RegistryPath
  /// The names below the start.
  private var names: [StoredName] = []
  /// The depth of the first name that is not valid UTF-16.
  private var malformedDepth: Int?

  /// The encoded path of the current key.
  var bytes: ArraySlice<UInt8> { whole[(anchors.last?.start ?? 0)...] }
  var isEmpty: Bool { whole.isEmpty }
  /// Whether the path begins at a key that its offset names.
  var hasAnchor: Bool { !anchors.isEmpty }

  /// Begins with the path, already encoded, of the key where a walk begins.
  init(
    _ path: RegistryPath, encoded: [UInt8], separator: String, encode: @escaping Encode
  ) {
    start = path
    if !path.joined.isWellFormed { malformedDepth = 0 }
    whole = encoded
    ends = [encoded.count]
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
      Self.encode(name, to: &start, as: escaping)
    }
    self.init(path, encoded: start, separator: separator) { name, image, bytes in
      Self.encode(RegistryString(utf16: image.units(of: name)), to: &bytes, as: escaping)
    }
  }

  private static func encode<Escaping: CharacterEscaping>(
    _ name: RegistryString, to bytes: inout [UInt8], as escaping: Escaping.Type
  ) {
    // The marks of what is made visible are escaped by themselves.
    if escaping == VisibleEscaping.self {
      bytes += name.visibleInPath.utf8
    } else {
      name.inPath.encode(to: &bytes, as: escaping)
    }
  }

  /// Makes the path that of a key at a depth below the start; depths grow by one at the most.
  ///
  /// - Parameters:
  ///   - node: The key.
  ///   - depth: Its depth.
  ///   - anchor: The key that its path continues from; nil where it begins at the root.
  ///   - image: The hive.
  mutating func move(
    to node: KeyNode, depth: Int, from anchor: PathAnchors.Anchor?, in image: HiveImage
  ) {
    guard depth > 0 else { return }
    while ends.count > depth { ends.removeLast() }
    while let last = anchors.last, last.depth >= depth { anchors.removeLast() }
    names.removeLast(max(0, names.count - depth + 1))
    names.append(node.name)
    if let malformed = malformedDepth, malformed >= depth { malformedDepth = nil }
    if malformedDepth == nil, !node.name.isLatin1, !image.isWellFormed(node.name) {
      malformedDepth = depth
    }
    let length = ends[depth - 1]
    if whole.count > length { whole.removeSubrange(length...) }
    if let anchor, anchors.last?.depth != anchor.depth {
      anchors.append((anchor.depth, whole.count))
      whole += RegistryPath.mark(of: anchor.offset).utf8
      ends[depth - 1] = whole.count
    }
    if !whole.isEmpty { whole += separator }
    encode(node.name, image, &whole)
    ends.append(whole.count)
  }

  /// Whether the path is not valid UTF-16.
  var isMalformed: Bool { malformedDepth != nil }

  /// The path's UTF-16 units.
  func units(in image: HiveImage) -> [UInt16] {
    var units = start.joined.utf16
    var rest = names[...]
    if let anchor = anchors.last {
      // As in the text, the path continues from the mark.
      units = whole[anchor.start..<ends[anchor.depth]].map { UInt16($0) }
      rest = names.dropFirst(anchor.depth)
    }
    for name in rest {
      if !units.isEmpty { units.append(0x5C) }
      units += image.units(of: name)
    }
    return units
  }
}

extension HiveImage {
  /// Whether a name is valid UTF-16.
  func isWellFormed(_ name: StoredName) -> Bool {
    name.isLatin1 || RegistryString(utf16: units(of: name)).isWellFormed
  }
}
