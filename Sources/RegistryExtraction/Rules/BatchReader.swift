// SPDX-License-Identifier: MIT

/// Reads the rules of a RECmd batch file.
///
/// Source: the guide in `BatchExamples` of <https://github.com/EricZimmerman/RECmd>. Description,
/// HiveType, Category, KeyPath and Recursive are what a rule must have; the community's own files
/// leave out Category and Recursive here and there, which harms nothing.
enum BatchReader {
  static func rules(of batch: YAMLNode, _ problems: inout RuleProblems) -> [ExtractionRule] {
    guard let keys = batch["Keys"] else { return [] }
    guard let elements = keys.elements else {
      problems.add(line: keys.line, "Keys is not a list of rules")
      return []
    }
    var rules: [ExtractionRule] = []
    for element in elements {
      guard rules.count < ExtractionRules.countLimit else {
        problems.add(
          line: element.line, "there are more than a million rules; the rest is left out")
        break
      }
      // What is broken has been reported.
      guard !element.isBroken else { continue }
      if let rule = rule(element, number: rules.count, &problems) { rules.append(rule) }
    }
    return rules
  }

  private static let names: Set<String> = [
    "Description", "HiveType", "Category", "KeyPath", "ValueName", "Recursive", "DisablePlugin",
    "IncludeBinary", "BinaryConvert", "Comment",
  ]

  private static func rule(
    _ node: YAMLNode, number: Int, _ problems: inout RuleProblems
  ) -> ExtractionRule? {
    guard let members = node.members else {
      problems.add(line: node.line, "is not a rule: a rule is a mapping with HiveType and KeyPath")
      return nil
    }
    var isUsable = true
    for member in members {
      if !names.contains(member.key) {
        problems.add(
          line: member.line, "\(member.key) is not known in a rule; the rule is used without")
      } else if member.value.elements != nil || member.value.members != nil {
        problems.add(line: member.line, "\(member.key) is not text")
        isUsable = false
      }
    }
    guard isUsable else { return nil }
    guard let hiveName = node["HiveType"]?.text else {
      problems.add(line: node.line, "the rule has no HiveType")
      return nil
    }
    guard let hive = RuleHive(name: hiveName) else {
      problems.add(line: node["HiveType"]?.line ?? node.line, "HiveType \(hiveName) is not known")
      return nil
    }
    guard let path = node["KeyPath"]?.text else {
      problems.add(line: node.line, "the rule has no KeyPath")
      return nil
    }
    guard let pattern = RulePath(batchPath: path) else {
      problems.add(
        line: node["KeyPath"]?.line ?? node.line, "KeyPath is deeper than any key can be")
      return nil
    }
    guard let isRecursive = flag("Recursive", node, &problems),
      let includesBinary = flag("IncludeBinary", node, &problems),
      let disablesDecoders = flag("DisablePlugin", node, &problems),
      let conversion = conversion(node, &problems)
    else { return nil }
    let valueName = node["ValueName"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    return ExtractionRule(
      description: text("Description", node, &problems),
      category: text("Category", node, &problems), comment: text("Comment", node, &problems),
      line: node.line, isRecursive: isRecursive, includesBinary: includesBinary,
      conversion: conversion, disablesDecoders: disablesDecoders, group: number,
      targets: [ExtractionRule.Target(hive: hive, pattern: pattern, user: nil)],
      valueName: valueName.map { Self.valueName($0) }, patternsMatchValues: false)
  }

  /// RECmd calls the default value `(default)`.
  private static func valueName(_ name: String) -> NamePattern {
    NamePattern(literally: name.lowercased() == "(default)" ? "" : name)
  }

  private static func text(
    _ name: String, _ node: YAMLNode, _ problems: inout RuleProblems
  ) -> String {
    ruleText(node[name]?.text ?? "", name, line: node[name]?.line ?? node.line, &problems)
  }

  /// A yes or no; no where nothing is there.
  private static func flag(
    _ name: String, _ node: YAMLNode, _ problems: inout RuleProblems
  ) -> Bool? {
    guard let text = node[name]?.text else { return false }
    switch text.lowercased() {
    case "true", "y", "yes", "on": return true
    case "false", "n", "no", "off": return false
    default:
      problems.add(line: node[name]?.line ?? node.line, "\(name) is '\(text)', not true or false")
      return nil
    }
  }

  private static func conversion(
    _ node: YAMLNode, _ problems: inout RuleProblems
  ) -> DataConversion? {
    guard let text = node["BinaryConvert"]?.text, !text.isEmpty else { return DataConversion.none }
    if let conversion = DataConversion(name: text) { return conversion }
    problems.add(
      line: node["BinaryConvert"]?.line ?? node.line,
      "BinaryConvert \(text) is not known; the rule is used without")
    return DataConversion.none
  }
}

/// A text of a rule without the line ends at its end, cut where it is longer than any.
func ruleText(
  _ text: String, _ name: String, line: Int, _ problems: inout RuleProblems
) -> String {
  var text = text[...]
  while let last = text.last, last.isNewline { text.removeLast() }
  guard text.utf8.count > ExtractionRules.textLimit else { return String(text) }
  problems.add(line: line, "\(name) is longer than \(ExtractionRules.textLimit) bytes and is cut")
  return String(text.prefix(ExtractionRules.textLimit / 4)) + "…"
}
