// SPDX-License-Identifier: MIT

/// A rule: which keys or values to give, and what to say with them.
public struct ExtractionRule: Sendable {
  /// What is found by it, in a few words; the name of a ForensicArtifacts definition.
  public let description: String
  /// What sort of fact it is; empty where the rule says none.
  public let category: String
  /// What to know about it; the documentation of a ForensicArtifacts definition.
  public let comment: String
  /// The line of the file of rules that it is in, from 1.
  public let line: Int
  /// Whether keys below the rule's own count too.
  public let isRecursive: Bool
  /// Whether the bytes of `REG_BINARY` are given where RECmd's form has room for them.
  public let includesBinary: Bool
  /// As what to read the data of a value.
  public let conversion: DataConversion
  /// Whether the rule asks for no decoder.
  public let disablesDecoders: Bool

  /// Which rules give a value once only, because they belong to one definition.
  var group: Int
  /// Where to look.
  let targets: [Target]
  /// The value; nil for all of a key's.
  let valueName: NamePattern?
  /// Whether a path that ends with a pattern also means values of the key above.
  let patternsMatchValues: Bool

  /// A hive, and the keys in it.
  struct Target: Sendable {
    let hive: RuleHive
    let pattern: RulePath
    /// The user whose hive it is, as the text of a SID; nil for any.
    let user: String?
  }

  /// Whether a value of a name, in upper case, is the rule's.
  func takes(valueName name: [UInt16]) -> Bool {
    valueName?.matches(name) ?? true
  }
}
