// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct LargestKeysTests {
  private func usage(
    _ sizes: KeyValuePairs<String, Int>
  ) throws -> HiveUsage {
    var description = HiveDescription(root: "ROOT", minorVersion: 3)
    for (path, size) in sizes {
      description.set(path, .binary("data", [UInt8](repeating: 1, count: size)))
    }
    return try Hive(bytes: description.build().bytes).usage()
  }

  @Test func `the largest keys come first, down to a level`() throws {
    let usage = try usage(["A\\B": 1_000, "A\\C": 3_000, "D": 2_000, "E": 10])
    #expect(usage.root.largest(10, depth: 1).map(\.path) == ["A", "D", "E"])
    #expect(usage.root.largest(3).map(\.path) == ["A", "A\\C", "D"])
    #expect(usage.root.largest(0).isEmpty)
    #expect(usage.root.largest(10, depth: 0).isEmpty)
    #expect(usage.key(at: "A")?.largest(9).map(\.path) == ["A\\C", "A\\B"])
  }

  @Test func `of keys of equal size, the first in the file is first`() throws {
    let usage = try usage(["A": 100, "B": 100, "C": 100])
    #expect(usage.root.largest(2).map(\.path) == ["A", "B"])
  }

  @Test func `keys that only lead to another one can be left out`() throws {
    let usage = try usage(["A\\B\\C": 9_000, "A\\B\\D": 4_000, "E": 1_000])
    #expect(
      usage.root.largest(9, omitsPassThroughKeys: true).map(\.path) == [
        "A\\B", "A\\B\\C", "A\\B\\D", "E",
      ])
  }

  @Test func `a long list is the same as a short one cut off`() throws {
    var description = HiveDescription(root: "ROOT")
    for number in 0..<300 {
      let size = number * 7_919 % 300
      description.set("Key\(number)", .binary("data", [UInt8](repeating: 1, count: 8 * size)))
    }
    let usage = try Hive(bytes: description.build().bytes).usage()
    let all = usage.root.largest(.max)
    #expect(all.count == 300)
    #expect(all.map(\.bytes) == all.map(\.bytes).sorted(by: >))
    for count in [1, 5, 31, 32, 33, 64, 299] {
      #expect(usage.root.largest(count).map(\.path) == all.prefix(count).map(\.path))
    }
  }

  @Test func `known large keys are found in hives of their kind`() throws {
    let firewall =
      "ControlSet001\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
    let paths: KeyValuePairs = [
      "Select": 4, firewall: 5_000, "ControlSet002\\Enum": 700, "Printers\\DevModes2": 900,
    ]
    let system = try usage(paths)
    let known = system.knownLargeKeys()
    #expect(known.map(\.key.path) == [RegistryPath(firewall), "ControlSet002\\Enum"])
    #expect(known.map(\.known.source).last == "KB 277222")
    #expect(system.knownLargeKeys(minimumShare: 0.5).count == 1)
    #expect(try usage(["Printers\\DevModes2": 900]).knownLargeKeys().isEmpty)
  }

  @Test func `every known large key has a place, a sentence and a source`() {
    for known in KnownLargeKey.all {
      #expect(!known.path.isRoot && !known.kinds.isEmpty && !known.source.isEmpty)
      #expect(known.note.hasSuffix("."))
    }
    #expect(Set(KnownLargeKey.all.map { "\($0.kinds)\($0.path)" }).count == KnownLargeKey.all.count)
  }
}
