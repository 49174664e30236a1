// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension JSONWriter {
  /// Writes the members of a difference between two hives.
  ///
  /// - Parameters:
  ///   - change: The difference.
  ///   - path: The path of the key that it is in.
  ///   - input: The later hive; nil where there is only one pair.
  mutating func members(of change: HiveChange, at path: RegistryPath, in input: InputHive? = nil) {
    member("change", change.kind.rawValue)
    if let input { source(input) }
    member("path", path)
    switch change.subject {
    case .key(let before, let after):
      aspects(of: change)
      if change.kind == .changed, let before, let after {
        name("before")
        object { $0.members(change.aspects, of: before) }
        name("after")
        object { $0.members(change.aspects, of: after) }
      }
    case .value(let before, let after):
      member("name", (after ?? before)?.name ?? "")
      aspects(of: change)
      let showsName = change.aspects.contains(.name)
      for (side, value, extent) in [
        ("before", before, change.extents.before), ("after", after, change.extents.after),
      ] {
        guard let value else { continue }
        name(side)
        object { json in
          if showsName { json.member("name", value.name) }
          json.dataMembers(of: value, extent: extent ?? .run(offset: 0, count: 0))
        }
      }
    }
    member("lastWritten", change.lastWritten)
  }

  private mutating func aspects(of change: HiveChange) {
    guard change.kind == .changed else { return }
    name("what")
    array(change.aspects) { $0.value($1.word) }
  }

  /// Writes those properties of a key that differ.
  private mutating func members(_ aspects: [HiveChange.Aspect], of key: Key) {
    for aspect in aspects {
      switch aspect {
      case .name: member("name", key.name)
      case .lastWritten: member("lastWritten", key.lastWritten)
      case .className: member("class", optional: key.className) { $0.value($1) }
      case .security: member("sddl", optional: key.securityDescriptor?.sddl) { $0.value($1) }
      case .flags: member("flags", Int(key.flags.rawValue))
      case .type, .data: continue
      }
    }
  }
}

extension CSVRow {
  /// The columns of a difference between two hives.
  static let changeColumns: [StaticString] = [
    "change", "path", "name", "what", "before.type", "before.typeCode", "before.data",
    "after.type", "after.typeCode", "after.data", "lastWritten",
    "before.time", "before.property.type", "before.property.data",
    "after.time", "after.property.type", "after.property.data",
    "before.name", "before.lastWritten", "before.class", "before.sddl", "before.flags",
    "after.name", "after.lastWritten", "after.class", "after.sddl", "after.flags",
  ]

  /// Writes a difference; `what` has words with `|` between them, and keys have no name.
  mutating func fields(of change: HiveChange, at path: RegistryPath) {
    word(change.kind.rawValue)
    self.path(path)
    var (before, after): (Value?, Value?)
    if case .value(let old, let new) = change.subject { (before, after) = (old, new) }
    text((after ?? before)?.name)
    word(change.aspects.map(\.word).joined(separator: "|"))
    side(before, change.extents.before)
    side(after, change.extents.after)
    time(change.lastWritten)
    meaning(of: before, extent: change.extents.before)
    meaning(of: after, extent: change.extents.after)
    switch change.subject {
    case .key(let old?, let new?):
      for key in [old, new] { properties(of: key, change.aspects) }
    case .value(let old?, let new?) where change.aspects.contains(.name):
      for value in [old, new] {
        text(value.name)
        skip(4)
      }
    default: skip(10)
    }
  }

  /// Writes that a hive was added or removed.
  mutating func fields(ofHiveThatIs kind: HiveChange.Kind, _ lastWritten: FileTime) {
    word(kind.rawValue)
    path("")
    skip()
    word("hive")
    skip(6)
    time(lastWritten)
    skip(16)
  }

  /// Writes those properties of a key that differ.
  private mutating func properties(of key: Key, _ aspects: [HiveChange.Aspect]) {
    text(aspects.contains(.name) ? key.name : nil)
    time(aspects.contains(.lastWritten) ? key.lastWritten : nil)
    text(aspects.contains(.className) ? key.className : nil)
    text(aspects.contains(.security) ? key.securityDescriptor?.sddl : nil)
    number(aspects.contains(.flags) ? key.flags.rawValue : nil)
  }

  private mutating func side(_ value: Value?, _ extent: ValueExtent?) {
    guard let value else { return skip(3) }
    word(value.type.description)
    number(value.type.rawValue)
    data(of: value, extent: extent)
  }
}

extension HiveChange.Aspect {
  /// The word for it in formats for scripts.
  var word: String {
    switch self {
    case .className: "class"
    case .lastWritten: "time"
    default: rawValue
    }
  }
}
