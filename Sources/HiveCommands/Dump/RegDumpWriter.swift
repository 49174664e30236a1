// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat
import RegistryHive

/// Writes the keys and values as a registry file.
///
/// What has a name that cannot be written in such a file is left out and reported. So are
/// tombstones, since a reader would make ordinary values of them.
struct RegDumpWriter: DumpWriter {
  private let output: Output
  private let image: HiveImage
  private let report: FindingsReport
  private let lines: RegWriter
  private var path: PathPrefix
  /// Why the path of the key to begin with cannot be written.
  private let startObstacle: StaticString?
  /// The depth of the key that is left out with all keys below it.
  private var omittedDepth: Int?

  init(_ dump: Dump, to output: Output, report: FindingsReport) {
    self.output = output
    self.report = report
    image = dump.hive.image
    lines = RegWriter(to: output)
    let start = dump.startPath.joined.utf16
    startObstacle =
      dump.startPath.names.lazy.compactMap { RegWriter.obstacle(toKeyNamed: $0) }.first
    path = PathPrefix(
      dump.startPath, encoded: start.flatMap(\.bytes), separator: "\\\0", copiesPlainNames: false
    ) { name, image, bytes in
      for index in 0..<name.unitCount { bytes += image.unit(index, of: name).bytes }
    }
  }

  mutating func begin() {
    lines.begin()
  }

  mutating func write(_ node: KeyNode, walk: borrowing KeyWalk) {
    if let depth = omittedDepth, walk.depth > depth { return }
    omittedDepth = nil
    path.move(to: node, depth: walk.depth, from: walk.pathAnchor, in: image)
    guard !path.hasAnchor else {
      omittedDepth = walk.depth
      report.omit(
        "the key and all below it cannot be written: it is too deep, or its path too long",
        at: walk.path)
      return
    }
    // The root's own name is not part of the path.
    let reason = walk.depth > 0 ? RegWriter.obstacle(to: node, in: image) : startObstacle
    if let reason {
      omittedDepth = walk.depth
      report.omit("the key and all below it cannot be written: \(reason)", at: walk.path)
      return
    }
    lines.key(path.bytes)
    for value in walk.values {
      let record = value.record
      if let reason = RegWriter.obstacle(to: record, in: image) {
        let name = RegistryString(utf16: image.units(of: record.name)).visible
        report.omit("the value \"\(name)\" cannot be written: \(reason)", at: walk.path)
      } else {
        lines.value(record, bytes: image.bytes(in: value.extent), in: image)
      }
    }
    lines.endLine()
  }
}

extension UInt16 {
  /// The bytes of the number, lowest first.
  fileprivate var bytes: [UInt8] {
    [UInt8(truncatingIfNeeded: self), UInt8(truncatingIfNeeded: self >> 8)]
  }
}

// MARK: - Where hives are mounted

extension Hive {
  /// Where Windows shows the hive in its registry.
  var mountPath: RegistryPath {
    switch kind {
    case .ntuser: "HKEY_CURRENT_USER"
    case .usrClass: "HKEY_CURRENT_USER\\Software\\Classes"
    case .software, .system, .sam, .security, .components, .drivers:
      RegistryPath("HKEY_LOCAL_MACHINE\\\(kind.rawValue)")
    case .default: "HKEY_USERS\\.DEFAULT"
    case .bcd: "HKEY_LOCAL_MACHINE\\BCD00000000"
    case .amcache, .elam, .backgroundBroker, .other:
      RegistryPath(names: ["HKEY_LOCAL_MACHINE", fileName])
    }
  }

  /// The last part of the hive's path; where it could not be the name of a key, `Hive`.
  private var fileName: RegistryString {
    let name = RegistryString(path?.lastPathPart ?? "Hive")
    let canEndKey = name.utf16.contains { $0 < 0x20 || $0 == 0x5B || $0 == 0x5D }
    return canEndKey || RegWriter.obstacle(toKeyNamed: name) != nil ? "Hive" : name
  }
}
