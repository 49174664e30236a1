// SPDX-License-Identifier: MIT

/// A cell: the unit of allocation in a bin, a size of 4 bytes and then its content.
public struct Cell: Sendable, Hashable {
  /// Where the cell begins in the file: its size field.
  public let offset: Int
  /// The cell's size in bytes, size field included.
  public let size: Int
  /// Whether a record uses the cell; otherwise it is free.
  public let isAllocated: Bool

  /// Where the content begins in the file.
  @inlinable public var content: Int { offset &+ 4 }
  /// How many bytes the content can have.
  @inlinable public var contentSize: Int { size &- 4 }
  /// Just after the cell.
  @inlinable public var end: Int { offset &+ size }

  @inlinable
  init(offset: Int, size: Int, isAllocated: Bool) {
    self.offset = offset
    self.size = size
    self.isAllocated = isAllocated
  }
}

/// A reference to a cell as records store it: relative to the first bin.
///
/// `FFFFFFFF` refers to nothing.
public typealias CellReference = UInt32

extension CellReference {
  /// The reference to nothing.
  @inlinable public static var noCell: CellReference { .max }

  /// The file offset of the cell.
  @inlinable public var fileOffset: Int { 4096 &+ Int(self) }
}

extension HiveImage {
  /// The cell at a file offset, used or free.
  ///
  /// - Throws: ``FormatError`` with code `cell-out-of-bounds`, `cell-misaligned` or `cell-size`.
  @inlinable
  public func cell(at offset: Int) throws(FormatError) -> Cell {
    guard offset >= 4096 &+ 32, offset <= binsEnd &- 8 else {
      throw cellOutOfBounds(at: offset)
    }
    guard offset & 7 == 0 else { throw cellMisaligned(at: offset) }
    let stored = Int32(bitPattern: try uint32(at: offset))
    let size = Int(stored.magnitude)
    guard size >= 8, size & 3 == 0, size <= binsEnd &- offset else {
      throw cellSize(stored, at: offset)
    }
    return Cell(offset: offset, size: size, isAllocated: stored < 0)
  }

  /// The used cell at a file offset.
  ///
  /// - Throws: ``FormatError`` as ``cell(at:)`` does, or with code `cell-free`.
  @inlinable
  public func allocatedCell(at offset: Int) throws(FormatError) -> Cell {
    let cell = try cell(at: offset)
    guard cell.isAllocated else { throw cellFree(at: offset) }
    return cell
  }

  /// The cell at a file offset, when its content begins with a signature.
  ///
  /// It may be free: what leads there wants the record, and whoever reads it reports the fault.
  @inlinable
  func cell(
    at offset: Int, signature: UInt16, minimumContent: Int
  ) throws(FormatError) -> Cell {
    let cell = try cell(at: offset)
    guard try uint16(at: cell.content) == signature else {
      throw cell.isAllocated ? wrongSignature(signature, at: cell.content) : cellFree(at: offset)
    }
    guard cell.contentSize >= minimumContent else {
      throw cellTooShort(cell, needing: minimumContent)
    }
    return cell
  }
}

// The checks are those of the functions that throw. To make an error takes much longer.
extension HiveImage {
  /// The cell at a file offset, when its content begins with a signature; nil where there is none.
  @inline(__always)
  func cell(ifAt offset: Int, signature: UInt16, minimumContent: Int) -> Cell? {
    guard let cell = cell(ifAt: offset, minimumContent: minimumContent),
      fields(at: offset, count: 8)?.uint16(at: 4) == signature
    else { return nil }
    return cell
  }

  /// The cell at a file offset; nil where there is none, or a shorter one.
  @inline(__always)
  func cell(ifAt offset: Int, minimumContent: Int = 4) -> Cell? {
    guard offset >= 4096 &+ 32, offset <= binsEnd &- 8, offset & 7 == 0,
      let fields = fields(at: offset, count: 8)
    else { return nil }
    let stored = Int32(bitPattern: fields.uint32(at: 0))
    let size = Int(stored.magnitude)
    guard size >= 4 &+ minimumContent, size & 3 == 0, size <= binsEnd &- offset else { return nil }
    return Cell(offset: offset, size: size, isAllocated: stored < 0)
  }
}

// MARK: - Errors

// Out of line, so that the checks above stay small where they are inlined.
extension HiveImage {
  @usableFromInline @inline(never)
  func cellOutOfBounds(at offset: Int) -> FormatError {
    FormatError(
      .cellOutOfBounds, at: offset,
      expected: "a cell between \(hex(4096 + 32)) and \(hex(binsEnd))",
      found: "a reference to \(hex(offset))")
  }

  @usableFromInline @inline(never)
  func cellMisaligned(at offset: Int) -> FormatError {
    FormatError(
      .cellMisaligned, at: offset, expected: "a cell at a multiple of 8",
      found: "a reference to \(hex(offset))")
  }

  @usableFromInline @inline(never)
  func cellSize(_ stored: Int32, at offset: Int) -> FormatError {
    FormatError(
      .cellSize, at: offset, expected: "a cell size from 8 to \(binsEnd - offset)",
      found: "\(stored)")
  }

  @usableFromInline @inline(never)
  package func cellFree(at offset: Int) -> FormatError {
    FormatError(.cellFree, at: offset, expected: "a cell in use", found: "a free cell")
  }

  @usableFromInline @inline(never)
  func cellTooShort(_ cell: Cell, needing size: Int) -> FormatError {
    FormatError(
      .cellTooShort, at: cell.offset, expected: "a cell with \(size) bytes of content",
      found: "\(cell.contentSize) bytes")
  }

  @usableFromInline @inline(never)
  func wrongSignature(_ signature: UInt16, at offset: Int) -> FormatError {
    let found = try? bytes(at: offset, count: 2)
    return FormatError(
      .signature, at: offset,
      expected: "the signature "
        + describeSignature([UInt8(truncatingIfNeeded: signature), UInt8(signature >> 8)]),
      found: found.map(describeSignature) ?? "the end of the file")
  }
}
