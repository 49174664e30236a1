// SPDX-License-Identifier: MIT

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
  /// The depth of the key that is left out with all keys below it.
  private var omittedDepth: Int?

  init(_ dump: Dump, to output: Output, report: FindingsReport) {
    self.output = output
    self.report = report
    image = dump.hive.image
    lines = RegWriter(to: output)
    let start = dump.startPath.joined.utf16
    path = PathPrefix(start: start.flatMap(\.bytes), separator: "\\\0") { name, image, bytes in
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
    // The name of the key to begin with is not part of the path, or was given on the command line.
    if walk.depth > 0, let reason = RegWriter.obstacle(to: node, in: image) {
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
      RegistryPath(
        names: ["HKEY_LOCAL_MACHINE", RegistryString(path.map(fileName(of:)) ?? "Hive")])
    }
  }
}

/// The last part of a path.
private func fileName(of path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
