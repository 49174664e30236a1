// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension TextDumpWriter {
  /// The most bytes of binary data that are shown where not all are asked for.
  private static let shownBytes = 32

  /// Writes data in a form to read; further lines begin at a column.
  func writeData(of record: ValueRecord, extent: ValueExtent, indent: Int) {
    let meaning = ValueMeaning(record, extent, in: image)
    if let content = meaning?.property?.content { return output.append(text: content.shown) }
    let bytes = image.bytes(in: extent)
    switch ValueData(bytes, type: ValueType(rawValue: record.type)) {
    case .string(let text), .expandString(let text), .link(let text):
      output.append(quoted: text, as: QuotedEscaping.self)
      writeRest(of: bytes, behind: text)
    case .multiString(let texts):
      if texts.isEmpty { output.styled(.dim) { output.append("(empty list)") } }
      for (index, text) in texts.enumerated() {
        if index > 0 {
          output.append("\n")
          output.append(spaces: indent)
        }
        output.append(quoted: text, as: QuotedEscaping.self)
      }
    case .dword(let number), .dwordBigEndian(let number):
      write(number)
    case .qword(let number):
      write(number)
    case .bytes:
      writeHex(bytes)
    }
    if let time = meaning?.shown {
      output.append(" ")
      output.styled(.dim) { output.append(text: time) }
    }
  }

  /// Tells of data behind the end of a string, which other programs do not show.
  private func writeRest(of bytes: [UInt8], behind text: RegistryString) {
    let rest = bytes.dropFirst(2 * text.utf16.count + 2)
    guard rest.contains(where: { $0 != 0 }) else { return }
    output.append(" ")
    output.styled(.dim) {
      output.append("… ")
      write(count: rest.count)
      output.append(" after NUL")
    }
  }

  private func write<Number: FixedWidthInteger>(_ number: Number) {
    output.append(decimal: number)
    output.append(" ")
    output.styled(.dim) {
      output.append("(0x")
      for shift in stride(from: Number.bitWidth - 4, through: 0, by: -4) {
        output.append(hexDigit(UInt8(truncatingIfNeeded: number >> Number(shift)) & 15))
      }
      output.append(")")
    }
  }

  private func writeHex(_ bytes: [UInt8]) {
    // All bytes follow on lines of their own.
    let shown = raw ? [] : bytes.prefix(Self.shownBytes)
    for (index, byte) in shown.enumerated() {
      if index > 0 { output.append(" ") }
      output.append(hexDigit(byte >> 4))
      output.append(hexDigit(byte & 15))
    }
    guard bytes.count > shown.count || bytes.isEmpty else { return }
    if !shown.isEmpty { output.append(" ") }
    output.styled(.dim) {
      if bytes.isEmpty { return output.append("(no data)") }
      if !shown.isEmpty { output.append("… ") }
      write(count: bytes.count)
    }
  }

  /// Writes a number of bytes with commas between thousands.
  private func write(count: Int) {
    let digits = [UInt8](String(count).utf8)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { output.append(",") }
      output.append(digit)
    }
    output.append(count == 1 ? " byte" : " bytes")
  }
}

// MARK: - All bytes

extension TextDumpWriter {
  /// Writes all bytes of a value in lines of 16: offset, digits, characters.
  func writeHexDump(of extent: ValueExtent) {
    let bytes = image.bytes(in: extent)
    for start in stride(from: 0, to: bytes.count, by: 16) {
      let line = bytes[start..<min(start + 16, bytes.count)]
      output.append("      ")
      output.styled(.dim) {
        for shift in stride(from: 28, through: 0, by: -4) {
          output.append(hexDigit(UInt8(truncatingIfNeeded: start >> shift) & 15))
        }
      }
      for index in start..<start + 16 {
        output.append(index % 8 == 0 ? "  " : " ")
        guard index < line.endIndex else {
          output.append("  ")
          continue
        }
        output.append(hexDigit(bytes[index] >> 4))
        output.append(hexDigit(bytes[index] & 15))
      }
      output.append("  |")
      for byte in line { output.append((0x20..<0x7F).contains(byte) ? byte : UInt8(ascii: ".")) }
      output.append("|\n")
    }
  }
}
