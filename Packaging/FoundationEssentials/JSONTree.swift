// SPDX-License-Identifier: MIT

/// A value of a JSON document, filled by an encoder.
final class JSONTree {
  private enum Content {
    case literal(String)
    case array([JSONTree])
    case object([String: JSONTree])
  }

  private var content = Content.literal("null")

  var count: Int {
    if case .array(let elements) = content { elements.count } else { 0 }
  }

  func encode<Value: Encodable>(_ value: Value, path: [any CodingKey]) throws {
    switch value {
    case let text as String: content = .literal(Self.quoted(text))
    case let truth as Bool: content = .literal(truth ? "true" : "false")
    case let number as any BinaryInteger: content = .literal("\(number)")
    default: try value.encode(to: TreeEncoder(tree: self, codingPath: path))
    }
  }

  func becomeArray() {
    if case .array = content { return }
    content = .array([])
  }

  func becomeObject() {
    if case .object = content { return }
    content = .object([:])
  }

  func addElement() -> JSONTree {
    let element = JSONTree()
    if case .array(let elements) = content { content = .array(elements + [element]) }
    return element
  }

  func addMember(_ name: String) -> JSONTree {
    let member = JSONTree()
    if case .object(var members) = content {
      members[name] = member
      content = .object(members)
    }
    return member
  }

  func text(indentation: String) -> String {
    let inner = indentation + "  "
    switch content {
    case .literal(let text): return text
    case .array(let elements):
      let lines = elements.map { inner + $0.text(indentation: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indentation)]"
    case .object(let members):
      let lines = members.sorted { $0.key < $1.key }
        .map { "\(inner)\(Self.quoted($0.key)) : \($0.value.text(indentation: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
