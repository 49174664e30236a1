// SPDX-License-Identifier: MIT

/// One machine of a collection, with its files.
public struct Machine: Sendable {
  /// The computer's name, from `Control\ComputerName\ComputerName` in its SYSTEM hive; nil where
  /// that is not available or does not say.
  public let name: String?
  /// What to call the machine: the computer's name, or that of its folder; no other machine of the
  /// collection has the same.
  public let label: String
  /// Its files, of which there are some at least: the live ones first, then earlier states.
  public let captures: [Capture]

  /// The newest state of the machine.
  public var live: Capture { captures[0] }

  /// Its earlier states; copies of roaming profiles are none.
  public var earlierStates: [Capture] {
    captures.dropFirst().filter { $0.origin != .roamingStore }
  }

  /// Those of its earlier states that were collected by themselves, and lie neither in the newest one
  /// nor are shadow copies.
  public var otherCollections: [Capture] {
    earlierStates.filter { $0.origin == .saved && !$0.isBelow(live.path) }
  }
}

extension Capture {
  /// Whether its folder is another one, or in it.
  fileprivate func isBelow(_ folder: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }
}

extension Machine {
  /// Machines with labels that distinguish them.
  static func all(_ machines: [(name: String?, path: String, captures: [Capture])]) -> [Machine] {
    let labels = labels(machines.map { ($0.name, $0.path) })
    return zip(machines, labels).map {
      Machine(name: $0.name, label: $1, captures: $0.captures)
    }
  }

  /// What to call machines, of which no two get the same.
  static func labels(_ machines: [(name: String?, path: String)]) -> [String] {
    let names = machines.map { $0.name ?? folderName($0.path) }
    var labels = names
    for make in [
      { (index: Int) in
        // The name of the folder tells nothing where it is that of the machine.
        let (name, folder) = (names[index], folderName(machines[index].path))
        return name.uppercased() == folder.uppercased()
          ? "\(name) (\(machines[index].path))" : "\(name) (\(folder))"
      },
      { (index: Int) in "\(names[index]) (\(machines[index].path))" },
      { (index: Int) in "\(names[index]) (\(machines[index].path), \(index + 1))" },
    ] {
      let counts = Dictionary(grouping: labels.indices) { labels[$0].uppercased() }
      let clashes = counts.values.filter { $0.count > 1 }.flatMap(\.self)
      guard !clashes.isEmpty else { break }
      for index in clashes { labels[index] = make(index) }
    }
    return labels
  }

  /// Names of folders that say nothing about which machine they are of.
  private static let generalNames: Set<String> = [
    "uploads", "auto", "ntfs", "file", "raw", "windows", "winnt", "system32", "config", "users",
    "registry", "hives",
  ]

  static func folderName(_ path: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    return parts.last { CollectedName($0) == .plain && !generalNames.contains($0.lowercased()) }
      ?? path
  }
}

extension Machine {
  /// The same machine under another label.
  package func called(_ label: String) -> Machine {
    Machine(name: name, label: label, captures: captures)
  }
}
