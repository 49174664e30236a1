// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

// Whether what others show of a mutated hive is what a dump shows.
extension MutationRun {
  /// A key or a value with a name to look for.
  private struct Named {
    let name: RegistryString
    let offset: Int
  }

  mutating func lookForAgreement(_ number: UInt64, in hive: Hive) {
    var keys: [Named] = []
    var values: [Named] = []
    var walk = hive.root.walk()
    while let key = walk.next() {
      if key.offset != hive.root.offset { keys.append(Named(name: key.name, offset: key.offset)) }
      for value in walk.values {
        let name = Value(hive: hive, record: value.record).name
        values.append(Named(name: name, offset: value.record.offset))
      }
    }
    for (named, isKey) in [(keys, true), (values, false)] {
      let names = named.filter { !$0.name.utf16.isEmpty }
      guard !names.isEmpty else { continue }
      let wanted = names[Int(number % UInt64(names.count))]
      if !isFound(wanted, asKey: isKey, in: hive) {
        violation(number, "\(wanted.name) at \(wanted.offset) is not found")
      }
    }
    for change in HiveComparison(from: hive, to: hive) {
      violation(number, "the hive differs from itself: \(change)")
    }
    if hive.state.conclusion == .recoverable { lookAtRecovered(number, hive) }
  }

  private func isFound(_ wanted: Named, asKey isKey: Bool, in hive: Hive) -> Bool {
    hive.find(HiveQuery(text: wanted.name)).contains { match in
      switch match.place {
      case .key: isKey && match.key?.offset == wanted.offset
      case .value: !isKey && match.value?.record.offset == wanted.offset
      case .data: false
      }
    }
  }

  /// Opens the hive as it is written by `hive recover`, and compares what is read of both.
  private mutating func lookAtRecovered(_ number: UInt64, _ hive: Hive) {
    let bytes = unsafe hive.image.withUnsafeBytes { unsafe [UInt8]($0) }
    guard let recovered = try? Hive(bytes: bytes) else {
      return violation(number, "the hive that is recovered cannot be opened")
    }
    if recovered.state.conclusion != .clean { violation(number, "the recovered hive is dirty") }
    var (before, after) = (hive.root.walk(), recovered.root.walk())
    while true {
      let (one, other) = (before.next(), after.next())
      guard one != nil || other != nil else { return }
      let isSame =
        one != nil && other != nil && before.path == after.path
        && before.values.map(\.extent) == after.values.map(\.extent)
      if !isSame {
        return violation(number, "the recovered hive has \(after.path), not \(before.path)")
      }
    }
  }
}
