// SPDX-License-Identifier: MIT

import RegistryHive

/// The rules for one hive as a tree over the names of keys: one way down the hive serves all of them.
struct RuleTree {
  /// What is asked for at a key.
  struct Requests {
    /// Rules that want all values, or the key itself where it has none.
    var keys: [Int32] = []
    /// Rules that want values of any name, but never the key itself.
    var anyValue: [Int32] = []
    /// Rules that want the value of a name.
    var named: [[UInt16]: [Int32]] = [:]
    /// Rules that want values like a pattern.
    var patterns: [(name: NamePattern, rule: Int32)] = []
  }

  /// A place in the tree.
  struct Node {
    /// The nodes below, by the numbers of names.
    var names: [Int32: Int32] = [:]
    /// The nodes below by patterns.
    var patterns: [(name: NamePattern, node: Int32)] = []
    /// The node below any name.
    var any: Int32?
    /// The node for this key and all below it, where `**` is in a path.
    var levels: Int32?
    /// Whether the node holds for all keys further down too.
    var isLoop = false
    /// What is asked for at the key.
    var here: Int32?
    /// What is asked for at the key and at all keys below it.
    var below: Int32?
  }

  private(set) var nodes: [Node] = [Node()]
  private(set) var requests: [Requests] = []
  /// The numbers of the names that are in paths, in upper case.
  private var numbers: [[UInt16]: Int32] = [:]
  /// The nodes below others by patterns, to find them again while the tree grows.
  private var patternNodes: [PatternPlace: Int32] = [:]

  private struct PatternPlace: Hashable {
    let parent: Int
    let name: NamePattern
  }

  /// Builds the tree of all rules that are for a hive.
  ///
  /// - Parameters:
  ///   - rules: The rules.
  ///   - resolver: What a path means in the hive.
  ///   - user: The user that the hive belongs to, as far as that is known.
  init(_ rules: [ExtractionRule], for resolver: PathResolver, user: SecurityIdentifier?) {
    let user = user?.description
    for (index, rule) in rules.enumerated() {
      for target in rule.targets where target.hive == resolver.kind {
        if let wanted = target.user, let user, wanted != user { continue }
        insert(rule, Int32(index), resolver.resolve(target.pattern).components)
      }
    }
    patternNodes = [:]
  }

  /// Whether there is nothing to look for.
  var isEmpty: Bool { requests.isEmpty }

  /// The number of a name, in upper case; nil where no path has it.
  func number(of name: [UInt16]) -> Int32? { numbers[name] }

  private mutating func insert(
    _ rule: ExtractionRule, _ index: Int32, _ components: [RulePath.Component]
  ) {
    var node = 0
    for (depth, component) in components.enumerated() {
      let parent = node
      node = child(of: node, component)
      guard depth == components.count - 1, rule.patternsMatchValues else { continue }
      // At its end, a pattern means values as well as keys.
      switch component {
      case .levels, .level(.any):
        request(at: parent, recursive: false) { $0.anyValue.append(index) }
      case .level(.parts):
        if case .level(let name) = component {
          request(at: parent, recursive: false) { $0.patterns.append((name, index)) }
        }
      case .level(.name): break
      }
    }
    request(at: node, recursive: rule.isRecursive) { requests in
      switch rule.valueName {
      case nil: requests.keys.append(index)
      case .any: requests.anyValue.append(index)
      case .name(let name): requests.named[name, default: []].append(index)
      case .some(let pattern): requests.patterns.append((pattern, index))
      }
    }
  }

  private mutating func request(
    at node: Int, recursive isRecursive: Bool, _ change: (inout Requests) -> Void
  ) {
    let place: Int32
    if let known = isRecursive ? nodes[node].below : nodes[node].here {
      place = known
    } else {
      place = Int32(requests.count)
      requests.append(Requests())
      if isRecursive { nodes[node].below = place } else { nodes[node].here = place }
    }
    change(&requests[Int(place)])
  }

  /// The node below another one; made where there is none.
  private mutating func child(of parent: Int, _ component: RulePath.Component) -> Int {
    let next = Int32(nodes.count)
    switch component {
    case .levels:
      if let known = nodes[parent].levels { return Int(known) }
      // `**` after `**` adds nothing.
      if nodes[parent].isLoop { return parent }
      nodes[parent].levels = next
    case .level(.any):
      if let known = nodes[parent].any { return Int(known) }
      nodes[parent].any = next
    case .level(.name(let name)):
      let number = numbers[name] ?? Int32(numbers.count)
      numbers[name] = number
      if let known = nodes[parent].names[number] { return Int(known) }
      nodes[parent].names[number] = next
    case .level(let pattern):
      let place = PatternPlace(parent: parent, name: pattern)
      if let known = patternNodes[place] { return Int(known) }
      patternNodes[place] = next
      nodes[parent].patterns.append((pattern, next))
    }
    nodes.append(Node())
    if case .levels = component { nodes[Int(next)].isLoop = true }
    return Int(next)
  }
}
