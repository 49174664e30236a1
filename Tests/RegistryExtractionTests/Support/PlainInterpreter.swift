// SPDX-License-Identifier: MIT

import Foundation
import RegistryHive

/// A rule of a batch file as a test writes it.
struct PlainRule {
  var description = "rule"
  var hive: String
  var path: String
  var value: String?
  var isRecursive = false
  var includesBinary = false
  var conversion: String?
  var comment: String?

  /// The rule as it is in a batch file.
  var yaml: String {
    var lines = [
      "    -", "        Description: \(description)", "        HiveType: \(hive)",
      "        Category: 'Test: \(hive)'", "        KeyPath: '\(path)'",
      "        Recursive: \(isRecursive)", "        DisablePlugin: true",
    ]
    if let value { lines.append("        ValueName: \"\(value)\"") }
    if includesBinary { lines.append("        IncludeBinary: true") }
    if let conversion { lines.append("        BinaryConvert: \(conversion)") }
    if let comment { lines.append("        Comment: \(comment) # not this") }
    return lines.joined(separator: "\n")
  }

  static func batch(_ rules: [PlainRule]) -> String {
    "Description: Test\nAuthor: nobody\nVersion: 1.0\nId: 1\nKeys:\n"
      + rules.map(\.yaml).joined(separator: "\n") + "\n"
  }
}

/// What a rule gives, in a form that can be compared.
struct PlainRecord: Hashable, Comparable, CustomStringConvertible {
  let rule: Int
  let path: String
  let name: String?
  let bytes: [UInt8]
  /// What the rule's conversion makes of the data; nil for nothing.
  var converted: String?

  var description: String {
    "\(rule) \(path) \(name ?? "-") \(bytes.count) \(converted ?? "-")"
  }

  static func < (first: PlainRecord, second: PlainRecord) -> Bool {
    (first.rule, first.path, first.name ?? "\u{0}") < (
      second.rule, second.path, second.name ?? "\u{0}"
    )
  }
}

/// Interprets rules one by one, in the plainest way: all paths of the hive, and a regular expression
/// for each rule.
struct PlainInterpreter {
  private var keys: [(path: String, key: Key)] = []
  private let kind: String
  private let rootName: String
  /// The key that `CurrentControlSet` means; nil where the hive has none, or one of that name.
  private let controlSet: String?

  init(_ hive: Hive) {
    kind = hive.kind == .other ? "Other" : hive.kind.rawValue
    rootName = text(hive.root.name)
    if kind == "SYSTEM", hive.key(at: "CurrentControlSet") == nil,
      let number = hive.key(at: "Select")?.value(named: "Current")?.bytes.first
    {
      controlSet = "ControlSet00\(number)"
    } else {
      controlSet = nil
    }
    var pending = [("", hive.root)]
    var seen: Set<Int> = []
    while let (path, key) = pending.popLast() {
      guard seen.insert(key.offset).inserted else { continue }
      keys.append((path, key))
      for subkey in key.subkeys {
        pending.append((path.isEmpty ? text(subkey.name) : path + "\\" + text(subkey.name), subkey))
      }
    }
  }

  func records(of rules: [PlainRule]) throws -> [PlainRecord] {
    try rules.enumerated().flatMap { index, rule in try records(of: rule, index) }.sorted()
  }

  private func records(of rule: PlainRule, _ index: Int) throws -> [PlainRecord] {
    guard rule.hive.lowercased() == kind.lowercased() else { return [] }
    var pattern = "^"
    if !["*", "ROOT"].contains(rule.path) {
      let trimmed = rule.path.trimmingCharacters(in: CharacterSet(charactersIn: "\\/"))
      for character in resolved(trimmed) {
        pattern +=
          character == "*"
          ? "[^\\\\]*" : NSRegularExpression.escapedPattern(for: String(character))
      }
    }
    let isForRoot = pattern == "^"
    pattern += rule.isRecursive ? (pattern == "^" ? "" : "(\\\\|$)") : "$"
    let expression = try NSRegularExpression(
      pattern: pattern, options: [.caseInsensitive, .dotMatchesLineSeparators])
    return keys.flatMap { path, key -> [PlainRecord] in
      let range = NSRange(path.startIndex..., in: path)
      guard !path.isEmpty || isForRoot, expression.firstMatch(in: path, range: range) != nil else {
        return []
      }
      let values = key.values
      if rule.value == nil, values.isEmpty {
        return [PlainRecord(rule: index, path: path, name: nil, bytes: [])]
      }
      return values.filter { value in
        let wanted = rule.value?.lowercased() == "(default)" ? "" : rule.value
        return wanted.map { text(value.name).lowercased() == $0.lowercased() } ?? true
      }.map { value in
        PlainRecord(
          rule: index, path: path, name: text(value.name), bytes: value.bytes,
          converted: rule.conversion.flatMap {
            PlainConversion.convert(value.bytes, value.type, $0)
          })
      }
    }
  }

  /// A path without the root's name, and with the control set that is meant.
  private func resolved(_ path: String) -> String {
    var names = path.components(separatedBy: "\\")
    func begins(with name: String) -> Bool { names.first?.lowercased() == name.lowercased() }
    let hasKeyRoot = keys.contains { $0.path.lowercased() == "root" }
    if begins(with: rootName) || begins(with: "ROOT") && !hasKeyRoot { names.removeFirst() }
    if let controlSet, begins(with: "CurrentControlSet") { names[0] = controlSet }
    return names.joined(separator: "\\")
  }
}

/// A name without what would be one with its neighbours in a path.
func text(_ name: RegistryString) -> String {
  name.description.replacingOccurrences(of: "\\", with: "\u{2}")
}
