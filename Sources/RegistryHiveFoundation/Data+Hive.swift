// SPDX-License-Identifier: MIT

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import RegistryHive

extension Hive {
  /// Opens a hive in memory.
  ///
  /// - Parameters:
  ///   - data: The bytes of a hive file.
  ///   - logs: The bytes of its transaction logs, in the order of their names.
  /// - Throws: `HiveError` where the bytes are not a hive, or hold no readable key.
  public convenience init(data: Data, logs: [Data] = []) throws(HiveError) {
    try self.init(bytes: [UInt8](data), logs: logs.map { [UInt8]($0) })
  }
}

extension Value {
  /// The data as stored, as far as they can be read.
  public var rawData: Data { Data(bytes) }
}

extension HiveError: LocalizedError {
  /// The path and what was wrong.
  public var errorDescription: String? { description }
}

extension MissingKey: LocalizedError {
  /// Which key is missing, and where.
  public var errorDescription: String? { description }
}
