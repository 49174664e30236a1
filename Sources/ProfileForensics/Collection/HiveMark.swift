// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// What a file is taken for a hive by, before it is opened.
///
/// Ransomware overwrites the beginning of files, and so may whoever has something to hide: a hive
/// without its base block is one still, and a file with the name of one is never passed over in
/// silence.
enum HiveMark {
  /// How much of a file with a hive's name in its own is looked through for a bin, in bytes.
  private static let stretch = 1 << 20
  /// Names that Windows gives to nothing but hives.
  private static let ownNames: [RegistryString] = [
    "NTUSER.DAT", "NTUSER.MAN", "UsrClass.dat", "Amcache.hve",
  ]
  /// Names that other files have too.
  private static let commonNames: [RegistryString] = [
    "SOFTWARE", "SYSTEM", "SAM", "SECURITY", "DEFAULT", "COMPONENTS", "DRIVERS",
  ]

  /// Whether a file is to be a hive by its name, whatever is in it.
  ///
  /// - Parameters:
  ///   - name: The name, as it was before a collection escaped it.
  ///   - size: The size in bytes; that of a hive is a number of whole sectors.
  /// - Returns: Whether it is.
  static func hasNameOfHive(_ name: String, size: Int) -> Bool {
    let name = RegistryString(name)
    return ownNames.contains { name.matches($0) }
      || size % 512 == 0 && commonNames.contains { name.matches($0) }
  }

  /// Whether a file has the name of a hive, and bytes that are not those of a text.
  ///
  /// What is appended to an encrypted file leaves its size no number of whole sectors.
  ///
  /// - Throws: ``FileError`` where it cannot be read.
  static func isNamedAsHive(_ file: OpenFile, _ name: String) throws(FileError) -> Bool {
    guard !hasNameOfHive(name, size: file.size) else { return true }
    guard hasNameOfHive(name, size: 0) else { return false }
    let start = try file.bytes(at: 0, count: 512)
    let isText = start.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
    return !isText || String(validating: start.prefix(500), as: UTF8.self) == nil
  }

  /// Whether a file begins as a hive does, or goes on as one whose beginning is lost.
  ///
  /// - Throws: ``FileError`` where it cannot be read.
  static func isHive(_ file: OpenFile) throws(FileError) -> Bool {
    if try file.bytes(at: 0, count: 4).elementsEqual("regf".utf8) { return true }
    if try isBin(file, at: 4096) { return true }
    guard hasHiveInName(file.name) else { return false }
    for offset in stride(from: 8192, to: min(file.size, stretch), by: 4096)
    where try isBin(file, at: offset) {
      return true
    }
    return false
  }

  /// Whether the name of a hive is in a file's name.
  static func hasHiveInName(_ name: String) -> Bool {
    let name = name.uppercased()
    return (ownNames + commonNames).contains { name.contains($0.description.uppercased()) }
  }

  /// How many bytes of a file of this name decide whether it is a hive.
  static func startSize(_ name: String) -> Int { hasHiveInName(name) ? stretch + 4096 : 8192 }

  /// Whether a bin begins at an offset: it has its signature, and its own place behind it.
  private static func isBin(_ file: OpenFile, at offset: Int) throws(FileError) -> Bool {
    let bytes = try file.bytes(at: offset, count: 8)
    guard bytes.starts(with: "hbin".utf8), bytes.count == 8 else { return false }
    let place = bytes[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
    return place == offset - 4096
  }
}
