// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// What to dump, apart from the format.
struct Dump {
  let hive: Hive
  /// The key to begin with.
  let start: Key
  /// How the path of the key to begin with is written, prefix included.
  let startPath: RegistryPath
  /// How many levels below the key to begin with to write.
  let depth: Int
  /// Whether to write all bytes of each value's data.
  let raw: Bool
}

/// Writes a dump in one format, key by key.
protocol DumpWriter {
  /// Writes what stands before the first key.
  mutating func begin()
  /// Writes a key and its values. What is wrong with them is in `walk.faults` afterwards.
  mutating func write(_ node: KeyNode, walk: inout KeyWalk)
  /// Writes what stands behind the last key.
  mutating func end()
}

extension Dump {
  /// Writes the dump and hands what could not be read to `report`, with the path of its key.
  func run(
    _ writer: some DumpWriter, to output: Output, progress: inout Progress,
    report: (RegistryPath, [FormatError]) -> Void
  ) {
    var writer = writer
    var walk = start.walk(maximumDepth: depth)
    writer.begin()
    while output.failure == nil, let node = walk.nextNode() {
      writer.write(node, walk: &walk)
      if !walk.faults.isEmpty { report(walk.path, walk.faults) }
      progress.advance()
    }
    writer.end()
    output.flush()
  }
}
