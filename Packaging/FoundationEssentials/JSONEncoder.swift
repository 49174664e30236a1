// SPDX-License-Identifier: MIT

/// Writes values as JSON.
public final class JSONEncoder {
  /// How a document is laid out.
  public struct OutputFormatting: OptionSet, Sendable {
    /// One bit for each option.
    public let rawValue: UInt
    /// On lines of their own, indented.
    public static let prettyPrinted = OutputFormatting(rawValue: 1)
    /// Members in the order of their names.
    public static let sortedKeys = OutputFormatting(rawValue: 2)

    /// Options from their bits.
    public init(rawValue: UInt) { self.rawValue = rawValue }
  }

  /// Taken, and not looked at: output is always indented, with sorted members.
  public var outputFormatting: OutputFormatting = []

  /// An encoder; it keeps nothing between documents.
  public init() {}

  /// The value as a document in UTF-8.
  ///
  /// - Throws: What the value throws when it is asked for its parts.
  public func encode(_ value: some Encodable) throws -> Data {
    let tree = JSONTree()
    try tree.encode(value, path: [])
    return Data(bytes: [UInt8](tree.text(indentation: "").utf8))
  }
}
