// SPDX-License-Identifier: MIT

/// A node of a YAML document.
///
/// An alias is the node that it names, not a copy of it: what a document may stand for when all
/// aliases are written out takes no memory.
struct YAMLNode: Sendable {
  /// What a node is.
  enum Content: Sendable {
    /// Text; plain where it is without quotation marks.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Member])
  }

  /// A key of a mapping and what follows it.
  struct Member: Sendable {
    let key: String
    let line: Int
    let value: YAMLNode
  }

  let content: Content
  /// The line that the node begins in, from 1.
  let line: Int
  /// Whether something in the node could not be read.
  var isBroken = false

  /// The empty node.
  static func empty(line: Int) -> YAMLNode {
    YAMLNode(content: .scalar("", isPlain: true), line: line)
  }

  /// The node's text; nil for a list, a mapping, and nothing.
  var text: String? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    return isPlain && ["", "~", "null", "Null", "NULL"].contains(text) ? nil : text
  }

  /// The elements of a list; nil for anything else.
  var elements: [YAMLNode]? {
    if case .sequence(let elements) = content { return elements }
    return nil
  }

  /// The members of a mapping; nil for anything else.
  var members: [Member]? {
    if case .mapping(let members) = content { return members }
    return nil
  }

  /// What follows a key of a mapping.
  subscript(key: String) -> YAMLNode? {
    members?.first { $0.key == key }?.value
  }
}
