// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each key as a block of lines for a person to read.
///
/// ```
/// [Control Panel\Desktop]  2024-06-21T16:45:12.4537497Z
///   Wallpaper       REG_SZ     "C:\Users\anna\Pictures\Sommerfest.jpg"
///   Win8DpiScaling  REG_DWORD  0 (0x00000000)
/// ```
struct TextDumpWriter: DumpWriter {
  let output: Output
  let image: HiveImage
  let raw: Bool
  private var path: PathPrefix
  private var security: KeySecurity?
  private var isFirst: Bool
  private let input: InputHive?

  /// A name that is wider than this many columns does not move the next ones to the right.
  private static let widestName = 40

  init(_ dump: Dump, to output: Output) {
    self.output = output
    image = dump.hive.image
    raw = dump.raw
    security = KeySecurity(dump)
    path = Self.prefix(dump.startPath)
    isFirst = dump.isFirst
    input = dump.input
  }

  mutating func beginHive() {
    guard let input else { return }
    if !isFirst { output.append("\n") }
    isFirst = true
    output.styled(.bold) {
      output.append(text: "# \(RegistryString(input.path).visible)")
      if let machine = input.machine {
        output.append(text: " (\(RegistryString(machine).visible))")
      }
    }
    output.append("\n")
  }

  private static func prefix(_ path: RegistryPath) -> PathPrefix {
    PathPrefix(path, separator: "\\", as: VisibleEscaping.self)
  }

  mutating func write(_ node: KeyNode, walk: borrowing KeyWalk) {
    path.move(to: node, depth: walk.depth, from: walk.pathAnchor, in: image)
    writePath()
    writeHeader(of: node, className: walk.className)
    if security != nil {
      output.append("  ")
      let sddl = security?.sddl(of: node)
      output.styled(.dim) { output.append(text: sddl ?? "(no readable security descriptor)") }
      output.append("\n")
    }
    let layout = Layout(of: walk.values.lazy.map(\.record), in: image, widestName: Self.widestName)
    for value in walk.values {
      write(value.record, extent: value.extent, layout: layout)
    }
    for fault in walk.faults {
      output.append("  ")
      output.styled(.warning) { output.append(text: "! \(fault)") }
      output.append("\n")
    }
  }

  private mutating func writePath() {
    if !isFirst { output.append("\n") }
    isFirst = false
    output.styled(.bold) {
      output.append("[")
      if path.isEmpty { output.append("\\") }
      output.append(path.bytes)
      output.append("]")
    }
    output.append("  ")
  }

  private func writeHeader(of node: KeyNode, className: StoredName?) {
    output.styled(.dim) { output.append(FileTime(rawValue: node.lastWritten)) }
    if let className {
      output.append("  ")
      output.styled(.dim) { output.append("class ") }
      output.append(
        quoted: RegistryString(utf16: image.units(of: className)), as: QuotedEscaping.self)
    }
    switch KeyLayer(node) {
    case .merged: break
    case .tombstone: output.append("  (tombstone)")
    case .supersedeLocal: output.append("  (replaces the key of the layer below)")
    case .supersedeTree: output.append("  (replaces the key of the layer below and its subkeys)")
    }
    output.append("\n")
  }

  private func write(_ record: ValueRecord, extent: ValueExtent?, layout: Layout) {
    output.append("  ")
    if record.name.unitCount == 0 {
      output.styled(.dim) { output.append("(Default)") }
    } else {
      output.append(record.name, in: image, as: VisibleEscaping.self)
    }
    pad(from: Layout.width(of: record.name, in: image), to: layout.nameWidth)
    output.styled(.dim) { output.append(shownTypeName: record.type) }
    pad(from: Layout.width(ofType: record.type), to: layout.typeWidth)
    if record.isTombstone {
      output.append("(tombstone)")
    } else if let extent {
      writeData(of: record, extent: extent, indent: layout.dataColumn)
    } else {
      output.append("(data written over)")
    }
    output.append("\n")
    if raw, let extent { writeHexDump(of: extent) }
  }

  private func pad(from width: Int, to column: Int) {
    output.append(spaces: max(column - width, 0) + 2)
  }
}

// MARK: - What is deleted

extension TextDumpWriter: DeletedDumpWriter {
  mutating func begin(deletedBelow path: RegistryPath) {
    self.path = Self.prefix(path)
  }

  mutating func write(_ entry: DeletedEntry) {
    if let node = entry.node {
      path.move(to: node, depth: entry.depth + 1, from: entry.anchor, in: image)
    }
    writePath()
    if let node = entry.node {
      output.styled(.dim) { output.append(FileTime(rawValue: node.lastWritten)) }
      output.append("  ")
    }
    output.styled(.warning) {
      switch entry.place {
      case nil: output.append("(deleted values of unknown keys)")
      case .unreferencedCell?: output.append("(not deleted, but nothing leads to it")
      default: output.append("(deleted")
      }
      if entry.place != nil { output.append(entry.isOrphan ? "; parent unknown)" : ")") }
    }
    output.append("\n")
    let layout = Layout(
      of: entry.values.map(\.record), in: image, widestName: Self.widestName)
    for (record, extent) in entry.values { write(record, extent: extent, layout: layout) }
  }
}

// MARK: - Columns

extension TextDumpWriter {
  /// How wide the columns of a key's values are.
  struct Layout {
    private(set) var nameWidth = 0
    private(set) var typeWidth = 0

    /// Where the data begin.
    var dataColumn: Int { nameWidth + typeWidth + 6 }

    init(of records: some Sequence<ValueRecord>, in image: HiveImage, widestName: Int) {
      for record in records {
        let width = Self.width(of: record.name, in: image)
        if width <= widestName { nameWidth = max(nameWidth, width) }
        typeWidth = max(typeWidth, Self.width(ofType: record.type))
      }
    }

    static func width(ofType type: UInt32) -> Int {
      type < ValueType.names.count
        ? ValueType.names[Int(type)].utf8CodeUnitCount
        : ValueType(rawValue: type).shown.utf8.count
    }

    static func width(of name: StoredName, in image: HiveImage) -> Int {
      guard name.unitCount > 0 else { return 9 }
      var width = 0
      var highSurrogate: UInt16?
      for index in 0..<name.unitCount {
        let unit = image.unit(index, of: name)
        if let high = highSurrogate {
          highSurrogate = nil
          if unit & 0xFC00 == 0xDC00 {
            width += VisibleEscaping.columns(
              0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF)))
            continue
          }
          width += VisibleEscaping.columns(UInt32(high))
        }
        if unit & 0xFC00 == 0xD800 {
          highSurrogate = unit
        } else {
          width += VisibleEscaping.columns(UInt32(unit))
        }
      }
      return width + (highSurrogate.map { VisibleEscaping.columns(UInt32($0)) } ?? 0)
    }
  }
}
