// SPDX-License-Identifier: MIT

import HiveFormat

/// The path of each deleted key, in the order of ``DeletedRecords/order``.
///
/// Names are read once on the way, however deep deleted keys are in each other.
package struct DeletedTrail {
  private let records: DeletedRecords
  /// The live key that the deleted ones at hand were in, and its path.
  private var liveParent: Int?
  private var livePath = RegistryPath(names: [])
  /// Whether the way from the root to the current key is known.
  private(set) package var isKnown = false
  /// The names of the deleted keys down to the current one.
  private var names: [RegistryString] = []
  private var anchors: PathAnchors

  package init(_ records: DeletedRecords) {
    self.records = records
    anchors = PathAnchors(budget: PathAnchors.budget(for: records.hive.image))
  }

  /// Goes on to a key.
  ///
  /// - Parameters:
  ///   - index: Its place in the scan.
  ///   - depth: How many deleted keys are above it.
  package mutating func enter(_ index: Int, depth: Int) {
    let key = records.scan.keys[index]
    if depth == 0 { begin(below: key.parent) }
    names.removeLast(names.count - depth)
    let image = records.hive.image
    names.append(RegistryString(utf16: image.units(of: key.node.name)))
    anchors.move(to: key.node, depth: depth + 1, isPlain: image.isPlain(key.node.name))
  }

  private mutating func begin(below parent: DeletedScan.Parent) {
    names = []
    guard case .live(let live) = parent else {
      isKnown = false
      anchors.begin(at: 0, path: "?")
      return
    }
    isKnown = true
    if live != liveParent {
      liveParent = live
      livePath = records.livePath(of: live)
    }
    anchors.begin(at: records.scan.liveKeys[live].node.fileOffset, path: livePath)
  }

  /// The current key's own name.
  package var name: RegistryString { names.last ?? "" }

  /// The names on the way to the live key that the current one was in.
  package var namesAbove: [RegistryString] { isKnown ? livePath.names : [] }

  /// The path of the current key; it begins with `?` where the way from the root is not known.
  package var path: RegistryPath {
    guard let anchor = anchors.current else {
      return RegistryPath(names: (isKnown ? livePath.names : ["?"]) + names)
    }
    return RegistryPath(below: anchor.offset, names: names[anchor.depth...])
  }
}
