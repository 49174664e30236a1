// SPDX-License-Identifier: MIT

import RegistryHive

/// The keys with changes of two hives, as a page shows them: a tree, in which keys without a change
/// of their own that lead to one key alone are one step.
struct DiffTree {
  /// A key.
  struct Node {
    let name: RegistryString
    var children: [Int] = []
    /// How the key itself changed; nil where it did not.
    var kind: HiveChange.Kind?
    /// When it was last written; nil where nothing of it changed.
    var lastWritten: FileTime?
    /// The rows of its own changes.
    var aspects: [UInt8] = []
    /// The rows of its values.
    var values: [UInt8] = []

    /// Whether there is nothing to show of the key but its name, before the only key below it.
    fileprivate func isPassage(to child: (Int) -> Node) -> Bool {
      guard values.isEmpty, aspects.isEmpty, children.count == 1 else { return false }
      return kind == nil || kind != .changed && child(children[0]).kind == kind
    }
  }

  /// How many keys a tree holds at the most.
  static let nodeLimit = 60_000
  /// How deep lists may be in each other.
  private static let depthLimit = 40
  /// From how many keys on a tree is folded.
  private static let openLimit = 400

  private(set) var nodes = [Node(name: "")]
  /// The keys on the way to the last one.
  private var way: [Int] = [0]

  /// The key at a path, which is added where it is not the last one, or above it; nil where the
  /// tree is full.
  mutating func node(at path: RegistryPath) -> Int? {
    var depth = 0
    while depth < path.names.count, depth + 1 < way.count,
      nodes[way[depth + 1]].name == path.names[depth]
    {
      depth += 1
    }
    way.removeLast(way.count - depth - 1)
    guard nodes.count + path.names.count - depth <= Self.nodeLimit else { return nil }
    for name in path.names[depth...] {
      nodes[way[way.count - 1]].children.append(nodes.count)
      way.append(nodes.count)
      nodes.append(Node(name: name))
    }
    return way[way.count - 1]
  }

  /// Takes note of when a key was last written, in the later copy if that has it.
  mutating func date(_ node: Int, _ time: FileTime) {
    nodes[node].lastWritten = time
  }

  mutating func mark(_ node: Int, _ kind: HiveChange.Kind, aspects: [UInt8]) {
    nodes[node].kind = kind
    nodes[node].aspects += aspects
  }

  mutating func add(value row: [UInt8], to node: Int) {
    nodes[node].values += row
  }

  private func hasContent(_ node: Int) -> Bool {
    nodes[node].kind != nil || !nodes[node].values.isEmpty
  }

  // MARK: - Writing

  private enum Step {
    case key(Int, above: [RegistryString], depth: Int)
    case close
  }

  /// Writes the tree as a list.
  func write(to output: Output) {
    output.append("<ul class=\"changes\">\n")
    var pending: [Step] = []
    func push(_ children: [Int], above: [RegistryString], depth: Int) {
      pending += children.reversed().map { .key($0, above: above, depth: depth) }
    }
    if hasContent(0) {
      pending.append(.key(0, above: [], depth: 0))
    } else {
      push(nodes[0].children, above: [], depth: 0)
    }
    while let step = pending.popLast() {
      guard case .key(var index, var names, let depth) = step else {
        output.append("</ul></details></li>\n")
        continue
      }
      names.append(nodes[index].name)
      while nodes[index].isPassage(to: { nodes[$0] }) {
        index = nodes[index].children[0]
        names.append(nodes[index].name)
      }
      let node = nodes[index]
      output.append("<li><details")
      if nodes.count < Self.openLimit { output.append(" open") }
      output.append("><summary>")
      writeHeading(of: node, names, to: output)
      output.append("</summary>\n")
      writeContent(of: node, to: output)
      if node.children.isEmpty {
        output.append("</details></li>\n")
      } else if depth >= Self.depthLimit {
        output.append("</details></li>\n")
        push(node.children, above: names, depth: depth)
      } else {
        output.append("<ul>\n")
        pending.append(.close)
        push(node.children, above: [], depth: depth + 1)
      }
    }
    output.append("</ul>\n")
  }

  private func writeHeading(of node: Node, _ names: [RegistryString], to output: Output) {
    if let kind = node.kind { DiffPage.write(kind, to: output) }
    output.append("<bdi>")
    let text = RegistryPath(names: names.filter { !$0.isEmpty }).joined
    output.append(html: text.isEmpty ? "the root key" : text)
    output.append("</bdi>")
    if let time = node.lastWritten, time.rawValue != 0 {
      output.append(" <span class=\"time\">")
      output.append(html: "last written \(minutes(time))")
      output.append("</span>")
    }
  }

  private func writeContent(of node: Node, to output: Output) {
    for (rows, heading) in [
      (node.aspects, "Of the key"), (node.values, "Value"),
    ] where !rows.isEmpty {
      output.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Changes\">")
      output.append("\n<table><thead><tr>")
      output.append("<th scope=\"col\">")
      output.append(html: heading)
      output.append("</th><th scope=\"col\" class=\"text\">Before</th>")
      output.append("<th scope=\"col\" class=\"text\">After</th></tr></thead>\n<tbody>\n")
      output.append(rows)
      output.append("</tbody></table></div>\n")
    }
  }
}
