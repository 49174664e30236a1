// SPDX-License-Identifier: MIT

import RegistryHive

/// Things that are found by the name of a user, as the folder of a profile has it.
///
/// A folder is named `anna`, or where that was taken `anna.DOMAIN` or `anna.PC1.000`. Both lists may
/// be as long as their author wanted, so that they are not compared one by one.
struct NameIndex<Element: Sendable>: Sendable {
  private var elements: [RegistryString: [Element]] = [:]

  /// Adds something under the names that a folder's name can stand for: `anna.PC1.000` is a folder
  /// of `anna`, `anna.PC1` and `anna.PC1.000`.
  mutating func add(_ element: Element, folder: String) {
    for name in Self.names(of: folder) { elements[name, default: []].append(element) }
  }

  /// Adds something under one name.
  mutating func add(_ element: Element, name: String) {
    elements[RegistryString(name).upcasedName, default: []].append(element)
  }

  /// What was added under a name.
  subscript(name: String) -> [Element] { elements[RegistryString(name).upcasedName] ?? [] }

  private static func names(of folder: String) -> [RegistryString] {
    let units = RegistryString(folder).upcasedName.utf16
    // No file system of Windows has longer names.
    guard units.count <= 255 else { return [] }
    let dots = units.indices.dropFirst().filter { units[$0] == 0x2E }
    return (dots + [units.count]).map { RegistryString(utf16: [UInt16](units[..<$0])) }
  }
}
