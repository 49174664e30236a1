// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each key as a JSON object: on lines of their own, or as one array.
struct JSONDumpWriter: DumpWriter {
  let output: Output
  let image: HiveImage
  let raw: Bool
  private let isArray: Bool
  private var security: KeySecurity?
  private(set) var path: PathPrefix
  /// The time of the key before: neighbours often have the same.
  var time = TimeText(FileTime(rawValue: 0))
  private var isFirst: Bool
  /// The members that say which hive a key is in, where there are several.
  private var source: [UInt8] = []

  init(_ dump: Dump, asArray isArray: Bool, to output: Output) {
    self.output = output
    image = dump.hive.image
    raw = dump.raw
    self.isArray = isArray
    security = KeySecurity(dump)
    path = Self.prefix(dump.startPath)
    isFirst = dump.isFirst
    if let input = dump.input {
      for (name, text) in [("machine", input.machine), ("hive", input.path)] {
        guard let text else { continue }
        source += "\"\(name)\":\"".utf8
        Self.encode(RegistryString(text), to: &source)
        source += "\",".utf8
      }
    }
  }

  private static func prefix(_ path: RegistryPath) -> PathPrefix {
    var start: [UInt8] = []
    encode(path, to: &start)
    return PathPrefix(path, encoded: start, separator: "\\\\") { name, image, bytes in
      encode(RegistryString(utf16: image.units(of: name)).inPath, to: &bytes)
    }
  }

  mutating func begin() {
    if isArray { output.append("[\n") }
  }

  mutating func write(_ node: KeyNode, walk: borrowing KeyWalk) {
    path.move(to: node, depth: walk.depth, from: walk.pathAnchor, in: image)
    if !isPlain(node, walk) || !beginPlainObject(node) { begin(node, walk) }
    // By the property itself, which costs no call for each of many keys.
    let values = walk.traversal.visit.values
    for index in values.indices {
      if !writePlain(values[index], isFirst: index == 0) {
        if index > 0 { output.append(",") }
        write(values[index].record, extent: values[index].extent)
      }
    }
    output.append("]")
    if !walk.traversal.visit.faults.isEmpty { write(walk.faults) }
    output.append(isArray ? "}" : "}\n")
  }

  /// Whether a key has no members but those that all keys have.
  private func isPlain(_ node: KeyNode, _ walk: borrowing KeyWalk) -> Bool {
    !isArray && source.isEmpty && security == nil && !path.isMalformed && !walk.isPathEscaped
      && walk.traversal.visit.className == nil && KeyLayer(node) == .merged
      && !KeyFlags(rawValue: node.flags).contains(.symbolicLink)
  }

  /// Writes the members of a key up to its values.
  private mutating func begin(_ node: KeyNode, _ walk: borrowing KeyWalk) {
    beginObject()
    output.append("\"")
    if walk.isPathEscaped { writeNames(of: walk.path) }
    output.append(",\"lastWritten\":\"")
    output.append(FileTime(rawValue: node.lastWritten))
    output.append("\"")
    write(KeyLayer(node))
    if let className = walk.className { write(className: className) }
    if let target = image.linkTarget(of: node, walk.values) {
      output.append(",\"link\":")
      output.append(json: target)
    }
    if security != nil {
      output.append(",\"sddl\":")
      if let sddl = security?.sddl(of: node) {
        output.append(json: RegistryString(sddl))
      } else {
        output.append("null")
      }
    }
    output.append(",\"values\":[")
  }

  private mutating func beginObject() {
    if isArray, !isFirst { output.append(",\n") }
    isFirst = false
    output.append("{")
    if !source.isEmpty { output.append(source) }
    output.append("\"path\":\"")
    output.append(path.bytes)
    guard path.isMalformed else { return }
    output.append("\",\"pathUTF16\":\"")
    output.append(unitsOf: path.units(in: image))
  }

  /// Writes the names of a path one by one, where a name has in it what stands between names.
  private func writeNames(of path: RegistryPath) {
    guard path.names.contains(where: \.isEscapedInPath) else { return }
    var separator: StaticString = ",\"names\":["
    for name in path.names {
      output.append(separator)
      separator = ","
      output.append(json: name)
    }
    output.append("]")
  }

  private func write(className name: StoredName) {
    let text = RegistryString(utf16: image.units(of: name))
    output.append(",\"class\":")
    output.append(json: text)
    guard !text.isWellFormed else { return }
    output.append(",\"classUTF16\":\"")
    output.append(unitsOf: text.utf16)
    output.append("\"")
  }

