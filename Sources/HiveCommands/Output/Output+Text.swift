// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension Output {
  /// Appends units given by their index, with the escapes of a format.
  @inline(__always)
  func append<Escaping: CharacterEscaping>(
    units count: Int, as escaping: Escaping.Type, _ unit: (Int) -> UInt16
  ) {
    var encoder = UTF8Encoder<Escaping>()
    let growth = UTF8Encoder<Escaping>.growth
    let step = 4096 / growth
    var index = 0
    while index < count {
      let end = min(index + step, count)
      unsafe append(atMost: step * growth) { destination in
        var written = 0
        while index < end {
          unsafe written += encoder.encode(unit(index), to: destination + written)
          index += 1
        }
        return written
      }
    }
    unsafe append(atMost: growth) { unsafe encoder.finish(to: $0) }
  }

  /// Appends a name.
  func append<Escaping: CharacterEscaping>(
    _ name: StoredName, in image: HiveImage, as escaping: Escaping.Type
  ) {
    try? image.withBytes(at: name.offset, count: name.byteCount) { bytes in
      if name.isLatin1 {
        append(units: bytes.count, as: escaping) { UInt16(bytes[$0]) }
      } else {
        append(utf16: bytes, as: escaping)
      }
    }
  }

  /// Appends UTF-16, all of it.
  private func append<Escaping: CharacterEscaping>(
    utf16 bytes: Span<UInt8>, as escaping: Escaping.Type
  ) {
    unsafe bytes.withUnsafeBytes { bytes in
      append(units: bytes.count / 2, as: escaping) {
        unsafe UInt16(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))
      }
    }
  }

  /// Appends a text.
  func append<Escaping: CharacterEscaping>(_ text: RegistryString, as escaping: Escaping.Type) {
    append(units: text.utf16.count, as: escaping) { text.utf16[$0] }
  }

  /// Appends a text between quotation marks.
  func append<Escaping: CharacterEscaping>(quoted text: RegistryString, as escaping: Escaping.Type)
  {
    append(UInt8(ascii: "\""))
    append(text, as: escaping)
    append(UInt8(ascii: "\""))
  }
}

extension Output {
  /// Appends UTF-16 units, four lower-case hexadecimal digits each.
  func append(unitsOf units: some Sequence<UInt16>) {
    for unit in units {
      for shift in [12, 8, 4, 0] { append(hexDigit(UInt8(truncatingIfNeeded: unit >> shift) & 15)) }
    }
  }
}

extension RegistryString {
  /// Appends the string, with the escapes of a format, to bytes.
  func encode<Escaping: CharacterEscaping>(to bytes: inout [UInt8], as escaping: Escaping.Type) {
    var encoder = UTF8Encoder<Escaping>()
    unsafe withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: UTF8Encoder<Escaping>.growth
    ) { destination in
      guard let start = destination.baseAddress else { return }
      for unit in utf16 {
        let count = unsafe encoder.encode(unit, to: start)
        unsafe bytes.append(contentsOf: destination[..<count])
      }
      let count = unsafe encoder.finish(to: start)
      unsafe bytes.append(contentsOf: destination[..<count])
    }
  }

  /// The string for a person at the terminal, with all that is hidden in it made visible.
  var visible: String {
    var bytes: [UInt8] = []
    encode(to: &bytes, as: VisibleEscaping.self)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension RegistryString {
  /// The name as it is in a path, with all that is hidden in it made visible.
  var visibleInPath: String {
    if utf16.isEmpty { return RegistryPath.emptyMark }
    if hasEllipsis {
      let rest = RegistryString(utf16: Array(utf16.dropFirst()))
      return RegistryPath.ellipsisMark + (rest.utf16.isEmpty ? "" : rest.visibleInPath)
    }
    return utf16.split(separator: 0x5C, omittingEmptySubsequences: false)
      .map { RegistryString(utf16: Array($0)).visible }
      .joined(separator: RegistryPath.backslashMark)
  }
}

extension RegistryPath {
  /// The path for a person at the terminal, with all that is hidden in it made visible.
  ///
  /// Of a path that is longer than a thousand characters, the first names are left out.
  var visible: String {
    var shown = names[...]
    var mark = isAnchored ? shown.popFirst()?.description : nil
    var length = shown.reduce(0) { $0 + $1.utf16.count + 1 }
    while length > 1000, let first = shown.first, shown.count > 1 {
      length -= first.utf16.count + 1
      shown.removeFirst()
      mark = "…"
    }
    return ([mark].compactMap(\.self) + shown.map(\.visibleInPath)).joined(separator: "\\")
  }
}
