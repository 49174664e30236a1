// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// What `hive growth` has to say about a hive, before it takes a form.
struct GrowthReport {
  /// The hive as the user named it.
  let name: String
  let usage: HiveUsage
  /// The key to look at; nil where only earlier copies have it.
  let start: KeyUsage?
  let startPath: RegistryPath
  /// The limit that the hive meets first.
  let limit: RegistrySizeLimit.Applied
  /// From each copy to the next one, the last of which is the hive itself; oldest first.
  let steps: [Step]
  /// How many levels below the key to go, where the user said so.
  let depth: Int?
  /// How many keys to list, where the user said so.
  let top: Int?

  /// From one copy of the hive to a later one.
  struct Step {
    let baseline: String
    let name: String
    let growth: HiveGrowth
  }

  /// From the oldest copy to the hive itself; nil without earlier copies.
  var growth: Step? {
    guard let first = steps.first, let last = steps.last, steps.count > 1 else {
      return steps.first
    }
    return Step(
      baseline: first.baseline, name: last.name,
      growth: HiveGrowth(from: first.growth.before, to: last.growth.after, at: startPath))
  }

  /// When the hive was last written: the newest key knows that better than the base block, which
  /// Windows 8.1 and later leave alone.
  var lastWritten: FileTime { Self.lastWritten(of: usage) }

  static func lastWritten(of usage: HiveUsage) -> FileTime {
    max(usage.hive.header.lastWritten, usage.root.latestWritten)
  }

  /// A part of the used cells.
  func share(_ bytes: Int) -> Double {
    usage.bytes.allocated > 0 ? Double(bytes) / Double(usage.bytes.allocated) : 0
  }

  /// Keys that are known to grow and have a hundredth of the used cells or more.
  var knownLargeKeys: [KnownLargeKey.Occurrence] {
    usage.knownLargeKeys(minimumShare: 0.01)
  }
}

extension KeyChange {
  /// How the key changed, to be after its name.
  var text: String {
    let scope =
      switch change {
      case .added, .removed:
        keysBefore + keysAfter > 1
          ? ", with \(grouped(keysBefore + keysAfter - 1)) keys below" : ""
      default: coversSubkeys ? ", with all below" : ""
      }
    return "\(scope): \(change.rawValue)"
  }

  /// The changes that are largest, the largest first; their order decides between equal ones.
  static func largest(_ changes: [KeyChange]) -> [KeyChange] {
    changes.enumerated().sorted { first, second in
      let (one, other) = (abs(first.element.delta), abs(second.element.delta))
      return one != other ? one > other : first.offset < second.offset
    }.map(\.element)
  }
}

extension HiveGrowth {
  /// The changes down to a depth, the largest first.
  func largestChanges(depth: Int?) -> [KeyChange] {
    KeyChange.largest(depth.map { changes(depth: $0) } ?? changes)
  }
}
