// SPDX-License-Identifier: MIT

/// Why a key that was asked for cannot be had.
public struct MissingKey: Error, Sendable, Hashable {
  /// Whether the key is known not to be there.
  public enum Reason: Sendable, Hashable {
    /// The key above it can be read, and has no subkey of that name.
    case absent
    /// The list of subkeys above it is damaged: the key may be in what was lost.
    case unreadable
  }

  /// The path that was asked for, from the key where the search began.
  public let path: RegistryPath
  /// As much of the path as is there.
  public let found: RegistryPath
  /// The name that was not found below that.
  public let name: RegistryString
  /// Whether it is known not to be there.
  public let reason: Reason
  /// What is wrong with the list of subkeys; empty where the key is absent.
  public let findings: [Finding]
}

extension MissingKey: CustomStringConvertible {
  /// One sentence for the person at the terminal.
  public var description: String {
    let place = found.isRoot ? "the root key" : "the key \"\(found)\""
    return switch reason {
    case .absent: "\(place) has no subkey \"\(name)\""
    case .unreadable:
      "\(place) shows no subkey \"\(name)\", and its list of subkeys is damaged: "
        + findings.map(\.description).joined(separator: "; ")
    }
  }
}

extension Hive {
  /// The key at a path below the root, found as Windows finds it: case does not matter.
  ///
  /// Unlike ``key(at:)``, this says why there is none.
  ///
  /// - Throws: ``MissingKey`` where there is none, or where damage may hide it.
  public func existingKey(at path: RegistryPath) throws(MissingKey) -> Key {
    try root.existingKey(at: path)
  }
}

extension Key {
  /// The key at a path below this one, found as Windows finds it: case does not matter.
  ///
  /// Unlike ``key(at:)``, this says why there is none.
  ///
  /// - Throws: ``MissingKey`` where there is none, or where damage may hide it.
  public func existingKey(at path: RegistryPath) throws(MissingKey) -> Key {
    var key = self
    for (index, name) in path.names.enumerated() {
      guard let next = key.subkey(named: name) else {
        let findings = key.subkeyFindings
        throw MissingKey(
          path: path, found: RegistryPath(names: [RegistryString](path.names[..<index])),
          name: name, reason: findings.isEmpty ? .absent : .unreadable, findings: findings)
      }
      key = next
    }
    return key
  }
}
