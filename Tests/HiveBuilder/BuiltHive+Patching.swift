// SPDX-License-Identifier: MIT

/// A field of the base block, by its offset in the file.
package struct HeaderField: Sendable, Hashable {
  package let offset: Int

  package static let primarySequence = Self(offset: 4)
  package static let secondarySequence = Self(offset: 8)
  package static let majorVersion = Self(offset: 20)
  package static let minorVersion = Self(offset: 24)
  package static let fileType = Self(offset: 28)
  package static let fileFormat = Self(offset: 32)
  package static let rootOffset = Self(offset: 36)
  package static let binsSize = Self(offset: 40)
  package static let checksum = Self(offset: 508)
}

/// A field of a key node, by its offset in the record.
package struct NodeField: Sendable, Hashable {
  package let offset: Int

  package static let signature = Self(offset: 0)
  package static let flags = Self(offset: 2)
  package static let lastWritten = Self(offset: 4)
  package static let parent = Self(offset: 16)
  package static let subkeyCount = Self(offset: 20)
  package static let subkeyList = Self(offset: 28)
  package static let valueCount = Self(offset: 36)
  package static let valueList = Self(offset: 40)
  package static let security = Self(offset: 44)
  package static let className = Self(offset: 48)
  package static let nameLength = Self(offset: 72)
  package static let classNameLength = Self(offset: 74)
  package static let name = Self(offset: 76)
}

/// A field of a value record, by its offset in the record.
package struct ValueField: Sendable, Hashable {
  package let offset: Int

  package static let signature = Self(offset: 0)
  package static let nameLength = Self(offset: 2)
  package static let dataSize = Self(offset: 4)
  package static let dataOffset = Self(offset: 8)
  package static let type = Self(offset: 12)
  package static let flags = Self(offset: 16)
  package static let name = Self(offset: 20)
}

extension BuiltHive {
  /// Overwrites the number at a file offset; the checksum stays as it is.
  package mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    bytes.put(number, at: offset)
  }

  /// Overwrites the bytes at a file offset.
  package mutating func put(_ replacement: [UInt8], at offset: Int) {
    bytes.put(replacement, at: offset)
  }

  /// Overwrites a field of the base block, and mends the checksum unless that is the field.
  package mutating func set(_ field: HeaderField, to number: UInt32) {
    bytes.put(number, at: field.offset)
    if field != .checksum {
      fixChecksum()
    }
  }

  /// Overwrites a field of the key node at a path; the number must be as wide as the field.
  package mutating func set<Number: FixedWidthInteger>(
    _ field: NodeField, of path: String, to number: Number
  ) {
    bytes.put(number, at: key(path).node + 4 + field.offset)
  }

  /// Overwrites a field of a value's record; the number must be as wide as the field.
  package mutating func set<Number: FixedWidthInteger>(
    _ field: ValueField, of path: String, _ name: NameDescription, to number: Number
  ) {
    bytes.put(number, at: value(path, name).record + 4 + field.offset)
  }

  /// Makes the checksum of the base block right again.
  package mutating func fixChecksum() {
    bytes.put(headerChecksum(of: bytes), at: HeaderField.checksum.offset)
  }

  /// Cuts the file off.
  package mutating func truncate(to count: Int) {
    bytes.removeLast(max(bytes.count - count, 0))
  }

  /// Appends bytes after all others.
  package mutating func append(_ more: [UInt8]) {
    bytes.append(contentsOf: more)
  }

  /// The size of a cell, negative where it is allocated, as the file has it.
  package func cellSize(at offset: Int) -> Int {
    Int(Int32(bitPattern: bytes.number(UInt32.self, at: offset)))
  }
}
