// SPDX-License-Identifier: MIT

import RegistryHive

/// Which places of a tree of rules the way down to a key has come to.
///
/// The work is counted: rules can be made so that every key has thousands of them under way.
struct RuleStates {
  /// What one hive may cost at most, in places looked at and units compared.
  static let workLimit = 200_000_000

  let tree: RuleTree
  let workLimit: Int
  /// For each level down to the current key: the places, and what is asked for there and below.
  private var levels: [(states: [Int32], below: [Int32])] = []
  /// The number of the last key that a place was added for.
  private var marks: [Int32]
  private var keyCount: Int32 = 0
  fileprivate var work = 0

  /// What is asked for at the current key.
  private(set) var requests: [Int32] = []
  /// Whether the work was too much, and rules are no longer followed further down.
  var isExhausted: Bool { work > workLimit }

  init(_ tree: RuleTree, workLimit: Int) {
    self.tree = tree
    self.workLimit = workLimit
    marks = [Int32](repeating: -1, count: tree.nodes.count)
  }

  /// Whether a key below the current one can be asked for.
  var leadsOn: Bool {
    guard let level = levels.last else { return false }
    return !isExhausted
      && (!level.below.isEmpty || level.states.contains { tree.nodes[Int($0)].leadsOn })
  }

  /// Goes to the hive's root.
  mutating func enterRoot() {
    levels.removeAll()
    keyCount += 1
    settle([0], below: [])
  }

  /// Goes to a key below the one at a depth.
  ///
  /// - Parameters:
  ///   - name: The key's name, in upper case.
  ///   - depth: How deep the key is; 1 right below the root.
  mutating func enter(_ name: [UInt16], depth: Int) {
    levels.removeLast(levels.count - depth)
    keyCount &+= 1
    guard let parent = levels.last else { return }
    let number = tree.number(of: name)
    var states: [Int32] = []
    work += parent.states.count
    for state in parent.states where !isExhausted {
      let node = tree.nodes[Int(state)]
      if let number, let next = node.names[number] { add(next, to: &states) }
      if let next = node.any { add(next, to: &states) }
      for (pattern, next) in node.patterns {
        work += name.count
        if pattern.matches(name) { add(next, to: &states) }
      }
      if node.isLoop { add(state, to: &states) }
    }
    settle(states, below: parent.below)
  }

  private mutating func add(_ state: Int32, to states: inout [Int32]) {
    guard marks[Int(state)] != keyCount else { return }
    marks[Int(state)] = keyCount
    states.append(state)
  }

  /// Notes what is asked for at the places that the key has come to.
  private mutating func settle(_ reached: [Int32], below inherited: [Int32]) {
    var states = reached
    var below = inherited
    requests.removeAll(keepingCapacity: true)
    for state in reached {
      if let here = tree.nodes[Int(state)].here { requests.append(here) }
      guard let new = tree.nodes[Int(state)].below, !isExhausted else { continue }
      work += below.count
      if !below.contains(new) { below.append(new) }
    }
    work += below.count
    requests += below
    // Where `**` may stand for no level, its node is reached without a name.
    for state in reached {
      guard let loop = tree.nodes[Int(state)].levels else { continue }
      add(loop, to: &states)
    }
    levels.append((states, below))
  }
}

// MARK: - Rules

extension RuleStates {
  /// How many rules may give one value or key; what is beyond is counted.
  static let ruleLimit = 100

  /// Finds the rules that want a value of the current key.
  ///
  /// - Parameter name: The value's name, in upper case.
  /// - Returns: The rules, in their order, and how many more there are.
  mutating func rules(forValue name: [UInt16]) -> (rules: [Int32], leftOut: Int) {
    var found = FoundRules()
    for place in requests where !isExhausted {
      let requests = tree.requests[Int(place)]
      found.add(requests.keys)
      found.add(requests.anyValue)
      if !requests.named.isEmpty, let named = requests.named[name] { found.add(named) }
      for (pattern, rule) in requests.patterns {
        work += name.count
        if pattern.matches(name) { found.add([rule]) }
      }
    }
    return (found.rules.sorted(), found.leftOut)
  }

  /// The rules that want the current key itself, because it has no values.
  func rulesForKey() -> (rules: [Int32], leftOut: Int) {
    var found = FoundRules()
    for place in requests where !isExhausted { found.add(tree.requests[Int(place)].keys) }
    return (found.rules.sorted(), found.leftOut)
  }

  private struct FoundRules {
    var rules: [Int32] = []
    var leftOut = 0

    mutating func add(_ more: [Int32]) {
      let kept = more.prefix(ruleLimit - rules.count)
      rules += kept
      leftOut += more.count - kept.count
    }
  }
}

extension RuleTree.Node {
  /// Whether a place further down can be come to from here.
  var leadsOn: Bool {
    !names.isEmpty || !patterns.isEmpty || any != nil || isLoop
  }
}
