// SPDX-License-Identifier: MIT

/// Bytes of a descriptor or of a part of it; all offsets count from the part's first byte.
package struct DescriptorBytes {
  package let bytes: ArraySlice<UInt8>

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes[...]
  }

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
  }

  package var count: Int { bytes.count }

  package func uint8(at offset: Int) -> UInt8? {
    offset >= 0 && offset < count ? bytes[bytes.startIndex + offset] : nil
  }

  package func uint16(at offset: Int) -> UInt16? {
    guard offset <= count - 2, let low = uint8(at: offset), let high = uint8(at: offset + 1) else {
      return nil
    }
    return UInt16(low) | UInt16(high) << 8
  }

  package func uint32(at offset: Int) -> UInt32? {
    guard offset <= count - 4, let low = uint16(at: offset), let high = uint16(at: offset + 2)
    else { return nil }
    return UInt32(low) | UInt32(high) << 16
  }

  /// The bytes from an offset on; nil when the offset lies outside.
  package func suffix(from offset: Int) -> DescriptorBytes? {
    offset >= 0 && offset <= count ? DescriptorBytes(bytes.dropFirst(offset)) : nil
  }

  /// So many bytes from the first on; nil when there are fewer.
  package func prefix(_ length: Int) -> DescriptorBytes? {
    length >= 0 && length <= count ? DescriptorBytes(bytes.prefix(length)) : nil
  }
}
