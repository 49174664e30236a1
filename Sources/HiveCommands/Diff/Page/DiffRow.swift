// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// A row of the page of `hive diff`: what was before, and what is after.
struct DiffRow {
  /// How many characters of text, and how many texts of a list, are shown.
  private static let textLimit = 1_000
  private static let listLimit = 50

  let change: HiveChange
  let output: Output

  // MARK: - Keys

  /// Writes what of a key itself is not the same; of one that only one copy has, what is special
  /// about it.
  func write(_ before: Key?, _ after: Key?) {
    guard let before, let after else {
      for (name, text) in (after ?? before)?.specialProperties ?? [] {
        row(name, before == nil ? nil : text, after == nil ? nil : text)
      }
      return
    }
    for aspect in change.aspects {
      switch aspect {
      case .name: row("name", before.name, after.name)
      case .lastWritten:
        row("last written", "\(before.lastWritten)", "\(after.lastWritten)")
      case .className:
        row("class", before.className ?? "none", after.className ?? "none")
      case .security:
        row(
          "security", RegistryString(before.securityDescriptor?.sddl ?? "none"),
          RegistryString(after.securityDescriptor?.sddl ?? "none"))
      case .flags:
        row(
          "flags", RegistryString("0x\(hexDigits(Int(before.flags.rawValue)))"),
          RegistryString("0x\(hexDigits(Int(after.flags.rawValue)))"))
      case .type, .data: continue
      }
    }
  }

  private func row(_ name: String, _ before: RegistryString?, _ after: RegistryString?) {
    output.append("<tr><th scope=\"row\">")
    output.append(html: name)
    output.append("</th>")
    for text in [before, after] {
      guard let text else {
        writeNone()
        continue
      }
      output.append("<td class=\"text\">")
      write(text)
      output.append("</td>")
    }
    output.append("</tr>\n")
  }

  private func row(_ name: String, _ before: String, _ after: String) {
    row(name, RegistryString(before), RegistryString(after))
  }

  // MARK: - Values

  /// Writes a value.
  func write(_ before: Value?, _ after: Value?) {
    let name = (after ?? before)?.name ?? ""
    output.append("<tr><th scope=\"row\">")
    DiffPage.write(change.kind, to: output)
    write(name.isEmpty ? "(Default)" : name)
    output.append("</th>")
    let old = before.map { bytes(of: $0, change.extents.before) } ?? []
    let new = after.map { bytes(of: $0, change.extents.after) } ?? []
    write(before, old, besides: new, isCompared: after != nil)
    write(after, new, besides: old, isCompared: before != nil)
    output.append("</tr>\n")
  }

  private func bytes(of value: Value, _ extent: ValueExtent?) -> [UInt8] {
    extent.map { value.hive.image.bytes(in: $0) } ?? []
  }

  private func write(
    _ value: Value?, _ bytes: [UInt8], besides other: [UInt8], isCompared: Bool
  ) {
    guard let value else { return writeNone() }
    output.append("<td class=\"text\"><span class=\"type\">")
    output.append(html: value.type.description)
    if value.record.isTombstone { output.append(" (tombstone)") }
    output.append("</span> ")
    switch ValueData(bytes, type: value.type) {
    case .string(let text), .expandString(let text), .link(let text): write(text)
    case .multiString(let texts):
      for text in texts.prefix(Self.listLimit) {
        output.append("<div>")
        write(text)
        output.append("</div>")
      }
      let rest = texts.count - Self.listLimit
      if rest > 0 { output.append("div", html: "and \(counted(rest, "more text"))") }
    case .dword(let number), .dwordBigEndian(let number):
      output.append(html: "\(number) (\(paddedHex(number)))")
    case .qword(let number): output.append(html: "\(number) (\(paddedHex(number)))")
    case .bytes: write(bytes, besides: isCompared ? other : nil)
    }
    output.append("</td>")
  }

  /// Writes the cell of a copy that does not have it.
  private func writeNone() { output.append("<td class=\"text none\">–</td>") }

  /// Writes text, the end of which is left out where it is long.
  private func write(_ text: RegistryString) {
    guard text.utf16.count > Self.textLimit else { return output.append(isolated: text) }
    output.append(isolated: RegistryString(utf16: Array(text.utf16.prefix(Self.textLimit))))
    output.append(html: "… (\(grouped(text.utf16.count)) characters)")
  }

  // MARK: - Bytes

  private static let bytesInRow = 8
  private static let rowLimit = 16
  private static let rowLimitAlone = 6

  /// Writes bytes in rows, from shortly before the first that differs, with those that differ
  /// marked.
  private func write(_ bytes: [UInt8], besides other: [UInt8]?) {
    guard !bytes.isEmpty else { return output.append("(no data)") }
    let alike = other.map { zip(bytes, $0).prefix { $0 == $1 }.count } ?? 0
    let start = max(alike / Self.bytesInRow - 2, 0) * Self.bytesInRow
    let rows = other == nil ? Self.rowLimitAlone : Self.rowLimit
    let end = min(bytes.count, start + rows * Self.bytesInRow)
    output.append("<span class=\"soft\">")
    output.append(html: counted(bytes.count, "byte"))
    output.append("</span><pre class=\"hex\">")
    if start > 0 { output.append(html: "… \(counted(start, "byte")) alike\n") }
    for row in stride(from: start, to: end, by: Self.bytesInRow) {
      let place = hexDigits(row)
      let zeros = String(repeating: "0", count: max(4 - place.count, 0))
      output.append(raw: "<i>\(zeros)\(place)</i> ")
      for index in row..<min(row + Self.bytesInRow, end) {
        let differs = other.map { index >= $0.count || $0[index] != bytes[index] } ?? false
        output.append(differs ? " <mark>" : " ")
        output.append(hexDigit(bytes[index] >> 4))
        output.append(hexDigit(bytes[index] & 15))
        if differs { output.append("</mark>") }
      }
      output.append("\n")
    }
    if end < bytes.count { output.append(html: "… \(counted(bytes.count - end, "more byte"))") }
    output.append("</pre>")
  }
}

extension Key {
  /// The key's class, the flags that most keys do not have, and its security where that is not its
  /// parent's.
  fileprivate var specialProperties: [(name: String, text: RegistryString)] {
    var properties: [(name: String, text: RegistryString)] = []
    if let className { properties.append(("class", className)) }
    let flags = flags.subtracting([.compressedName, .root])
    if !flags.isEmpty {
      properties.append(("flags", RegistryString("0x\(hexDigits(Int(flags.rawValue)))")))
    }
    let parent = try? KeyNode(parsing: hive.image, at: node.parent.fileOffset)
    if node.security != parent?.security, let sddl = securityDescriptor?.sddl {
      properties.append(("security", RegistryString(sddl)))
    }
    return properties
  }
}
