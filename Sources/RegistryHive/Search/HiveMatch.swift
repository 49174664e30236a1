// SPDX-License-Identifier: MIT

package import HiveFormat

/// A key or value in which something was found.
public struct HiveMatch: Sendable {
  /// Where it was found.
  public enum Place: String, Sendable, Hashable, CaseIterable {
    /// In the name of a key.
    case key
    /// In the name of a value, whatever its data.
    case value
    /// In the data of a value.
    case data
  }

  /// In what form it is there.
  public enum Form: Sendable, Hashable {
    /// As UTF-16.
    case utf16
    /// As ASCII.
    case ascii
    /// As the bytes that were looked for.
    case bytes
  }

  /// Where it was found.
  public let place: Place
  /// The key, or the one that the value is in; nil for a deleted value whose key is not known.
  public let key: Key?
  /// The value; nil where the key itself was found.
  public let value: Value?
  /// Where in the name it begins and ends, in UTF-16 units; in data, in bytes.
  public let range: Range<Int>
  /// In what form it is in data.
  public let form: Form
  /// Where the deleted key or value was found; nil for what is not deleted.
  public let deletedPlace: DeletedPlace?
  /// Where the value's data are; nil where they were written over, or the value itself was not.
  package let extent: ValueExtent?
}
