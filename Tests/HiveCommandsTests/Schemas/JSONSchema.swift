// SPDX-License-Identifier: MIT

import Foundation

/// A JSON Schema, as far as those of `Docs/Schemas` go: a keyword that is not known here is an
/// error.
///
/// Source: JSON Schema 2020-12, <https://json-schema.org/draft/2020-12/json-schema-validation>.
final class JSONSchema {
  /// Why a schema cannot be used.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let known: Set<String> = [
    "$schema", "$defs", "$ref", "title", "description", "type", "properties", "required",
    "additionalProperties", "items", "enum", "const", "pattern", "minimum", "maximum", "anyOf",
    "oneOf", "allOf", "not", "if", "then",
  ]

  let json: JSONValue
  private var parts: [String: JSONSchema] = [:]
  private var lists: [String: [JSONSchema]] = [:]
  private var properties: [String: JSONSchema] = [:]
  private var expression: Regex<AnyRegexOutput>?
  /// Set when all definitions are read.
  private var reference: JSONSchema?
  private let definitions: Definitions

  /// What `$ref` may name; shared by all parts of a schema.
  private final class Definitions {
    var schemas: [String: JSONSchema] = [:]
  }

  /// Reads the schema of a name in `Docs/Schemas`.
  static func named(_ name: String) throws -> JSONSchema {
    let bytes = try Data(contentsOf: folder.appending(path: "\(name).schema.json"))
    return try JSONSchema(JSONValue(parsing: bytes))
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Docs/Schemas").standardized

  /// The names of all schemas.
  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".schema.json") }
      .map { String($0.dropLast(".schema.json".count)) }
      .sorted()
  }

  convenience init(_ json: JSONValue) throws {
    let definitions = Definitions()
    if case .object(let members)? = json["$defs"] {
      for (name, member) in members {
        definitions.schemas[name] = try JSONSchema(member, definitions)
      }
    }
    try self.init(json, definitions)
    for schema in definitions.schemas.values { try schema.resolve() }
    try resolve()
  }

  private init(_ json: JSONValue, _ definitions: Definitions) throws {
    self.json = json
    self.definitions = definitions
    guard case .object(let members) = json else { throw Failure(description: "no schema: \(json)") }
    for name in members.keys where !Self.known.contains(name) {
      throw Failure(description: "the keyword \(name) is not known")
    }
    for name in ["items", "not", "if", "then"] {
      parts[name] = try members[name].map { try JSONSchema($0, definitions) }
    }
    // Where it is `false`, members that are not named are errors.
    if let others = members["additionalProperties"], others != .bool(false) {
      parts["additionalProperties"] = try JSONSchema(others, definitions)
    }
    for name in ["anyOf", "oneOf", "allOf"] {
      lists[name] = try members[name]?.elements?.map { try JSONSchema($0, definitions) }
    }
    if case .object(let named)? = members["properties"] {
      properties = try named.mapValues { try JSONSchema($0, definitions) }
    }
    if let pattern = members["pattern"]?.text {
      guard pattern.hasPrefix("^"), pattern.hasSuffix("$") else {
        throw Failure(description: "\(pattern) is not about the whole text")
      }
      expression = try Regex(pattern)
    }
  }

  /// Finds what `$ref` names.
  private func resolve() throws {
    if let name = json["$ref"]?.text {
      let key = name.hasPrefix("#/$defs/") ? String(name.dropFirst("#/$defs/".count)) : name
      guard let schema = definitions.schemas[key] else {
        throw Failure(description: "\(name) is not there")
      }
      reference = schema
    }
    for part in children { try part.resolve() }
  }

  /// The schemas that are in this one; not what it refers to.
  private var children: [JSONSchema] {
    Array(parts.values) + lists.values.joined() + Array(properties.values)
  }

  /// This schema and all that are in it or in its definitions.
  var all: [JSONSchema] {
    let inner = json["$defs"] == nil ? [] : definitions.schemas.values.flatMap(\.all)
    return [self] + inner + children.flatMap(\.all)
  }

  /// The members that it names, with what is said of each.
  var members: [String: JSONSchema] { properties }

  /// What it says that a value is.
  var explanation: String? { json["description"]?.text ?? reference?.explanation }

  /// Whether it describes objects, rather than being a condition.
  var isOfObject: Bool { json["type"] == .string("object") }
}

