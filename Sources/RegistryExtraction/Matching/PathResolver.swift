// SPDX-License-Identifier: MIT

import RegistryHive

/// What the paths of rules mean in one hive.
struct PathResolver {
  /// Which hive it is.
  let kind: RuleHive
  /// The root's own name, in upper case.
  private let rootName: [UInt16]
  /// Whether the root has a key `ROOT` below it.
  private let hasKeyRoot: Bool
  /// The name of the current control set, in upper case; nil where it is not to be put in.
  private let controlSet: [UInt16]?

  private static let root = RegistryString("ROOT").upcased
  private static let currentControlSet = RegistryString("CurrentControlSet").upcased

  init(_ hive: Hive) {
    kind = RuleHive(hive)
    rootName = hive.root.name.upcased
    hasKeyRoot = hive.key(at: "ROOT") != nil
    controlSet =
      kind == .system && hive.key(at: "CurrentControlSet") == nil
      ? ControlSet(of: hive).map { $0.key.name.upcased } : nil
  }

  /// The pattern with the root's own name left out, and the current control set in place of the link
  /// that exists only while Windows runs.
  func resolve(_ pattern: RulePath) -> RulePath {
    guard let first = pattern.components.first?.name else { return pattern }
    var components = pattern.components
    if first == rootName || first == Self.root && !hasKeyRoot {
      components.removeFirst()
    }
    if let controlSet, components.first?.name == Self.currentControlSet {
      components[0] = .level(.name(controlSet))
    }
    return RulePath(components)
  }
}
