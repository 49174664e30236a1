// SPDX-License-Identifier: MIT

import Foundation

/// A key as `hive dump --format ndjson --raw` writes it.
struct DumpedKey: Decodable {
  struct Value: Decodable, Hashable {
    let name: String
    var nameUTF16: String?
    let typeCode: UInt32
    let raw: String?
  }

  let path: String
  /// The units of the path, where it is not valid UTF-16.
  var pathUTF16: String?
  /// Nil for the deleted values whose key is not known.
  var lastWritten: String?
  var deleted: Bool?
  let values: [Value]

  /// Reads all lines.
  static func keys(in outcome: Outcome) throws -> [DumpedKey] {
    let decoder = JSONDecoder()
    return try outcome.bytes.split(separator: UInt8(ascii: "\n")).map {
      try decoder.decode(DumpedKey.self, from: Data($0))
    }
  }
}
