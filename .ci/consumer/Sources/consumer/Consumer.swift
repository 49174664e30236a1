// SPDX-License-Identifier: MIT

import Foundation
import RegistryHive
import RegistryHiveFoundation

/// Reads the hives named on the command line in every way that the library offers.
@main
struct Consumer {
  static func main() throws {
    for path in CommandLine.arguments.dropFirst() {
      let hive: Hive
      do throws(HiveError) {
        hive = try Hive(path: path, logs: .automatic)
      } catch {
        guard error.code == .notAHive else { throw error }
        print("no hive:", error)
        continue
      }
      describe(hive)
      let tally = Tally(of: hive.root)
      print("\(tally.keys) keys, \(tally.values) values, \(tally.bytes) bytes of data")
      describe(hive.usage())
      var comparison = HiveComparison(from: hive, to: hive)
      precondition(comparison.next() == nil)
    }
  }

  static func describe(_ hive: Hive) {
    let header = hive.header
    print(hive.path ?? "in memory", hive.kind, header.version, header.fileName, hive.fileSize)
    print(header.lastWritten, hive.state, header.isChecksumValid)
    for finding in hive.findings { print(finding.id, finding) }
    print(hive.root.lastWritten.date, hive.isOpenedByLibhivex())
    do throws(MissingKey) {
      print(try hive.existingKey(at: "Software\\Microsoft").name)
    } catch {
      print(error.reason, error.localizedDescription)
    }
  }

  static func describe(_ usage: HiveUsage) {
    print(usage.bytes.file, usage.bytes.free, usage.counts.keys, usage.reclaimableBytes)
    for key in usage.root.largest(3, depth: 2) { print(key.bytes, key.path, key.latestWritten) }
    let growth = HiveGrowth(from: usage, to: usage)
    precondition(growth.changes.isEmpty && growth.fileBytes == 0)
  }
}

/// What a walk meets.
struct Tally {
  var keys = 0
  var values = 0
  var bytes = 0

  init(of root: Key) {
    var walk = root.walk()
    while let key = walk.next() {
      keys += 1
      precondition(walk.path == key.path || !walk.findings.isEmpty)
      precondition(key.hive.key(at: key.path) != nil)
      for value in key.values {
        values += 1
        bytes += value.bytes.count
        precondition(value.data == ValueData(value.bytes, type: value.type))
        precondition(value.rawData.count == value.bytes.count)
        if let time = value.time { print(value.name, time) }
        if let property = value.deviceProperty { print(property.typeName) }
        precondition(value.string == nil || value.integer == nil && value.strings == nil)
      }
      if key.flags.contains(.symbolicLink) { print(key.name, "is a link") }
      if let sddl = key.securityDescriptor?.sddl, walk.depth == 0 { print(sddl) }
      if let name = key.className { print(key.name, "has the class", name) }
    }
  }
}
