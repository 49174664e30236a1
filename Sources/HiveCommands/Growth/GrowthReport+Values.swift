// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// The values that take up most space: of one hive, and of all hives of a machine.
extension GrowthReport {
  /// How many values are listed unless the user says otherwise.
  private static let valueCount = 10

  /// The largest values of the key and of all below it.
  var largestValues: [ValueUsage] { start?.largestValues(top ?? Self.valueCount) ?? [] }

  func writeLargestValues(to text: inout TextReport) {
    let largest = largestValues
    guard !largest.isEmpty else { return }
    text.section("Largest values\(startPath.isRoot ? "" : " below \(startPath.visible)")")
    text.table([.right, .right, .left, .left]) { rows in
      rows.append(["size", "in use", "type", "value"])
      for value in largest {
        rows.append([
          byteText(value.bytes), percent(share(value.bytes)), value.type.description, value.place,
        ])
      }
    }
  }

  /// Writes them as a member of the report's JSON object.
  func writeLargestValues(to json: inout JSONWriter) {
    json.beginLine()
    json.name("largestValues")
    json.array(largestValues, inLines: true) { json, value in
      json.object { json in
        json.members(of: value)
        json.member("share", share: share(value.bytes))
      }
    }
  }
}

extension VolumeReport {
  /// The largest values of all hives, each with its hive.
  var largestValues: [(entry: Entry, value: ValueUsage)] {
    let all = entries.flatMap { entry in entry.largestValues.map { (entry, $0) } }
    let largest = all.enumerated().sorted { first, second in
      let (one, other) = (first.element.1.bytes, second.element.1.bytes)
      return one != other ? one > other : first.offset < second.offset
    }
    return largest.prefix(10).map(\.element)
  }

  func writeLargestValues(to text: inout TextReport) {
    let largest = largestValues
    guard !largest.isEmpty else { return }
    text.section("Largest values of all hives")
    text.table([.right, .left, .left]) { rows in
      rows.append(["size", "hive", "value"])
      for (entry, value) in largest {
        rows.append([byteText(value.bytes), relative(entry.path), value.place])
      }
    }
  }
}

extension VolumeReport.Entry {
  /// Whether the hive was loaded, in a word; nothing for hives of which that is not asked.
  var loadedText: String {
    switch isLoaded {
    case true?: "yes"
    case false?: "no"
    case nil: isOfUserOrMachine ? "not known" : ""
    }
  }
}

extension JSONWriter {
  /// Writes the members of a value's size.
  mutating func members(of value: ValueUsage) {
    member("path", value.key)
    member("name", value.name)
    member("type", value.type.description)
    member("bytes", value.bytes)
  }
}

extension ValueUsage {
  /// The key and the value's name, for a line.
  fileprivate var place: String {
    let shown = name.isEmpty ? "(default)" : name.visible
    return key.isRoot ? shown : "\(key.visible)\\\(shown)"
  }
}
