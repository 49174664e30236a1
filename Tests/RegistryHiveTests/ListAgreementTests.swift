// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import RegistryHive
import Testing

/// What libhivex gives as lists, beside what is read from the file without it.
@Suite struct ListAgreementTests {
  private func compare(_ hive: Hive) {
    var walk = hive.root.walk()
    while let key = walk.next() {
      var faults: [FormatError] = []
      var reader = ListReader(hive.image, isWhole: false)
      reader.readSubkeys(of: key.node, reporting: &faults)
      let subkeys = reader.keyOffsets(reporting: &faults)
      _ = reader.readValues(of: key.node, repeatable: 0, reporting: &faults)
      let values = reader.valueOffsets(reporting: &faults)
      guard key.subkeys.map(\.offset) == subkeys, key.values.map(\.offset) == values else {
        Issue.record("\(walk.path): libhivex sees other subkeys or values")
        continue
      }
      // A list that libhivex takes has no fault.
      let missing = Set(faults.map(Finding.init)).subtracting(key.findings)
      #expect(missing == [], "\(walk.path)")
    }
  }

  @Test(arguments: Fixture.all.map(\.name))
  func `the lists of a test hive are the same in both`(name: String) throws {
    compare(try Hive(bytes: Fixture.named(name).build().bytes))
  }

  @Test(
    .enabled(if: Corpus.folder != nil, "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"),
    arguments: Corpus.names)
  func `the lists of a real hive are the same in both`(name: String) throws {
    compare(try Hive(path: Corpus.path(name), logs: .none))
  }
}
