// SPDX-License-Identifier: MIT

extension ExtractionRules {
  /// The definitions of several files as one set, in which each may group those of any other.
  ///
  /// Line numbers of rules and problems are those of their own files.
  ///
  /// - Parameter files: The definitions of each file, all of the format ``Format/artifacts``. Batch
  ///   files among them are left out, since each of them is a set of its own.
  public init(definitions files: [ExtractionRules]) {
    var rules: [ExtractionRule] = []
    var artifacts: [Artifact] = []
    for file in files where file.format == .artifacts {
      let (firstRule, firstArtifact) = (rules.count, artifacts.count)
      rules += file.rules.map { rule in
        var rule = rule
        rule.group += firstArtifact
        return rule
      }
      artifacts += file.artifacts.map { artifact in
        var artifact = artifact
        artifact.rules = artifact.rules.map { $0 + firstRule }
        return artifact
      }
    }
    self.init(
      artifacts: artifacts, rules: rules, problems: files.flatMap(\.problems),
      problemCount: files.reduce(0) { $0 + $1.problemCount })
  }
}
