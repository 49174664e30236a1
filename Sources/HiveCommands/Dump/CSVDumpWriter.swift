// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each value, and each key without values, as a row of comma-separated values (RFC 4180).
///
/// Text is always quoted, so that the empty name of a default value differs from the missing one
/// of a key without values. Data are as in JSON, without the escapes; the strings of a list have
/// `|` between them.
///
/// A path stands in the row of each value. What is written of long paths in all is at most 32 times
/// the size of the file; after that, only their last name is, behind `…`.
///
/// With deleted keys and values there is one column more, which is `true` for those. Data that were
/// overwritten are missing. The last columns have the time that a value holds, a device property, and
/// what few keys have: a class, the target of a link, a place in layers.
struct CSVDumpWriter: DumpWriter {
  private let output: Output
  private let image: HiveImage
  private let raw: Bool
  private let hasDeleted: Bool
  private var security: KeySecurity?
  private var path: PathPrefix
  /// How many more bytes of long paths may be written.
  private var pathRoom: Int
  /// The fields that few keys have, of the key whose values are written.
  private var rareFields: [UInt8] = []
  /// The fields that say which hive a row is of, where there are several.
  private var source: [UInt8] = []
  private let isOneOfSeveral: Bool

  init(_ dump: Dump, to output: Output) {
    self.output = output
    image = dump.hive.image
    raw = dump.raw
    hasDeleted = dump.deleted
    security = KeySecurity(dump)
    path = Self.prefix(dump.startPath)
    pathRoom = 32 * dump.hive.fileSize
    isOneOfSeveral = dump.input != nil
    if let input = dump.input {
      for text in [input.machine, input.path] {
        if let text {
          source.append(0x22)
          RegistryString(text).encode(to: &source, as: CSVEscaping.self)
          source.append(0x22)
        }
        source.append(0x2C)
      }
    }
  }

  private static func prefix(_ path: RegistryPath) -> PathPrefix {
    PathPrefix(path, separator: "\\", as: CSVEscaping.self)
  }

  mutating func begin() {
    var columns: [StaticString] = [
      "path", "lastWritten", "name", "type", "typeCode", "size", "tombstone", "data",
    ]
    if raw { columns.append("raw") }
    if hasDeleted { columns.append("deleted") }
    if security != nil { columns.append("sddl") }
    columns += ["time", "property.type", "property.data", "class", "link", "layer"]
    CSVRecords(to: output, columns, namesHive: isOneOfSeveral).begin()
  }

  mutating func write(_ node: KeyNode, walk: borrowing KeyWalk) {
    path.move(to: node, depth: walk.depth, from: walk.pathAnchor, in: image)
    takeRareFields(of: node, walk)
    for value in walk.values {
      writeKey(node)
      write(value.record, extent: value.extent)
      endRow(isDeleted: false, of: node, ValueMeaning(value.record, value.extent, in: image))
    }
    guard walk.values.isEmpty else { return }
    writeKey(node)
    writeNoValue()
    endRow(isDeleted: false, of: node)
  }

  private mutating func takeRareFields(of node: KeyNode, _ walk: borrowing KeyWalk) {
    rareFields.removeAll(keepingCapacity: true)
    let layer = KeyLayer(node)
    let className = walk.className.map { RegistryString(utf16: image.units(of: $0)) }
    let link = image.linkTarget(of: node, walk.values)
    guard layer != .merged || className != nil || link != nil else { return }
    for text in [className, link] {
      rareFields.append(0x2C)
      guard let text else { continue }
      rareFields.append(0x22)
      text.encode(to: &rareFields, as: CSVEscaping.self)
      rareFields.append(0x22)
    }
    rareFields.append(0x2C)
    if layer != .merged { rareFields += layer.rawValue.utf8 }
  }

  private mutating func writeKey(_ node: KeyNode?) {
    if isOneOfSeveral { output.append(source) }
    output.append("\"")
    let bytes = path.bytes
    if bytes.count > 512, bytes.count > pathRoom,
      let separator = bytes.lastIndex(of: UInt8(ascii: "\\"))
    {
      output.append("…")
      output.append(bytes[separator...])
    } else {
      if bytes.count > 512 { pathRoom -= bytes.count }
      output.append(bytes)
    }
    output.append("\",")
    if let node { output.append(FileTime(rawValue: node.lastWritten)) }
    output.append(",")
  }

  private func writeNoValue() {
    output.append(raw ? ",,,,,," : ",,,,,")
  }

  private mutating func endRow(
    isDeleted: Bool, of node: KeyNode? = nil, _ meaning: ValueMeaning? = nil
  ) {
    if hasDeleted { output.append(isDeleted ? ",true" : ",") }
    if security != nil {
      output.append(",")
      if let node, let sddl = security?.sddl(of: node) {
        output.append(quoted: RegistryString(sddl), as: CSVEscaping.self)
      }
    }
    output.append(",")
    output.append(csvMeaning: meaning)
    if node == nil || rareFields.isEmpty {
      output.append(",,,\r\n")
    } else {
      output.append(rareFields)
      output.append("\r\n")
    }
  }

  private func write(_ record: ValueRecord, extent: ValueExtent?) {
    output.append("\"")
    output.append(record.name, in: image, as: CSVEscaping.self)
    output.append("\",")
    output.append(typeName: record.type)
    output.append(",")
    output.append(decimal: record.type)
    output.append(",")
    output.append(decimal: record.dataSize)
    output.append(record.isTombstone ? ",true," : ",,")
    guard let extent else {
      if raw { output.append(",") }
      return
    }
    output.append(csvDataOf: record, extent: extent, in: image)
    if raw {
      output.append(",")
      output.append(hexOf: extent, in: image)
    }
  }
}

extension CSVDumpWriter: DeletedDumpWriter {
  mutating func begin(deletedBelow path: RegistryPath) {
    self.path = Self.prefix(path)
  }

  mutating func write(_ entry: DeletedEntry) {
    if let node = entry.node {
      path.move(to: node, depth: entry.depth + 1, from: entry.anchor, in: image)
    }
    for (record, extent) in entry.values {
      writeKey(entry.node)
      write(record, extent: extent)
      endRow(isDeleted: true, ValueMeaning(record, extent, in: image))
    }
    guard entry.values.isEmpty else { return }
    writeKey(entry.node)
    writeNoValue()
    endRow(isDeleted: true)
  }
}
