// SPDX-License-Identifier: MIT

/// The rules of one file: a RECmd batch file (`.reb`) or ForensicArtifacts definitions (`.yaml`).
///
/// Which of the two it is shows in what it holds. Rules that cannot be used are in ``problems``; all
/// others are in ``rules``.
///
/// ```swift
/// let rules = try ExtractionRules(yaml: text)
/// for record in hive.extract(rules) {
///   print(record.rule.description, record.path, record.value?.name ?? "")
/// }
/// ```
public struct ExtractionRules: Sendable {
  /// The sort of file.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// A RECmd batch file.
    case batch
    /// ForensicArtifacts definitions.
    case artifacts
  }

  /// How many rules a file may have; a path of a definition counts as one.
  static let countLimit = 1_000_000
  /// How many characters of a description, category or comment are kept.
  static let textLimit = 4096

  /// The sort of file.
  public let format: Format
  /// What a batch file says of itself, or the names of the definitions.
  public let title: String
  /// The rules, in the order of the file.
  public internal(set) var rules: [ExtractionRule]
  /// What of the file cannot be used: the first thousand problems.
  public let problems: [RuleProblem]
  /// How many problems there are.
  public let problemCount: Int
  /// The definitions of a file of them; empty for a batch file.
  let artifacts: [Artifact]

  /// Reads a file of rules.
  ///
  /// - Parameter text: All of the file.
  /// - Throws: ``RulesError`` where there is no rule in it; sound definitions without registry sources
  ///   are not an error, and have no rules.
  public init(yaml text: String) throws(RulesError) {
    try self.init(yaml: [UInt8](text.utf8))
  }

  /// Reads a file of rules.
  ///
  /// - Parameter bytes: All of the file, in UTF-8 or in UTF-16 with a byte order mark.
  /// - Throws: ``RulesError`` where there is no rule in it; sound definitions without registry sources
  ///   are not an error, and have no rules.
  public init(yaml bytes: [UInt8]) throws(RulesError) {
    var reader = YAMLReader(Self.utf8(bytes))
    let documents = reader.readDocuments()
    var problems = reader.problems
    guard !documents.isEmpty || problems.count > 0 else { throw RulesError(.empty, []) }
    if let batch = documents.first(where: { $0["Keys"] != nil }) {
      format = .batch
      title = batch["Description"]?.text ?? ""
      rules = BatchReader.rules(of: batch, &problems)
      artifacts = []
    } else {
      guard documents.contains(where: { $0["sources"] != nil || $0["name"] != nil }) else {
        throw RulesError(.noRules, problems.list)
      }
      var artifactReader = ArtifactReader(problems)
      artifactReader.read(documents)
      format = .artifacts
      artifacts = artifactReader.artifacts
      rules = artifactReader.rules
      problems = artifactReader.problems
      title = ""
    }
    self.problems = problems.list.sorted { $0.line < $1.line }
    problemCount = problems.count
    // Definitions may all be about other things than the registry.
    guard !rules.isEmpty || format == .artifacts && problemCount == 0 else {
      throw RulesError(.noRules, self.problems)
    }
  }

  init(
    artifacts: [Artifact], rules: [ExtractionRule], problems: [RuleProblem], problemCount: Int
  ) {
    format = .artifacts
    title = ""
    self.artifacts = artifacts
    self.rules = rules
    self.problems = problems
    self.problemCount = problemCount
  }

  /// The text in UTF-8.
  private static func utf8(_ bytes: [UInt8]) -> [UInt8] {
    let isBig = bytes.starts(with: [0xFE, 0xFF])
    guard isBig || bytes.starts(with: [0xFF, 0xFE]) else { return bytes }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBig ? first << 8 | second : second << 8 | first
    }
    return [UInt8](String(decoding: units, as: UTF16.self).utf8)
  }
}

/// Why a file of rules cannot be used at all.
public struct RulesError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The file holds nothing.
    case empty
    /// The file holds no rule for the registry that can be used.
    case noRules
    /// The file has no definition of a name that was asked for.
    case unknownArtifact
  }

  /// The kind of failure.
  public let code: Code
  /// What of the file cannot be used, the first thousand problems.
  public let problems: [RuleProblem]
  /// The name that was asked for.
  let name: String

  init(_ code: Code, _ problems: [RuleProblem], name: String = "") {
    self.code = code
    self.problems = problems
    self.name = name
  }

  /// What is wrong, in words.
  public var description: String {
    switch code {
    case .empty: "holds nothing"
    case .noRules:
      "holds no rule for the registry: neither a RECmd batch file nor ForensicArtifacts definitions "
        + "with registry sources"
    case .unknownArtifact: "has no definition \(name) with registry sources"
    }
  }
}
