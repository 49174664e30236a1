// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes a registry file that turns the earlier hive into the later one.
///
/// Keys and values that are gone are deleted. A key whose name changed its case is deleted and made
/// again with all that is in it, because a reader keeps the name of a key that is there. What such a
/// file cannot say is reported: class names, security descriptors, flags, tombstones, and some names.
struct DiffRegWriter: DiffWriter {
  private let output: Output
  private let lines: RegWriter
  private let givenPrefix: RegistryPath?
  private var prefix: RegistryPath = ""
  private var report: FindingsReport?
  private var newName = ""
  /// The key that the lines written last are about.
  private var openKey: RegistryPath?
  /// A key that was written with all below it, or left out with that.
  private var doneKey: RegistryPath?
  private var madeKeys = 0
  /// Whether the hive is of a user who is not known, so that its changes have no path.
  private var isOfUnknownUser = false

  init(to output: Output, prefix: RegistryPath?) {
    self.output = output
    givenPrefix = prefix
    lines = RegWriter(to: output)
  }

  mutating func begin() {
    lines.begin()
  }

  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool) {
    prefix = givenPrefix ?? new.mountPath
    isOfUnknownUser = false
    if !isSingle, pair.new.profile != nil {
      // A machine has many users, and HKEY_CURRENT_USER is one.
      let suffix = new.kind == .usrClass ? "_Classes" : ""
      isOfUnknownUser = pair.user == nil
      prefix = RegistryPath("HKEY_USERS\\\(pair.user?.description ?? "")\(suffix)")
    }
    report = FindingsReport([], name: pair.new.path)
    newName = pair.new.path
    doneKey = nil
    madeKeys = 0
  }

  mutating func endPair() {
    close()
    _ = report?.finish()
    if madeKeys > 0 {
      Diagnostics.note(
        "\(newName): a registry file has no security descriptors: \(madeKeys) keys that it makes "
          + "get those of the keys above them")
    }
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool) {
    if isOfUnknownUser {
      if doneKey == nil {
        Diagnostics.note("\(newName): its user is not known: its changes cannot be written")
      }
      doneKey = ""
      return
    }
    if isCut {
      report?.omit("what changed in it cannot be written: there are too many long paths", at: path)
      return
    }
    if let doneKey, path.names.starts(with: doneKey.names) { return }
    doneKey = nil
    if let reason = path.names.lazy.compactMap(RegWriter.obstacle(toKeyNamed:)).first {
      report?.omit("what changed in it cannot be written: \(reason)", at: path)
      doneKey = path
      return
    }
    switch change.subject {
    case .key(_, let after?) where change.kind == .added:
      if after.layer == .tombstone {
        report?.omit("the key cannot be written: it is a tombstone", at: path)
        doneKey = path
        return
      }
      open(path)
      reportClass(of: after, at: path)
      madeKeys += 1
    case .key(let before?, nil):
      close()
      delete(path, before.name)
      doneKey = path
    case .key(let before?, let after?):
      writeChanged(before, after, change.aspects, at: path)
    case .value(let before, let after):
      write(before, after, change, at: path)
    default: break
    }
  }
}

// MARK: - Keys

extension DiffRegWriter {
  private func full(_ path: RegistryPath) -> RegistryPath {
    RegistryPath(names: prefix.names + path.names)
  }

  /// Lets the next lines be about a key.
  private mutating func open(_ path: RegistryPath) {
    guard openKey != path else { return }
    close()
    openKey = path
    lines.key(full(path))
  }

  private mutating func close() {
    if openKey != nil { lines.endLine() }
    openKey = nil
  }

  /// Deletes a key; its name may be in other letters than the path has.
  private func delete(_ path: RegistryPath, _ name: RegistryString) {
    lines.key(full(RegistryPath(names: path.names.dropLast() + [name])), isDeleted: true)
    lines.endLine()
  }

  private func reportClass(of key: Key, at path: RegistryPath) {
    if key.className != nil { report?.omit("its class name cannot be written", at: path) }
  }

  private mutating func writeChanged(
    _ before: Key, _ after: Key, _ aspects: [HiveChange.Aspect], at path: RegistryPath
  ) {
    let unwritten: [(HiveChange.Aspect, String)] = [
      (.className, "class name"), (.security, "security descriptor"), (.flags, "flags"),
    ]
    for (aspect, noun) in unwritten where aspects.contains(aspect) {
      report?.omit("the change of its \(noun) cannot be written", at: path)
    }
    guard aspects.contains(.name), !path.isRoot else { return }
    close()
    delete(path, before.name)
    make(after, at: path)
    doneKey = path
  }

  /// Writes a key with all that is in it.
  private mutating func make(_ key: Key, at path: RegistryPath) {
    var walk = key.walk()
    var omittedDepth: Int?
    let top = key.path.names.count
    while output.failure == nil, let node = walk.nextNode() {
      if let depth = omittedDepth, walk.depth > depth { continue }
      omittedDepth = nil
      let place = RegistryPath(names: path.names + walk.path.names.dropFirst(top))
      if walk.pathAnchor != nil {
        omittedDepth = walk.depth
        report?.omit("the key and all below it cannot be written: it is too deep", at: walk.path)
        continue
      }
      if let reason = RegWriter.obstacle(to: node, in: key.hive.image) {
        omittedDepth = walk.depth
        report?.omit("the key and all below it cannot be written: \(reason)", at: place)
        continue
      }
      open(place)
      madeKeys += 1
      if walk.depth > 0 { reportClass(of: Key(hive: key.hive, node: node), at: place) }
      for value in walk.values {
        write(Value(hive: key.hive, record: value.record), value.extent, at: place)
      }
    }
  }
}

// MARK: - Values

extension DiffRegWriter {
  private mutating func write(
    _ before: Value?, _ after: Value?, _ change: HiveChange, at path: RegistryPath
  ) {
    if let before, after == nil || change.aspects.contains(.name) {
      if let reason = RegWriter.obstacle(toValueNamed: before.name) {
        report?.omit(
          "the value \"\(before.name.visible)\" cannot be deleted: \(reason)", at: path)
      } else {
        open(path)
        lines.deletedValue(before.record, in: before.hive.image)
      }
    }
    if let after { write(after, change.extents.after, at: path) }
  }

  private mutating func write(_ value: Value, _ extent: ValueExtent?, at path: RegistryPath) {
    let image = value.hive.image
    if let reason = RegWriter.obstacle(to: value.record, in: image) {
      report?.omit("the value \"\(value.name.visible)\" cannot be written: \(reason)", at: path)
      return
    }
    open(path)
    lines.value(value.record, bytes: extent.map { image.bytes(in: $0) } ?? [], in: image)
  }
}
