// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents
import WindowsTypes

/// Brings together what lies in different folders and is of one machine.
struct MachineMerge {
  let log: SkippedItems

  /// Names of folders that say by which method files were collected, not from which machine.
  static let methods: Set<String> = [
    "auto", "ntfs", "lazy_ntfs", "file", "files", "raw", "ntfs_vss", "mft", "data",
  ]

  /// Brings together what a folder and those in it hold.
  ///
  /// - Parameters:
  ///   - drafts: What was found in the folder and below it.
  ///   - path: The folder.
  /// - Returns: The machines, as far as the layout distinguishes them.
  func merge(_ drafts: [MachineDraft], in path: String) -> [MachineDraft] {
    let drafts = drafts.filter { $0.captures.contains { !$0.isEmpty } }
    guard drafts.count > 1 else { return drafts }
    var anchors: [MachineDraft] = []
    for draft in drafts where draft.isAnchor && !draft.isEarlierOnly {
      if let index = anchors.firstIndex(where: { isSame($0, draft, in: path) }) {
        absorb(draft, into: &anchors[index])
      } else {
        anchors.append(draft)
      }
    }
    var rest = drafts.filter { !$0.isAnchor && !$0.isEarlierOnly }
    let earlier = drafts.filter(\.isEarlierOnly)
    if anchors.isEmpty {
      guard var first = rest.first else { return drafts }
      for draft in rest.dropFirst() { absorb(draft, into: &first) }
      first.path = path
      first.captures[0].path = path
      first.captures += earlier.flatMap(\.captures)
      return [first]
    }
    rest = assign(rest, to: &anchors, in: path)
    if anchors.count == 1 {
      anchors[0].captures += earlier.flatMap(\.captures)
      if rest.isEmpty {
        anchors[0].path = path
        if anchors[0].captures[0].layout == .collection { anchors[0].captures[0].path = path }
      }
      return anchors + rest
    }
    return anchors + rest + earlier
  }

  /// Gives files without hives of a machine to the machine that they are of.
  ///
  /// - Returns: Those that are of no machine here.
  private func assign(
    _ rest: [MachineDraft], to anchors: inout [MachineDraft], in path: String
  ) -> [MachineDraft] {
    var left: [MachineDraft] = []
    var lists: [Set<SecurityIdentifier>?] = Array(repeating: nil, count: anchors.count)
    for draft in rest {
      let users = draft.identifiers.filter(\.isUser)
      // Files beside a machine's hives, and those on its other drives, are of that machine.
      let isBeside =
        draft.path == path || draft.captures[0].volumes.first?.letter != nil
      if anchors.count == 1, isBeside || users.isEmpty {
        absorb(draft, into: &anchors[0])
        continue
      }
      let index = anchors.indices.first { index in
        let list = lists[index] ?? MachineIdentity.users(of: anchors[index])
        lists[index] = list
        return !list.isDisjoint(with: users)
      }
      if let index {
        absorb(draft, into: &anchors[index])
      } else if anchors.count == 1, lists[0]?.isEmpty != false {
        absorb(draft, into: &anchors[0])
      } else {
        left.append(draft)
      }
    }
    return left
  }

  /// Whether two places hold parts of one machine: collected by two methods, or hives of other kinds
  /// and copies of the same ones.
  private func isSame(_ first: MachineDraft, _ second: MachineDraft, in path: String) -> Bool {
    let letters = [first, second].map { $0.captures[0].volumes.first?.letter }
    if let letter = letters[0], letter == letters[1] {
      return [first, second].allSatisfy { Self.methods.contains(below(path, $0.path).lowercased()) }
    }
    guard [first, second].allSatisfy({ $0.captures[0].layout == .collection }),
      first.path != second.path
    else { return false }
    return first.hiveKinds.intersection(second.hiveKinds).allSatisfy { kind in
      guard let one = first.captures[0].machineHives[kind],
        let other = second.captures[0].machineHives[kind]
      else { return false }
      return SameBytes.areSame(one, other)
    }
  }

  /// The name of the folder right below one on the way to another.
  private func below(_ path: String, _ other: String) -> String {
    guard other.hasPrefix(path) else { return "" }
    return other.dropFirst(path.count).split(separator: "/").first.map(String.init) ?? ""
  }

  /// Adds the files of one place to a machine; hives that it has already become an earlier state,
  /// where they are not the same.
  func absorb(_ draft: MachineDraft, into machine: inout MachineDraft) {
    var others = draft.captures
    var first = others.removeFirst()
    var copies = CaptureDraft(path: first.path)
    copies.origin = .saved
    joinProfiles(of: &first, with: &machine.captures[0], copies: &copies)
    first.dropFiles(thatAreIn: machine.captures[0])
    let twice = machine.captures[0].absorb(first)
    for (kind, file) in twice {
      let known = machine.captures[0].machineHives[kind]
      if let known, SameBytes.areSame(known, file) {
        log.add(file.path, "is a copy of \(known.path)", isLoss: false)
      } else {
        copies.machineHives[kind] = file
      }
    }
    machine.captures += others
    if !copies.isEmpty { machine.captures.append(copies) }
  }
}