  private func write(_ layer: KeyLayer) {
    guard layer != .merged else { return }
    output.append(",\"layer\":\"")
    output.append(text: layer.rawValue)
    output.append("\"")
  }

  private func write(_ record: ValueRecord, extent: ValueExtent?) {
    output.append("{\"name\":\"")
    output.append(jsonOf: record.name, in: image)
    if !image.isWellFormed(record.name) {
      output.append("\",\"nameUTF16\":\"")
      output.append(unitsOf: image.units(of: record.name))
    }
    if record.type < Self.typeFields.count {
      output.append(Self.typeFields[Int(record.type)])
    } else {
      output.append("\",\"type\":\"")
      output.append(text: ValueType(rawValue: record.type).description)
      output.append("\",\"typeCode\":")
      output.append(decimal: record.type)
      output.append(",\"size\":")
    }
    output.append(decimal: record.dataSize)
    if record.isTombstone { output.append(",\"tombstone\":true") }
    output.append(",")
    output.append(jsonDataOf: record, extent: extent, in: image, raw: raw)
    output.append("}")
  }

  /// From the end of the name to the size, for the types 0 to 11.
  private static let typeFields: [StaticString] = [
    #"","type":"REG_NONE","typeCode":0,"size":"#,
    #"","type":"REG_SZ","typeCode":1,"size":"#,
    #"","type":"REG_EXPAND_SZ","typeCode":2,"size":"#,
    #"","type":"REG_BINARY","typeCode":3,"size":"#,
    #"","type":"REG_DWORD","typeCode":4,"size":"#,
    #"","type":"REG_DWORD_BIG_ENDIAN","typeCode":5,"size":"#,
    #"","type":"REG_LINK","typeCode":6,"size":"#,
    #"","type":"REG_MULTI_SZ","typeCode":7,"size":"#,
    #"","type":"REG_RESOURCE_LIST","typeCode":8,"size":"#,
    #"","type":"REG_FULL_RESOURCE_DESCRIPTOR","typeCode":9,"size":"#,
    #"","type":"REG_RESOURCE_REQUIREMENTS_LIST","typeCode":10,"size":"#,
    #"","type":"REG_QWORD","typeCode":11,"size":"#,
  ]

  private func write(_ faults: [FormatError]) {
    var separator: StaticString = ",\"findings\":["
    for fault in faults {
      output.append(separator)
      separator = ","
      output.append("{\"id\":\"")
      output.append(text: fault.code.rawValue)
      output.append("\",\"offset\":")
      output.append(decimal: fault.offset)
      output.append(",\"expected\":")
      output.append(json: RegistryString(fault.expected))
      output.append(",\"found\":")
      output.append(json: RegistryString(fault.found))
      output.append("}")
    }
    output.append("]")
  }

  /// Appends text as the inside of a JSON string.
  private static func encode(_ text: RegistryString, to bytes: inout [UInt8]) {
    var encoder = JSONStringEncoder()
    unsafe withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: JSONStringEncoder.growth
    ) { room in
      guard let start = room.baseAddress else { return }
      for unit in text.utf16 {
        let count = unsafe encoder.encode(unit, to: start)
        unsafe bytes.append(contentsOf: room[..<count])
      }
      let count = unsafe encoder.finish(to: start)
      unsafe bytes.append(contentsOf: room[..<count])
    }
  }

  private static func encode(_ path: RegistryPath, to bytes: inout [UInt8]) {
    for (index, name) in path.names.enumerated() {
      if index > 0 { bytes += [0x5C, 0x5C] }
      encode(name.inPath, to: &bytes)
    }
  }
}

// MARK: - What is deleted

extension JSONDumpWriter: DeletedDumpWriter {
  mutating func begin(deletedBelow path: RegistryPath) {
    self.path = Self.prefix(path)
  }

  mutating func write(_ entry: DeletedEntry) {
    if let node = entry.node {
      path.move(to: node, depth: entry.depth + 1, from: entry.anchor, in: image)
    }
    beginObject()
    output.append("\",\"lastWritten\":")
    if let node = entry.node {
      output.append("\"")
      output.append(FileTime(rawValue: node.lastWritten))
      output.append("\"")
    } else {
      output.append("null")
    }
    output.append(",\"deleted\":true")
    if entry.isOrphan { output.append(",\"orphan\":true") }
    if let place = entry.place {
      output.append(",\"foundIn\":\"")
      output.append(text: place.rawValue)
      output.append("\"")
    }
    output.append(",\"values\":[")
    var separator: StaticString = ""
    for (record, extent) in entry.values {
      output.append(separator)
      separator = ","
      write(record, extent: extent)
    }
    output.append(isArray ? "]}" : "]}\n")
  }
}
