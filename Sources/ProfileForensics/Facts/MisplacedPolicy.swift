// SPDX-License-Identifier: MIT

import RegistryHive

/// Looks for `DisableForceUnload` where Windows does not read it: in other keys of the machine's
/// hives, as a key, and under a name that is not quite its own.
struct MisplacedPolicy {
  /// How many places of one hive are given.
  private static let limit = 20
  /// How many letters an odd name may differ in from the right one, in the right key.
  private static let oddLetters = 2

  private let path = ForceUnloadPolicy.path
  private let name = ForceUnloadPolicy.value

  /// Keys of SOFTWARE at which the value is put by mistake, and why it has no effect there.
  private static let mistakenKeys: [(path: RegistryPath, fact: String)] = [
    (
      "WOW6432Node\\Policies\\Microsoft\\Windows\\System", "the view of 32-bit programs"
    ),
    (
      "Microsoft\\Windows\\CurrentVersion\\Policies\\System",
      "another key of policies, which does not have this one"
    ),
    (
      "WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
      "another key of policies, in the view of 32-bit programs"
    ),
    ("Policies\\Microsoft\\Windows", "the key above the right one"),
    (
      "Microsoft\\Windows NT\\CurrentVersion\\Winlogon",
      "Winlogon's own key, which does not have this policy"
    ),
    (
      "Microsoft\\Windows NT\\CurrentVersion\\ProfileList",
      "the profile list, which does not have this policy"
    ),
  ]

  /// The places in a hive of the machine.
  ///
  /// - Parameters:
  ///   - hive: SOFTWARE, or SYSTEM.
  ///   - label: What to call the hive.
  /// - Returns: The places, in stored order.
  func places(in hive: Hive, label: String) -> [CheckEvidence] {
    var found = label == "SOFTWARE" ? oddNames(in: hive) : []
    guard hive.mayHaveName(with: name) else { return found }
    var query = HiveQuery(text: name)
    query.places = [.keys, .values]
    var search = hive.find(query)
    while found.count < Self.limit, let match = search.next() {
      guard let key = match.key else { continue }
      if let evidence = place(of: match.value, in: key, at: search.path, label) {
        found.append(evidence)
      }
    }
    return found
  }

  /// What a value or a key of the name is; nil where it is the policy itself, or says nothing.
  private func place(
    of value: Value?, in key: Key, at place: RegistryPath, _ label: String
  ) -> CheckEvidence? {
    guard let value else {
      guard key.name.matches(name) else { return nil }
      return CheckEvidence(
        in: label, place, time: key.lastWritten,
        "a key of this name: the policy is a value, which Windows does not look for in it")
    }
    let isRightKey = label == "SOFTWARE" && Self.isSame(place, path)
    guard value.name.matches(name), !key.name.matches(name), !isRightKey else { return nil }
    let known = label == "SOFTWARE" ? Self.mistakenKeys.first { Self.isSame(place, $0.path) } : nil
    let is32Bit = place.names.first?.matches("WOW6432Node") == true
    let other =
      is32Bit ? "a key in the view of 32-bit programs" : "a key that does not have this policy"
    return CheckEvidence(
      in: label, known?.path ?? place, value: name, time: key.lastWritten, known?.fact ?? other)
  }

  /// Values of the right key whose names are almost that of the policy.
  private func oddNames(in software: Hive) -> [CheckEvidence] {
    guard let key = software.key(at: path) else { return [] }
    return key.values.prefix(1_000).filter { value in
      !value.name.matches(name) && isOddForm(value.name)
    }.prefix(Self.limit).map { value in
      CheckEvidence(
        in: "SOFTWARE", path, value: value.name, time: key.lastWritten,
        "\"\(value.name)\" is not the name of the policy, which is DisableForceUnload")
    }
  }

  /// Whether a name differs from that of the policy in a few letters.
  private func isOddForm(_ other: RegistryString) -> Bool {
    let one = name.upcased
    let two = other.upcased
    guard abs(one.count - two.count) <= Self.oddLetters else { return false }
    var row = Array(0...two.count)
    for (index, unit) in one.enumerated() {
      var last = row[0]
      row[0] = index + 1
      for (place, otherUnit) in two.enumerated() {
        let cost = unit == otherUnit ? last : min(last, row[place], row[place + 1]) + 1
        last = row[place + 1]
        row[place + 1] = cost
      }
    }
    return row[two.count] <= Self.oddLetters
  }

  private static func isSame(_ first: RegistryPath, _ second: RegistryPath) -> Bool {
    first.names.count == second.names.count
      && zip(first.names, second.names).allSatisfy { $0.matches($1) }
  }
}
