// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each key as a line of a body file of The Sleuth Kit 3.x, for timelines:
/// `MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime`.
///
/// The name is the key's path, the inode the file offset of its cell, and the time of modification
/// that of its last write in whole seconds since 1970. The other times, and one before 1970, are -1:
/// mactime makes a row of a time of 0. All else is unknown, which is 0. The root's path is `\` where
/// no prefix is in front of it. The name of a deleted key ends with ` (deleted)`, as The Sleuth
/// Kit marks files; deleted values have no line.
struct BodyfileDumpWriter: DumpWriter {
  private let output: Output
  private let image: HiveImage
  private var path: PathPrefix

  init(_ dump: Dump, to output: Output) {
    self.output = output
    image = dump.hive.image
    path = Self.prefix(dump.startPath)
  }

  private static func prefix(_ path: RegistryPath) -> PathPrefix {
    PathPrefix(path, separator: "\\", as: BodyfileEscaping.self)
  }

  mutating func write(_ node: KeyNode, walk: borrowing KeyWalk) {
    path.move(to: node, depth: walk.depth, from: walk.pathAnchor, in: image)
    write(node, mark: "|")
  }

  private func write(_ node: KeyNode, mark: StaticString) {
    output.append("0|")
    if path.isEmpty { output.append("\\") }
    output.append(path.bytes)
    output.append(mark)
    output.append(decimal: node.offset)
    output.append("|0|0|0|0|-1|")
    let seconds = FileTime(rawValue: node.lastWritten).unixSeconds
    output.append(decimal: seconds > 0 ? seconds : -1)
    output.append("|-1|-1\n")
  }
}

extension BodyfileDumpWriter: DeletedDumpWriter {
  mutating func begin(deletedBelow path: RegistryPath) {
    self.path = Self.prefix(path)
  }

  mutating func write(_ entry: DeletedEntry) {
    guard let node = entry.node else { return }
    path.move(to: node, depth: entry.depth + 1, from: entry.anchor, in: image)
    write(node, mark: " (deleted)|")
  }
}
