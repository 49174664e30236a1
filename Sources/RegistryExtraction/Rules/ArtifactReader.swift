// SPDX-License-Identifier: MIT

/// Reads the registry sources of ForensicArtifacts definitions.
///
/// Source: the format and style guide in <https://github.com/ForensicArtifacts/artifacts>.
struct ArtifactReader {
  /// Sources of other things than the registry, which may be beside registry sources.
  private static let otherSources: Set<String> = [
    "ARTIFACT", "ARTIFACT_FILES", "COMMAND", "DIRECTORY", "FILE", "GREP", "GRR_CLIENT_ACTION",
    "LIST_FILES", "PATH", "RDF_VALUE", "REKALL_PLUGIN", "WMI",
  ]
  private static let names: Set<String> = [
    "aliases", "conditions", "doc", "labels", "name", "provides", "sources", "supported_os", "urls",
  ]

  private(set) var artifacts: [Artifact] = []
  private(set) var rules: [ExtractionRule] = []
  private(set) var problems: RuleProblems
  private var isFull = false

  init(_ problems: RuleProblems) {
    self.problems = problems
  }

  mutating func read(_ documents: [YAMLNode]) {
    for document in documents {
      // A file may also be one list of definitions.
      for node in document.elements ?? [document] where !isFull { read(artifact: node) }
    }
  }

  private mutating func read(artifact node: YAMLNode) {
    guard let members = node.members else {
      return problems.add(
        line: node.line, "is not a definition: a definition is a mapping with a name")
    }
    guard let name = node["name"]?.text else {
      return problems.add(line: node.line, "the definition has no name")
    }
    for member in members where !Self.names.contains(member.key) {
      problems.add(line: member.line, "\(member.key) is not known in a definition")
    }
    let aliases = node["aliases"]?.elements?.compactMap(\.text) ?? []
    var artifact = Artifact(names: [name] + aliases, line: node.line)
    let text = ArtifactText(
      name: ruleText(name, "name", line: node.line, &problems),
      comment: ruleText(node["doc"]?.text ?? "", "doc", line: node.line, &problems),
      category: ruleText(
        node["labels"]?.elements?.compactMap(\.text).joined(separator: ", ") ?? "", "labels",
        line: node.line, &problems),
      group: artifacts.count)
    if isForWindows(node) {
      guard let sources = node["sources"]?.elements else {
        return problems.add(line: node.line, "\(name) has no list of sources")
      }
      for source in sources where isForWindows(source) && !source.isBroken {
        read(source, text, &artifact)
      }
    }
    artifacts.append(artifact)
  }

  private func isForWindows(_ node: YAMLNode) -> Bool {
    guard let systems = node["supported_os"] else { return true }
    let names = systems.elements?.compactMap(\.text) ?? [systems.text].compactMap(\.self)
    return names.isEmpty || names.contains { $0.lowercased() == "windows" }
  }

  private mutating func read(_ source: YAMLNode, _ text: ArtifactText, _ artifact: inout Artifact) {
    guard let type = source["type"]?.text else {
      return problems.add(line: source.line, "\(text.name) has a source without a type")
    }
    let attributes = source["attributes"]
    switch type {
    case "REGISTRY_KEY":
      for key in list("keys", of: attributes, source, text) {
        guard let path = key.text else {
          problems.add(line: key.line, "is not the path of a key")
          continue
        }
        add(path, value: nil, line: key.line, text, &artifact)
      }
    case "REGISTRY_VALUE":
      for pair in list("key_value_pairs", of: attributes, source, text) {
        guard let path = pair["key"]?.text, let value = pair["value"],
          value.members == nil, value.elements == nil
        else {
          problems.add(line: pair.line, "is not a pair of a key and a value")
          continue
        }
        add(path, value: value.text ?? "", line: pair.line, text, &artifact)
      }
    case "ARTIFACT_GROUP":
      artifact.members += list("names", of: attributes, source, text).compactMap(\.text)
    default:
      if !Self.otherSources.contains(type) {
        problems.add(
          line: source.line, "\(text.name) has a source of the type \(type), which is not known")
      }
    }
  }

  private mutating func list(
    _ name: String, of attributes: YAMLNode?, _ source: YAMLNode, _ text: ArtifactText
  ) -> [YAMLNode] {
    guard let list = attributes?[name]?.elements else {
      problems.add(line: source.line, "\(text.name) has a source without a list of \(name)")
      return []
    }
    return list
  }

  private mutating func add(
    _ path: String, value: String?, line: Int, _ text: ArtifactText, _ artifact: inout Artifact
  ) {
    guard rules.count < ExtractionRules.countLimit else {
      if !isFull {
        problems.add(line: line, "there are more than a million paths; the rest is left out")
      }
      isFull = true
      return
    }
    let parsed = ArtifactPath(path)
    for reason in parsed.problems { problems.add(line: line, reason) }
    guard !parsed.targets.isEmpty else { return }
    artifact.rules.append(rules.count)
    rules.append(
      ExtractionRule(
        description: text.name, category: text.category, comment: text.comment, line: line,
        isRecursive: false, includesBinary: true, conversion: .none, disablesDecoders: false,
        group: text.group, targets: parsed.targets, valueName: value.map { NamePattern($0) },
        patternsMatchValues: value == nil))
  }
}

/// What all rules of a definition say.
struct ArtifactText {
  let name: String
  let comment: String
  let category: String
  let group: Int
}
