// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

// Most keys and values need no escapes, and have no members but those that all have. Room in the
// output is asked for once for each of them.
extension JSONDumpWriter {
  /// How many bytes of the hive are written in one step at the most, of a path and of data.
  private static let longestPath = 3_000
  private static let longestData = 1_024
  private static let longestName = 256

  /// Writes a key up to its values, without members that few keys have.
  ///
  /// - Returns: False where its path is too long for that; nothing is written then.
  @inline(__always)
  mutating func beginPlainObject(_ node: KeyNode) -> Bool {
    let bytes = path.bytes
    guard bytes.count <= Self.longestPath else { return false }
    if time.time.rawValue != node.lastWritten {
      time = TimeText(FileTime(rawValue: node.lastWritten))
    }
    let time = time
    unsafe output.write(atMost: 4096) { cursor in
      unsafe cursor.append("{\"path\":\"")
      unsafe cursor.append(bytes)
      unsafe cursor.append("\",\"lastWritten\":\"")
      unsafe cursor.append(time)
      unsafe cursor.append("\",\"values\":[")
    }
    return true
  }

  /// Writes a value as most are, with a short name of plain letters, and short data that are bytes,
  /// a number, or plain text; behind a comma unless it is the first of its key.
  ///
  /// - Returns: False where it is another one; nothing is written then.
  @inline(__always)
  func writePlain(_ value: Visit.Value, isFirst: Bool) -> Bool {
    let record = value.record
    guard record.name.isLatin1, record.name.byteCount <= Self.longestName, !record.isTombstone,
      !raw,
      case .run(let offset, let count) = value.extent, count <= Self.longestData
    else { return false }
    var isWritten = false
    unsafe output.write(atMost: 4096) { cursor in
      if !isFirst { unsafe cursor.append(",") }
      unsafe cursor.append("{\"name\":\"")
      guard unsafe cursor.append(plainJSON: record.name, in: image) else {
        return unsafe cursor.takeBack()
      }
      // Of texts that stand here their length is known, and nothing is called to copy them.
      switch record.type {
      case 1: unsafe cursor.append(#"","type":"REG_SZ","typeCode":1,"size":"#)
      case 2: unsafe cursor.append(#"","type":"REG_EXPAND_SZ","typeCode":2,"size":"#)
      case 3: unsafe cursor.append(#"","type":"REG_BINARY","typeCode":3,"size":"#)
      case 4: unsafe cursor.append(#"","type":"REG_DWORD","typeCode":4,"size":"#)
      default: return unsafe cursor.takeBack()
      }
      unsafe cursor.append(decimal: UInt32(truncatingIfNeeded: record.dataSize))
      switch record.type {
      case 1 where count & 1 == 0, 2 where count & 1 == 0:
        unsafe cursor.append(",\"data\":\"")
        isWritten = unsafe cursor.append(plainJSONAt: offset, count: count, in: image)
        unsafe cursor.append("\"}")
      case 4 where count == 4:
        guard let number = try? image.uint32(at: offset) else { break }
        unsafe cursor.append(",\"data\":")
        unsafe cursor.append(decimal: number)
        unsafe cursor.append("}")
        isWritten = true
      // Of these sizes, bytes may be a time.
      case 3 where record.dataSize != 8 && record.dataSize != 16:
        unsafe cursor.append(",\"data\":\"")
        isWritten = unsafe cursor.append(hexAt: offset, count: count, in: image)
        unsafe cursor.append("\"}")
      default: break
      }
      if !isWritten { unsafe cursor.takeBack() }
    }
    return isWritten
  }
}
