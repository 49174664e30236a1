// SPDX-License-Identifier: MIT

/// Fills a tree with what values say of themselves.
struct TreeEncoder: Encoder {
  let tree: JSONTree
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    tree.becomeObject()
    return KeyedEncodingContainer(Members<Key>(tree: tree, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    tree.becomeArray()
    return Elements(tree: tree, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(tree: tree, codingPath: codingPath)
  }
}

private struct Single: SingleValueEncodingContainer {
  let tree: JSONTree
  let codingPath: [any CodingKey]

  func encodeNil() {}

  func encode<Value: Encodable>(_ value: Value) throws {
    try tree.encode(value, path: codingPath)
  }
}

private struct Elements: UnkeyedEncodingContainer {
  let tree: JSONTree
  let codingPath: [any CodingKey]
  var count: Int { tree.count }

  private func next() -> TreeEncoder {
    TreeEncoder(tree: tree.addElement(), codingPath: codingPath)
  }

  func encodeNil() { _ = next() }

  func encode<Value: Encodable>(_ value: Value) throws {
    try next().tree.encode(value, path: codingPath)
  }

  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    next().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }

  func superEncoder() -> any Encoder { next() }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let tree: JSONTree
  let codingPath: [any CodingKey]

  private func member(_ key: any CodingKey) -> TreeEncoder {
    TreeEncoder(tree: tree.addMember(key.stringValue), codingPath: codingPath + [key])
  }

  func encodeNil(forKey key: Key) { _ = member(key) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    let member = member(key)
    try member.tree.encode(value, path: member.codingPath)
  }

  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Inner> {
    member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    member(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { member(SuperKey.super) }

  func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

private enum SuperKey: String, CodingKey {
  case `super`
}