// MARK: - Validation

extension JSONSchema {
  /// What of a value is not as the schema has it, with the place in the value; nil where all is.
  func fault(in value: JSONValue, at place: String = "") -> String? {
    reference?.fault(in: value, at: place) ?? faultOfKind(value, place)
      ?? faultOfText(value, place) ?? faultOfNumber(value, place) ?? faultInside(value, place)
      ?? faultOfChoices(value, place)
  }

  private func faultOfKind(_ value: JSONValue, _ place: String) -> String? {
    if let type = json["type"] {
      let types = type.elements?.compactMap(\.text) ?? [type.text ?? ""]
      if value.types.isDisjoint(with: types) { return "\(place): \(value) is no \(types)" }
    }
    if let constant = json["const"], value != constant { return "\(place): \(value) is another" }
    if let cases = json["enum"]?.elements, !cases.contains(value) {
      return "\(place): \(value) is not in the enumeration"
    }
    return nil
  }

  private func faultOfText(_ value: JSONValue, _ place: String) -> String? {
    guard let expression, case .string(let text) = value else { return nil }
    // Patterns that take long texts repeat two or four characters.
    let start = text.utf8.count > 2048 ? String(text.prefix(2048)) : text
    return start.wholeMatch(of: expression) == nil ? "\(place): '\(start)' has another form" : nil
  }

  private func faultOfNumber(_ value: JSONValue, _ place: String) -> String? {
    let number: Double
    switch value {
    case .integer(let integer): number = Double(integer)
    case .number(let double): number = double
    default: return nil
    }
    if let least = json["minimum"]?.double, number < least { return "\(place): less than \(least)" }
    if let most = json["maximum"]?.double, number > most { return "\(place): more than \(most)" }
    return nil
  }

  private func faultInside(_ value: JSONValue, _ place: String) -> String? {
    if let items = parts["items"], case .array(let elements) = value {
      for (index, element) in elements.enumerated() {
        if let fault = items.fault(in: element, at: "\(place)[\(index)]") { return fault }
      }
    }
    guard case .object(let members) = value else { return nil }
    for name in json["required"]?.elements ?? [] where members[name.text ?? ""] == nil {
      return "\(place): \(name) is missing"
    }
    for (name, member) in members {
      if let schema = properties[name] ?? parts["additionalProperties"] {
        if let fault = schema.fault(in: member, at: "\(place).\(name)") { return fault }
      } else if json["additionalProperties"] == .bool(false) {
        return "\(place): \(name) is not described"
      }
    }
    return nil
  }

  private func faultOfChoices(_ value: JSONValue, _ place: String) -> String? {
    for schema in lists["allOf"] ?? [] {
      if let fault = schema.fault(in: value, at: place) { return fault }
    }
    for (name, isOne) in [("anyOf", false), ("oneOf", true)] {
      guard let schemas = lists[name] else { continue }
      let faults = schemas.map { $0.fault(in: value, at: place) }
      let fits = faults.count { $0 == nil }
      if fits == 0 { return faults.compactMap(\.self).joined(separator: "; or ") }
      if isOne, fits > 1 { return "\(place): fits more than one" }
    }
    if let schema = parts["not"], schema.fault(in: value) == nil { return "\(place): is excluded" }
    if let condition = parts["if"], condition.fault(in: value) == nil {
      return parts["then"]?.fault(in: value, at: place)
    }
    return nil
  }
}

extension JSONValue {
  fileprivate var double: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }
}
