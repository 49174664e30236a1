// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct ConcurrencyTests {
  /// A hive whose lists of subkeys are out of order, so that lookups share what they learn.
  private static let unordered = {
    var description = HiveDescription()
    for group in 0..<20 {
      let key = description.add("group \(group)")
      description[key].sortsSubkeys = group % 2 == 0
      for number in 0..<30 {
        description.add(
          "key \((number * 7) % 30)", to: key, values: [.dword("number", UInt32(number))])
      }
    }
    return description.build().bytes
  }()

  private func expectSame(_ hive: Hive, _ read: @escaping @Sendable (Hive) -> [String]) async {
    let alone = read(hive)
    #expect(alone.count > 100)
    await withTaskGroup(of: [String].self) { group in
      for _ in 0..<4 { group.addTask { read(hive) } }
      for await result in group { #expect(result == alone) }
    }
  }

  @Test(arguments: ["NTUSER.DAT", "UsrClass.dat"])
  func `tasks that read one hive read the same`(name: String) async throws {
    let folder = try TemporaryFolder()
    let bytes = Fixture.named(name).build().bytes
    let path = try folder.write(bytes, to: name)
    await expectSame(try Hive(path: path)) { $0.tree }
    await expectSame(try Hive(bytes: bytes)) { $0.tree }
  }

  @Test func `tasks that look up keys in one hive find the same`() async throws {
    await expectSame(try Hive(bytes: Self.unordered)) { hive in
      (0..<20).flatMap { group in
        (-3..<33).map { number in
          let key = hive.key(at: RegistryPath("Group \(group)\\KEY \(number)"))
          return "\(group) \(number) \(key?.path.description ?? "-")"
        }
      }
    }
  }

  @Test func `keys and values may be handed from task to task`() async throws {
    let bytes = Fixture.sample().build().bytes
    let keys = try await Task { try Hive(bytes: bytes).root.subkeys }.value
    let values = await Task { keys.flatMap(\.values) }.value
    #expect(values.map(\.data).prefix(2) == [.string("Alpha's text"), .dword(1)])
  }
}
