// SPDX-License-Identifier: MIT

package import HiveFormat

/// A key or value that is not the same in two copies of a hive.
///
/// ``HiveComparison`` says where it is.
public struct HiveChange: Sendable {
  /// How something changed.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Only the later copy has it.
    case added
    /// Both copies have it, and it is not the same.
    case changed
    /// Only the earlier copy has it.
    case removed
  }

  /// What it is that changed, as it is in both copies; nil where a copy does not have it.
  public enum Subject: Sendable {
    /// A key itself; its values and subkeys are changes of their own.
    case key(before: Key?, after: Key?)
    /// A value.
    case value(before: Value?, after: Value?)
  }

  /// What of something that both copies have is not the same.
  public enum Aspect: String, Sendable, Hashable, CaseIterable {
    /// The letters of the name, which differ in case.
    case name
    /// When the key was last written.
    case lastWritten
    /// The key's class name.
    case className
    /// The key's security descriptor.
    case security
    /// The marks of the key or value.
    case flags
    /// The value's type.
    case type
    /// The value's data.
    case data
  }

  /// What it is that changed.
  public let subject: Subject
  /// What of it is not the same, in the order of ``Aspect``; empty where only one copy has it.
  public let aspects: [Aspect]
  /// Where a value's data are in both copies, as far as they were compared.
  package var extents: (before: ValueExtent?, after: ValueExtent?) = (nil, nil)
  /// When the key that changed, or that the value is in, was last written: in the later copy, or in
  /// the earlier one where that alone has what changed.
  public let lastWritten: FileTime

  /// How it changed.
  public var kind: Kind {
    switch subject {
    case .key(nil, _), .value(nil, _): .added
    case .key(_, nil), .value(_, nil): .removed
    default: .changed
    }
  }
}

/// How many keys and values are not the same in two copies of a hive.
public struct ChangeCounts: Sendable, Hashable {
  /// Keys that only the later copy has.
  public internal(set) var keysAdded = 0
  /// Keys that are not the same; changes of values and subkeys show in the time of their key.
  public internal(set) var keysChanged = 0
  /// Keys that only the earlier copy has.
  public internal(set) var keysRemoved = 0
  /// Values that only the later copy has.
  public internal(set) var valuesAdded = 0
  /// Values that are not the same.
  public internal(set) var valuesChanged = 0
  /// Values that only the earlier copy has.
  public internal(set) var valuesRemoved = 0

  /// Counts nothing yet.
  public init() {}

  /// Whether there is no change.
  public var isEmpty: Bool { self == ChangeCounts() }

  /// Counts a change.
  public mutating func add(_ change: HiveChange) {
    switch (change.subject, change.kind) {
    case (.key, .added): keysAdded += 1
    case (.key, .changed): keysChanged += 1
    case (.key, .removed): keysRemoved += 1
    case (.value, .added): valuesAdded += 1
    case (.value, .changed): valuesChanged += 1
    case (.value, .removed): valuesRemoved += 1
    }
  }
}
