// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

/// Searches, comparisons and the times of a hive may be ended at any place, and gone on with: nothing
/// is read beyond it, and nothing is lost.
@Suite struct StoppedSequencesTests {
  private static let count = 50

  private func hive(_ text: String) throws -> Hive {
    var description = HiveDescription()
    for number in 0..<Self.count {
      description.set("Key \(10 + number)", .string("value", "\(text) \(number)"))
    }
    return try Hive(bytes: description.build().bytes)
  }

  /// Takes three elements, and then the rest of the same sequence.
  private func parts<Items: Sequence & IteratorProtocol, Part>(
    _ items: Items, _ part: (Items.Element) -> Part
  ) -> (first: [Part], rest: [Part]) {
    var items = items
    var first: [Part] = []
    while first.count < 3, let item = items.next() { first.append(part(item)) }
    var rest: [Part] = []
    while let item = items.next() { rest.append(part(item)) }
    return (first, rest)
  }

  @Test func `a search`() throws {
    let hive = try hive("text")
    let query = HiveQuery(text: "TEXT")
    let all = hive.find(query).map { $0.value?.string }
    #expect(all == (0..<Self.count).map { "text \($0)" })
    let (first, rest) = parts(hive.find(query)) { $0.value?.string }
    #expect(first + rest == all)
    #expect(hive.find(query).first { _ in true }?.key?.path == "Key 10")
    #expect(Array(hive.find(query).prefix(4)).count == 4)
  }

  @Test func `a comparison`() throws {
    let (old, new) = (try hive("old"), try hive("new"))
    var options = HiveComparison.Options()
    options.includesTimes = false
    func comparison() -> HiveComparison { HiveComparison(from: old, to: new, options: options) }
    let all = comparison().map(\.kind)
    #expect(all == [HiveChange.Kind](repeating: .changed, count: Self.count))
    let (first, rest) = parts(comparison()) { $0.kind }
    #expect(first.count == 3)
    #expect(first + rest == all)
    var stopped = comparison()
    _ = stopped.next()
    #expect(stopped.path == "Key 10")
    // What was reported does not count, and counting does not move the comparison.
    #expect(stopped.counts().valuesChanged == Self.count - 1)
    #expect(stopped.counts().valuesChanged == Self.count - 1)
  }

  @Test func `the times of a hive`() throws {
    let hive = try hive("text")
    let all = HiveTimes(hive, file: "hive").map(\.message)
    #expect(all.count > Self.count)
    let (first, rest) = parts(HiveTimes(hive, file: "hive")) { $0.message }
    #expect(first.count == 3)
    #expect(first + rest == all)
  }
}
