// SPDX-License-Identifier: MIT

/// A definition of ForensicArtifacts: its names, and what it leads to.
struct Artifact: Sendable {
  /// The name and other names for it.
  let names: [String]
  /// The line that it begins in, from 1.
  let line: Int
  /// Its own rules, by their places in the file's.
  var rules: [Int] = []
  /// The definitions that it puts together.
  var members: [String] = []
}

extension ExtractionRules {
  /// The names of all definitions that lead to a registry source; empty for a batch file.
  public var artifactNames: [String] {
    artifacts.filter { !$0.rules.isEmpty || !$0.members.isEmpty }.compactMap(\.names.first)
  }

  /// The names of definitions that groups put together and that the file does not have, in order.
  ///
  /// The collection of the project has groups in files of their own: see ``init(definitions:)``.
  public var missingArtifactNames: [String] {
    let known = Set(artifacts.flatMap(\.names).map { $0.lowercased() })
    var seen: Set<String> = []
    return artifacts.flatMap(\.members).filter { name in
      !known.contains(name.lowercased()) && seen.insert(name.lowercased()).inserted
    }
  }

  /// The rules of some definitions, and of those that they put together.
  ///
  /// - Parameter names: Names of definitions, or other names that these give themselves.
  /// - Returns: The rules, in the order of the file.
  /// - Throws: ``RulesError`` where the file has no definition of a name, or none of those that it
  ///   leads to has a registry source.
  public func selecting(artifacts names: [String]) throws(RulesError) -> ExtractionRules {
    var places: [String: Int] = [:]
    for (place, artifact) in artifacts.enumerated() {
      for name in artifact.names where places[name.lowercased()] == nil {
        places[name.lowercased()] = place
      }
    }
    var wanted: Set<Int> = []
    for name in names {
      guard let place = places[name.lowercased()] else {
        throw RulesError(.unknownArtifact, problems, name: name)
      }
      var found: Set<Int> = []
      var visited: Set<Int> = []
      var pending = [place]
      while let place = pending.popLast() {
        guard visited.insert(place).inserted else { continue }
        found.formUnion(artifacts[place].rules)
        pending += artifacts[place].members.compactMap { places[$0.lowercased()] }
      }
      guard !found.isEmpty else { throw RulesError(.unknownArtifact, problems, name: name) }
      wanted.formUnion(found)
    }
    var selection = self
    selection.rules = wanted.sorted().map { rules[$0] }
    return selection
  }
}
