// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes the tree in the elements and attributes of `hivexml`, as a document that is always
/// well-formed.
///
/// What `hivexml` has no words for is added to them:
/// - A name that XML cannot hold has U+FFFD in place of what is not allowed, and its UTF-16LE bytes
///   in Base64 in the attribute `name-utf16` of a node or `key-utf16` of a value.
/// - Text data that XML cannot hold, or half a character at its end, make the type `bad-string`,
///   and so on; numbers of another size than their type's keep it. Either has `encoding="base64"`.
/// - `type-code` gives the type's number where the type's name does not show it.
/// - `tombstone="1"` marks a value that hides another one; `raw` has all bytes in Base64 on demand.
/// - An element `finding` says what is wrong with the node it stands in.
///
/// Times have all seven decimals.
struct XMLDumpWriter: DumpWriter {
  let output: Output
  let image: HiveImage
  let raw: Bool
  private let header: HiveHeader
  private let rootOffset: Int
  /// How many nodes are open.
  private var open = 0

  init(_ dump: Dump, to output: Output) {
    self.output = output
    image = dump.hive.image
    raw = dump.raw
    header = dump.hive.header
    rootOffset = dump.hive.root.offset
  }

  mutating func begin() {
    output.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<hive><mtime>")
    output.append(header.lastWritten)
    output.append("</mtime>\n")
  }

  mutating func endHive() {
    close(to: 0)
    output.append("</hive>\n")
  }

  mutating func write(_ node: KeyNode, walk: borrowing KeyWalk) {
    close(to: walk.depth)
    open = walk.depth + 1
    output.append("<node")
    append(node.name, as: "name", encodedAs: "name-utf16")
    if node.offset == rootOffset { output.append(" root=\"1\"") }
    output.append("><mtime>")
    output.append(FileTime(rawValue: node.lastWritten))
    output.append("</mtime><byte_runs>")
    append(runAt: node.offset, count: KeyNode.fixedSize + 4 + node.name.byteCount)
    output.append("</byte_runs>\n")
    for value in walk.values {
      write(value.record, extent: value.extent)
    }
    for fault in walk.faults { write(fault) }
  }

  private mutating func close(to depth: Int) {
    while open > depth {
      output.append("</node>\n")
      open -= 1
    }
  }

  private func write(_ fault: FormatError) {
    output.append("<finding id=\"")
    output.append(text: fault.code.rawValue)
    output.append("\" offset=\"")
    output.append(decimal: fault.offset)
    output.append("\" expected=")
    output.append(quoted: RegistryString(fault.expected), as: XMLEscaping.self)
    output.append(" found=")
    output.append(quoted: RegistryString(fault.found), as: XMLEscaping.self)
    output.append("/>\n")
  }
}

// MARK: - Parts of elements

extension XMLDumpWriter {
  /// Appends a name as an attribute, and as another one where XML cannot hold it.
  func append(_ name: StoredName, as attribute: StaticString, encodedAs encoded: StaticString) {
    output.append(" ")
    output.append(attribute)
    output.append("=\"")
    output.append(name, in: image, as: XMLEscaping.self)
    output.append("\"")
    guard !XMLEscaping.canHold(name.unitCount, { image.unit($0, of: name) }) else { return }
    let bytes = image.units(of: name).flatMap { unit in
      [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
    }
    append(base64: bytes, as: encoded)
  }

  func append(base64 bytes: [UInt8], as attribute: StaticString) {
    output.append(" ")
    output.append(attribute)
    output.append("=\"")
    output.append(base64: bytes)
    output.append("\"")
  }

  func append(runAt offset: Int, count: Int) {
    output.append("<byte_run file_offset=\"")
    output.append(decimal: offset)
    output.append("\" len=\"")
    output.append(decimal: count)
    output.append("\"/>")
  }

  /// Appends where the bytes of a value stand, and ends its element.
  func close(_ record: ValueRecord, extent: ValueExtent) {
    output.append("<byte_runs>")
    append(runAt: record.offset, count: ValueRecord.fixedSize + 4 + record.name.byteCount)
    // The runs are cells: their content follows the 4 bytes of the size field.
    if !record.isInline, extent.count > 0 {
      image.forEachRun(of: extent) { offset, count in
        if let offset { append(runAt: offset - 4, count: count + 4) }
      }
    }
    output.append("</byte_runs></value>\n")
  }
}
