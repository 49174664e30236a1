// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes differences for a person to read, with the names of both hives in front.
///
/// ```
/// --- NTUSER-earlier.DAT
/// +++ NTUSER.DAT
///   [Software\Editor]
///   ~ Launches  REG_DWORD 8 (0x00000008), was REG_DWORD 7 (0x00000007)
/// ```
struct DiffTextWriter: DiffWriter {
  private let output: Output
  private var changes: ChangesTextWriter
  /// The hives of which nothing was written yet.
  private var header: (old: String, new: String)?
  private var hasWritten = false
  private var loneHives: [LoneHive] = []

  init(to output: Output) {
    self.output = output
    changes = ChangesTextWriter(to: output)
  }

  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool) {
    header = (pair.old.path, pair.new.path)
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool) {
    if let names = header {
      header = nil
      if hasWritten { output.append("\n") }
      hasWritten = true
      output.append(text: "--- \(RegistryString(names.old).visible)\n")
      output.append(text: "+++ \(RegistryString(names.new).visible)\n")
      changes.beginHive()
    }
    changes.write(change, at: path)
  }

  mutating func write(_ lone: LoneHive, lastWritten: FileTime) {
    if hasWritten, loneHives.isEmpty { output.append("\n") }
    loneHives.append(lone)
    output.append(lone.isNew ? "+ " : "- ")
    output.append(text: "\(RegistryString(lone.note).visible)\n")
  }

  mutating func end() {
    if hasWritten { changes.end() }
    guard !loneHives.isEmpty else { return }
    if !hasWritten { output.append("\n") }
    let added = loneHives.count { $0.isNew }
    output.append(
      text: "hives: \(grouped(added)) added, \(grouped(loneHives.count - added)) removed\n")
  }
}
