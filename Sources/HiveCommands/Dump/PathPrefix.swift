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
  /// Whether names of printable ASCII stand for themselves in the format, but for some marks.
  private let copiesPlainNames: Bool
  /// The path from the root, and from each anchor after that; what is behind ``end`` is left from
  /// other keys, here and below.
  private var whole: [UInt8]
  private var end: Int
  private var depth = 0
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
  var bytes: ArraySlice<UInt8> { whole[(anchors.last?.start ?? 0)..<end] }
  var isEmpty: Bool { end == 0 }
  /// Whether the path begins at a key that its offset names.
  var hasAnchor: Bool { !anchors.isEmpty }

  /// Begins with the path, already encoded, of the key where a walk begins.
  init(
    _ path: RegistryPath, encoded: [UInt8], separator: String, copiesPlainNames: Bool = true,
    encode: @escaping Encode
  ) {
    start = path
    if !path.joined.isWellFormed { malformedDepth = 0 }
    self.copiesPlainNames = copiesPlainNames
    whole = encoded
    end = encoded.count
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
    guard depth > 0, depth <= ends.count else { return }
    self.depth = depth
    while let last = anchors.last, last.depth >= depth { anchors.removeLast() }
    if depth <= names.count { names[depth - 1] = node.name } else { names.append(node.name) }
    if let malformed = malformedDepth, malformed >= depth { malformedDepth = nil }
    if malformedDepth == nil, !node.name.isLatin1, !image.isWellFormed(node.name) {
      malformedDepth = depth
    }
    end = ends[depth - 1]
    if let anchor, anchors.last?.depth != anchor.depth {
      anchors.append((anchor.depth, end))
      cut()
      whole += RegistryPath.mark(of: anchor.offset).utf8
      end = whole.count
      ends[depth - 1] = end
    }
    if !appendPlain(node.name, in: image) {
      cut()
      if !whole.isEmpty { whole += separator }
      encode(node.name, image, &whole)
      end = whole.count
    }
    if depth < ends.count { ends[depth] = end } else { ends.append(end) }
  }

  /// Takes away what is left of other keys.
  private mutating func cut() {
    if whole.count > end { whole.removeSubrange(end...) }
  }

  /// Appends a name that is the same in the format as in the hive, as most are; false where it is
  /// not.
  @inline(__always)
  private mutating func appendPlain(_ name: StoredName, in image: HiveImage) -> Bool {
    guard copiesPlainNames, name.isLatin1, name.byteCount > 0 else { return false }
    let gap = end == 0 ? 0 : separator.count
    let start = end &+ gap
    // Names are copied in words of eight bytes.
    let room = start &+ name.byteCount &+ 8
    if whole.count < room { whole += repeatElement(0, count: room &- whole.count &+ 256) }
    for index in 0..<gap { whole[end &+ index] = separator[index] }
    let isPlain = unsafe whole.withUnsafeMutableBytes { bytes in
      var index = 0
      while index < name.byteCount {
        guard let word = try? image.uint64(at: name.offset &+ index) else { return false }
        let rest = min(name.byteCount &- index, 8)
        let mask = UInt64.max >> UInt64(64 &- 8 &* rest)
        guard (escaped(bytes: word) | bars(in: word)) & mask == 0 else { return false }
        unsafe bytes.storeBytes(
          of: word.littleEndian, toByteOffset: start &+ index, as: UInt64.self)
        index &+= 8
      }
      return true
    }
    if isPlain { end = start &+ name.byteCount }
    return isPlain
  }

  /// Whether the path is not valid UTF-16.
  var isMalformed: Bool { malformedDepth != nil }

  /// The path's UTF-16 units.
  func units(in image: HiveImage) -> [UInt16] {
    var units = start.joined.utf16
    var rest = names[..<depth]
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
