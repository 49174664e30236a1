// SPDX-License-Identifier: MIT

import RegistryHive

/// Which keys a rule is about: patterns for the names from below the hive's root down to the key.
struct RulePath: Sendable, Hashable {
  /// The pattern for one level, or for any number of levels.
  enum Component: Sendable, Hashable {
    case level(NamePattern)
    /// Any levels, none included.
    case levels

    var name: [UInt16]? {
      if case .level(.name(let name)) = self { return name }
      return nil
    }
  }

  /// How many names a path may have; Windows has no key deeper than 512 levels.
  static let lengthLimit = 512

  var components: [Component]

  /// Makes a pattern of a path as RECmd has it: `*` stands for any part of one name.
  ///
  /// Slashes at the ends do not count. Nil for a path that is longer than any.
  init?(batchPath path: String) {
    var path = path[...]
    while let last = path.last, last == "\\" || last == "/" { path.removeLast() }
    while let first = path.first, first == "\\" || first == "/" { path.removeFirst() }
    // RECmd's `*` alone is the root.
    let names = path == "*" ? [] : path.split(separator: "\\")
    guard names.count <= Self.lengthLimit else { return nil }
    components = names.map { .level(NamePattern($0)) }
  }

  init(_ components: [Component]) {
    self.components = components
  }

  /// Whether a path is like this; for patterns without any levels.
  func matches(_ path: RegistryPath) -> Bool {
    guard path.names.count == components.count else { return false }
    // Names differ most at their ends.
    for (component, name) in zip(components, path.names).reversed() {
      guard case .level(let pattern) = component, pattern.matches(name.upcased) else {
        return false
      }
    }
    return true
  }
}
