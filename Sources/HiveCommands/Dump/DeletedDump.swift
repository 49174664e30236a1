// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// A deleted key with its values, or the deleted values whose key is not known.
struct DeletedEntry {
  /// The key; nil for values whose key is not known.
  let node: KeyNode?
  /// Where the key was found; nil for values whose key is not known.
  let place: DeletedPlace?
  /// How far the key is below the path that was begun with.
  let depth: Int
  /// The deleted key above from which its path continues; nil where it starts at the first path.
  let anchor: PathAnchors.Anchor?
  /// The values; without an extent where their data are lost.
  let values: [(record: ValueRecord, extent: ValueExtent?)]
  /// Whether what it was in is not known, so that its path begins with `?`.
  let isOrphan: Bool
}

/// Writes a dump in a format that has words for what is deleted.
protocol DeletedDumpWriter: DumpWriter {
  /// Begins with deleted keys below a path.
  mutating func begin(deletedBelow path: RegistryPath)
  /// Writes a deleted key and its values.
  mutating func write(_ entry: DeletedEntry)
}

extension Dump {
  /// Writes what is deleted: keys, each after its parent, then the values without a key.
  ///
  /// Where the dump begins at a key, only what was below it is written.
  func writeDeleted(_ writer: inout some DeletedDumpWriter, to output: Output) {
    let records = hive.deletedRecords()
    let scan = records.scan
    let orphanPath = RegistryPath(names: prefix.names + ["?"])
    let isWhole = start.offset == hive.root.offset
    var isOrphan = false
    var isLeftOut = false
    var anchors = PathAnchors(budget: PathAnchors.budget(for: hive.image))
    for (index, depth) in records.order {
      guard output.failure == nil else { return }
      let key = scan.keys[index]
      if depth == 0 {
        if case .live(let live) = key.parent {
          isOrphan = false
          let path = path(below: start, of: live, in: records)
          isLeftOut = path == nil
          if let path {
            anchors.begin(at: scan.liveKeys[live].node.fileOffset, path: path)
            writer.begin(deletedBelow: path)
          }
        } else {
          isOrphan = true
          isLeftOut = !isWhole
          anchors.begin(at: 0, path: orphanPath)
          writer.begin(deletedBelow: orphanPath)
        }
      }
      guard !isLeftOut else { continue }
      anchors.move(to: key.node, depth: depth + 1, isPlain: hive.image.isPlain(key.node.name))
      writer.write(
        DeletedEntry(
          node: key.node, place: DeletedPlace(key.place), depth: depth, anchor: anchors.current,
          values: key.values.map { Self.value(scan.values[$0]) },
          isOrphan: isOrphan))
    }
    let values = scan.values.filter { !$0.hasKey }
    guard isWhole, !values.isEmpty else { return }
    writer.begin(deletedBelow: orphanPath)
    writer.write(
      DeletedEntry(
        node: nil, place: nil, depth: 0, anchor: nil, values: values.map(Self.value), isOrphan: true
      ))
  }

  private static func value(
    _ value: DeletedScan.Value
  ) -> (record: ValueRecord, extent: ValueExtent?) {
    (value.record, value.data)
  }

  /// How the path of a live key is written; nil where it is not the key to begin with, nor below it.
  private func path(below start: Key, of live: Int, in records: DeletedRecords) -> RegistryPath? {
    let keys = records.scan.liveKeys
    var names: [RegistryString] = []
    var index = live
    while keys.indices.contains(index) {
      let offset = keys[index].node.fileOffset
      if offset == start.offset {
        return RegistryPath(names: startPath.names + names.reversed())
      }
      if let node = try? KeyNode(parsing: hive.image, at: offset) {
        names.append(RegistryString(utf16: hive.image.units(of: node.name)))
      }
      index = Int(keys[index].parent)
    }
    return nil
  }
}
