// SPDX-License-Identifier: MIT

public import RegistryHive

/// A file of Group Policy settings that are to be put into the registry: `Registry.pol`.
///
/// Damage does not stop reading: what is wrong with the file is in ``findings``, and reading goes
/// on with the next entry that makes sense.
///
/// Source: "Registry Policy File Format", Microsoft Win32 documentation; [MS-GPREG] 2.2.1.
public struct PolicyFile: Sendable {
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 16 << 20

  /// The path of the file.
  public let path: String
  /// For whom the settings are, by the folder that the file is in: `Machine` or `User`; nil where
  /// that has another name.
  public let scope: Policy.Scope?
  /// The entries in stored order, which is the order in which Windows follows them.
  public let entries: [PolicyFileEntry]
  /// What is wrong with the file.
  public let findings: [Finding]

  /// The places in ``entries`` of those for a key, by the key's path in upper case.
  private let entriesByKey: [[UInt16]: [Int]]
  /// The place in ``entries`` of the last one that deletes a key, by the key's path in upper case.
  private let keyDeletions: [[UInt16]: Int]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - name: What to call the file; nil for its path.
  /// - Throws: ``ForensicsError`` where the file cannot be read, or does not begin with `PReg`.
  public init(path: String, name: String? = nil) throws(ForensicsError) {
    try self.init(bytes: readFile(path, limit: Self.sizeLimit), path: name ?? path)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - path: The path that they come from.
  /// - Throws: ``ForensicsError`` where the bytes do not begin with `PReg`.
  public init(bytes: [UInt8], path: String) throws(ForensicsError) {
    guard bytes.starts(with: "PReg".utf8) else {
      throw ForensicsError(
        code: .notAPolicyFile, path: path,
        reason: bytes.isEmpty
          ? "is empty (0 bytes), not a policy file"
          : "is not a policy file: it does not begin with \"PReg\"")
    }
    self.path = path
    let folder = path.split(separator: "/").dropLast().last.map { RegistryString(String($0)) }
    scope =
      folder?.matches("Machine") == true
      ? .machine : folder?.matches("User") == true ? .user : nil
    var parser = PolicyFileParser(bytes: bytes)
    parser.parse()
    entries = parser.entries
    findings = parser.findings
    var byKey: [[UInt16]: [Int]] = [:]
    for (index, entry) in entries.enumerated() {
      byKey[entry.key.upcasedUnits, default: []].append(index)
    }
    entriesByKey = byKey
    keyDeletions = Self.keyDeletions(in: parser.entries)
  }

  /// The list of keys to delete is not documented to be relative to the entry's key, nor not to
  /// be: both are taken as meant.
  private static func keyDeletions(in entries: [PolicyFileEntry]) -> [[UInt16]: Int] {
    var deletions: [[UInt16]: Int] = [:]
    for (index, entry) in entries.enumerated() {
      guard case .deleteKeys(let paths) = entry.action else { continue }
      for path in paths where !path.isRoot {
        deletions[path.upcasedUnits] = index
        deletions[RegistryPath(names: entry.key.names + path.names).upcasedUnits] = index
      }
    }
    return deletions
  }
}

/// An entry of a policy file.
public struct PolicyFileEntry: Sendable, Hashable {
  /// What an entry does to its key.
  public enum Action: Sendable, Hashable {
    /// Makes the key.
    case createKey
    /// Sets a value to a type and data.
    case set(RegistryString, ValueType, [UInt8])
    /// `**Del.NAME`: deletes a value.
    case deleteValue(RegistryString)
    /// `**DeleteValues`: deletes the values of a list.
    case deleteValues([RegistryString])
    /// `**DelVals.`: deletes all values.
    case deleteAllValues
    /// `**DeleteKeys`: deletes the keys of a list.
    case deleteKeys([RegistryPath])
    /// `**SecureKey`: lets only administrators and the system write to the key where the data are
    /// a number other than 0.
    case secure(ValueData)
    /// Another order that begins with two asterisks, by its name.
    case unknown(RegistryString)
  }

  /// The offset of the entry in the file, in bytes.
  public let offset: Int
  /// The path of the key below `HKEY_LOCAL_MACHINE` or `HKEY_CURRENT_USER`.
  public let key: RegistryPath
  /// What the entry does.
  public let action: Action
}

// MARK: - Policies

extension PolicyFile: PolicySource {
  var source: String { path }

  var unconfiguredEffect: String? { "None: this file leaves the setting as it is." }

  func location(of policy: Policy) -> PolicyLocation {
    var location = PolicyLocation(key: policy.key)
    let names = policy.key.names
    if policy.hive == .software {
      location.mistaken = [RegistryPath(names: [names[0], "WOW6432Node"] + names.dropFirst())]
    }
    if policy.hive == .system {
      location.obstacle = "This is a policy file; services live in the SYSTEM hive."
    } else if let scope, scope != policy.scope {
      location.obstacle =
        scope == .user
        ? "This file is for users; a machine policy lives in Machine\\Registry.pol."
        : "This file is for the machine; a user policy lives in User\\Registry.pol."
    }
    return location
  }

  func content(of name: RegistryString, at key: RegistryPath) -> PolicyContent {
    // Each entry undoes what those before it did: the last one counts.
    let deletion = (1...max(key.names.count, 1)).compactMap { count in
      keyDeletions[RegistryPath(names: Array(key.names.prefix(count))).upcasedUnits]
    }.max()
    for place in (entriesByKey[key.upcasedUnits] ?? []).reversed() {
      if let deletion, deletion > place { return .cleared }
      switch entries[place].action {
      case .set(let other, let type, let bytes) where other.matches(name):
        return .value(type, bytes)
      case .deleteValue(let other) where other.matches(name):
        return .deleted
      case .deleteValues(let others) where others.contains { $0.matches(name) }:
        return .deleted
      case .deleteAllValues:
        return .cleared
      default:
        continue
      }
    }
    return deletion == nil ? .missing : .cleared
  }

  func lastWritten(_ key: RegistryPath) -> FileTime? { nil }

  func isDamaged(_ key: RegistryPath) -> Bool { !findings.isEmpty }
}

extension RegistryPath {
  /// The path in upper case, names separated by `\`.
  fileprivate var upcasedUnits: [UInt16] {
    [UInt16](names.map(\.upcased).joined(separator: [0x5C]))
  }
}
