// SPDX-License-Identifier: MIT

/// A value to be written: name, type, data, and where its data is to be.
package struct ValueDescription: Sendable, Hashable {
  /// Where the data of a value is.
  package enum Storage: Sendable, Hashable {
    /// As Windows does it: in the record up to 4 bytes, as big data above 16,344 bytes where the
    /// version has it, otherwise in a cell.
    case automatic
    /// In a cell, whatever its size.
    case cell
    /// As big data, whatever its size. Segment cells have 16,352 bytes each, as those of Windows;
    /// with `exactLastSegment` the last one is only as large as it must be.
    case bigData(exactLastSegment: Bool = false)
    /// Nowhere: the record's size and offset fields hold these numbers.
    case raw(size: UInt32, offset: UInt32)
  }

  package var name: NameDescription
  package var type: UInt32
  package var data: [UInt8]
  package var storage: Storage
  /// The record's flags, where they are not to be worked out from the name.
  package var flags: UInt16?
  /// Whether the value is left out of its key's list and its cells are free.
  package var isDeleted = false

  package init(
    _ name: NameDescription, type: UInt32, data: [UInt8], storage: Storage = .automatic,
    flags: UInt16? = nil
  ) {
    self.name = name
    self.type = type
    self.data = data
    self.storage = storage
    self.flags = flags
  }

  /// The same value, deleted.
  package var deleted: ValueDescription {
    var copy = self
    copy.isDeleted = true
    return copy
  }
}

// MARK: - The types

extension ValueDescription {
  /// REG_NONE.
  package static func none(_ name: NameDescription, _ data: [UInt8] = []) -> Self {
    Self(name, type: 0, data: data)
  }

  /// REG_SZ, ended by a NUL unless asked otherwise.
  package static func string(
    _ name: NameDescription, _ text: String, terminated: Bool = true
  ) -> Self {
    Self(name, type: 1, data: stringBytes(text, terminated: terminated))
  }

  /// REG_EXPAND_SZ.
  package static func expandString(
    _ name: NameDescription, _ text: String, terminated: Bool = true
  ) -> Self {
    Self(name, type: 2, data: stringBytes(text, terminated: terminated))
  }

  /// REG_BINARY.
  package static func binary(
    _ name: NameDescription, _ data: [UInt8], storage: Storage = .automatic
  ) -> Self {
    Self(name, type: 3, data: data, storage: storage)
  }

  /// REG_DWORD.
  package static func dword(_ name: NameDescription, _ number: UInt32) -> Self {
    Self(name, type: 4, data: numberBytes(number))
  }

  /// REG_DWORD_BIG_ENDIAN.
  package static func dwordBigEndian(_ name: NameDescription, _ number: UInt32) -> Self {
    Self(name, type: 5, data: numberBytes(number.byteSwapped))
  }

  /// REG_LINK: never ended by a NUL.
  package static func link(_ name: NameDescription, _ target: String) -> Self {
    Self(name, type: 6, data: stringBytes(target, terminated: false))
  }

  /// REG_MULTI_SZ: every text ended by a NUL, and one more NUL at the end.
  package static func multiString(_ name: NameDescription, _ texts: [String]) -> Self {
    let items = texts.flatMap { stringBytes($0, terminated: true) }
    return Self(name, type: 7, data: items + [0, 0])
  }

  /// REG_QWORD.
  package static func qword(_ name: NameDescription, _ number: UInt64) -> Self {
    Self(name, type: 11, data: numberBytes(number))
  }

  private static func stringBytes(_ text: String, terminated: Bool) -> [UInt8] {
    littleEndianBytes(of: text.utf16) + (terminated ? [0, 0] : [])
  }
}

/// A number as bytes, the lowest first.
package func numberBytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}
