// SPDX-License-Identifier: MIT

/// What to look for in a hive, and where.
///
/// ```swift
/// for match in hive.find(HiveQuery(text: "Run")) { print(match.place) }
/// ```
public struct HiveQuery: Sendable {
  /// What to look for.
  public enum Pattern: Sendable, Hashable {
    /// Text, as it stands in names and data.
    case text(RegistryString)
    /// A regular expression in Swift's dialect.
    case expression(String)
    /// Bytes of data.
    case bytes([UInt8])
  }

  /// Where to look.
  public enum Place: String, Sendable, Hashable, CaseIterable {
    /// The names of keys: each key's own name, not its path.
    case keys
    /// The names of values.
    case values
    /// The data of values.
    case data
  }

  /// What to look for.
  public let pattern: Pattern
  /// Where to look; bytes are looked for in data only.
  public var places = Set(Place.allCases)
  /// Whether letters must have the case that the pattern has.
  ///
  /// Otherwise text is compared as Windows compares names, unit by unit with its own table of
  /// upper-case letters.
  public var isCaseSensitive = false
  /// Only keys that were last written at this time or later, and their values.
  public var since: FileTime?
  /// Only keys that were last written before this time, and their values.
  public var until: FileTime?
  /// Only values of these types, and no keys; empty for all types, and keys too.
  public var types: Set<ValueType> = []
  /// Whether deleted keys and values are looked through too, behind the others.
  public var includesDeleted = false

  /// Looks for text.
  ///
  /// Text is found in names, in data of the types `REG_SZ`, `REG_EXPAND_SZ`, `REG_MULTI_SZ` and
  /// `REG_LINK`, also behind the NUL that ends a string, and in data that are bytes. There it is
  /// found as UTF-16, which may begin at any byte, and as ASCII. A single character is found in
  /// data of the types above only where a character begins. Numbers have no text.
  public init(text: RegistryString) {
    pattern = .text(text)
  }

  /// Looks for bytes in data of any type.
  public init(bytes: [UInt8]) {
    pattern = .bytes(bytes)
  }

  /// Looks for a regular expression.
  ///
  /// It is matched against each name, each string in data of the types that hold text, and each run
  /// of four printable characters or more in data that are bytes, as ASCII and as UTF-16. What is
  /// longer than ``expressionLength`` characters is matched in pieces of that length, each of which
  /// begins a quarter of it before the end of the one before. What is not valid UTF-16 stands for
  /// U+FFFD.
  ///
  /// Many expressions take a time that grows with the square of a text, and some take years for a few
  /// dozen characters. All matches of a search together may take half a second and a microsecond for
  /// each unit of text; where that is used up, long texts are left out and counted. A single match
  /// that may never end has a quarter of a second; then a thread goes on with it as long as the
  /// program runs. After two of them, an expression of that kind is matched against texts of eight
  /// units or fewer alone.
  ///
  /// - Parameter expression: The expression, in the syntax of Swift's `Regex`.
  /// - Throws: The error of `Regex`, where the expression has a mistake.
  public init(expression: String) throws {
    _ = try Regex(expression)
    pattern = .expression(expression)
  }

  /// The most UTF-16 units that a regular expression is matched against at once: 1,024.
  ///
  /// It keeps expressions whose work grows with the square of the text from taking hours.
  public static let expressionLength = 1024
}
