// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsTypes

/// Which machine a part of a collection is of, as far as its SYSTEM and SOFTWARE hives say.
///
/// The name of the computer is looked up first, of all parts (``MachineNames``); this only where
/// several parts have the same name.
package struct PartIdentity: Sendable {
  private let identity: MachineIdentity?

  /// Looks through a part; its hives are closed again.
  package init(of part: CollectionParts.Part) {
    guard let folder = try? VolumeFolder(root: part.path, log: SkippedItems()) else {
      identity = nil
      return
    }
    var search = CollectionSearch(log: SkippedItems())
    let place = CollectionSearch.Place(name: part.path.lastPathPart, isInput: part.files == nil)
    let drafts =
      part.files.map { search.looseFiles($0.map(\.lastPathPart), in: folder, place) }
      ?? search.machines(in: folder, place)
    identity = drafts.first { $0.hive(.system) != nil }.map { MachineIdentity($0) }
  }

  /// Puts parts of one computer's name together where they may be of one machine: the number that
  /// Windows gave itself, or else its version and a user, are the same.
  ///
  /// - Parameter identities: What is known of each part.
  /// - Returns: For each machine, the places of its parts, the newest one first.
  package static func machines(_ identities: [PartIdentity]) -> [[Int]] {
    var machines: [[Int]] = []
    for (place, part) in identities.enumerated() {
      let owner = part.identity.flatMap { own in
        machines.firstIndex { machine in
          identities[machine[0]].identity.map { $0.mayBe(own) } ?? false
        }
      }
      guard let owner else {
        machines.append([place])
        continue
      }
      let newest = part.identity?.newest ?? FileTime(rawValue: 0)
      let index = machines[owner].firstIndex { other in
        (identities[other].identity?.newest ?? FileTime(rawValue: 0)) < newest
      }
      machines[owner].insert(place, at: index ?? machines[owner].count)
    }
    return machines
  }
}
