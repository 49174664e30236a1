// SPDX-License-Identifier: MIT

package import HiveFormat
public import RegistryHive

/// What a rule found: a value, a key without values, or a row that a decoder made of them.
public struct ExtractedRecord: Sendable {
  /// The rule.
  public let rule: ExtractionRule
  /// The rule's place among the rules of the file.
  public let ruleIndex: Int
  /// The path of the key, from below the hive's root.
  public let path: RegistryPath
  /// The key.
  public let key: Key
  /// The value; nil where the key has none, and for a row of a decoder.
  public let value: Value?
  /// What a decoder made of the key or one of its values; nil for the value itself.
  public let row: DecodedRow?
  /// Whether the key was deleted, or the value.
  public let isDeleted: Bool
  /// Where the value's data are; nil where there are none, or where they were written over.
  package let extent: ValueExtent?

  /// The value's data, as far as they can be read.
  public var bytes: [UInt8] {
    extent.map { key.hive.image.bytes(in: $0) } ?? []
  }

  /// What the rule's conversion makes of the data; nil where it asks for none, or they do not mean
  /// it.
  public var converted: ConvertedData? {
    guard let value, rule.conversion != .none else { return nil }
    return rule.conversion.convert(bytes, type: value.type)
  }
}
