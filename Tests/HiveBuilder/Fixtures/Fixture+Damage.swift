// SPDX-License-Identifier: MIT

extension Fixture {
  static let damaged = [
    Fixture("damaged/dirty", sample) { $0.makeDirty() },
    dirtyNewFormat, dirtyOldFormat,
    Fixture("damaged/checksum", sample) { $0.breakChecksum() },
    Fixture("damaged/truncated", wideSample) { $0.truncate(afterBins: 1) },
    Fixture("damaged/bins-size", sample) { $0.set(.binsSize, to: 16 * 4096) },
    Fixture("damaged/bin-signature", wideSample) { $0.breakBin(1) },
    Fixture("damaged/cell-size-zero", sample) {
      $0.setCellSize(at: $0.value("Beta", "one").record, to: 0)
    },
    Fixture("damaged/bad-value", sample) { $0.redirectValue(of: "Beta", at: 1) },
    Fixture("damaged/free-key", sample) { $0.flipAllocation(of: $0.key("Beta").node) },
    Fixture("damaged/subkey-count-low", sample) { $0.set(.subkeyCount, of: "", to: UInt32(1)) },
    Fixture("damaged/subkey-count-high", sample) { $0.set(.subkeyCount, of: "", to: UInt32(5)) },
    Fixture("damaged/value-count-high", sample) {
      $0.set(.valueCount, of: "Beta", to: UInt32(1_000_000))
    },
    Fixture("damaged/subkey-twice", sample) { $0.listSubkeyTwice(in: "") },
    Fixture("damaged/subkey-loop", sample) { $0.closeLoop(from: "Gamma") },
    Fixture("damaged/list-in-itself", indexedSample) { $0.listIndexInItself(of: "") },
    Fixture("damaged/wrong-order", sample) { $0.swapSubkeys(of: "", 0, 2) },
    Fixture("damaged/wrong-parent", sample) {
      $0.set(.parent, of: "Gamma\\Delta", to: $0.relative($0.key("Beta").node))
    },
    Fixture("damaged/name-length", sample) { $0.setNameLength(of: "Beta", to: 4_000) },
    Fixture("damaged/data-size", sample) { $0.setDataSize(of: "Beta", "text", to: 4_000) },
    Fixture("damaged/empty-values") {
      var hive = sample()
      hive["Beta"].values += [
        ValueDescription("nowhere", type: 1, data: [], storage: .raw(size: 0, offset: .max)),
        ValueDescription("at zero", type: 1, data: [], storage: .raw(size: 0, offset: 0)),
      ]
      return hive
    },
    Fixture("damaged/big-data-count", bigSample) {
      $0.setSegmentCount(of: "Beta", "big", to: 0xFFFF)
    },
    Fixture("damaged/tiny-key", sample) { hive in
      if let cell = hive.makeTinyCellAtEnd("nk\u{20}\0") {
        hive.redirectSubkey(of: "", at: 0, to: hive.relative(cell))
      }
    },
  ]

  /// A small tree of five keys and four values: what the damage is done to.
  package static func sample() -> HiveDescription {
    var hive = HiveDescription()
    hive["Alpha"].values = [.string("text", "Alpha's text")]
    hive["Beta"].values = [.dword("one", 1), .string("text", "Beta's text"), .dword("two", 2)]
    hive.makeKey("Gamma\\Delta")
    return hive
  }

  /// The sample with 30 more keys, so that there are several bins.
  package static func wideSample() -> HiveDescription {
    var hive = sample()
    for number in 10..<40 {
      hive.set("Many\\Key \(number)", .binary("data", pattern(80, seed: UInt32(number))))
    }
    return hive
  }

  /// The sample with an index root and two leaves below the root.
  package static func indexedSample() -> HiveDescription {
    var hive = sample()
    hive.root.list = .index(.lh, leafSize: 2)
    return hive
  }

  /// The sample with big data.
  package static func bigSample() -> HiveDescription {
    var hive = sample()
    hive["Beta"].values.append(
      .binary("big", pattern(16_400, seed: 9), storage: .bigData(exactLastSegment: true)))
    return hive
  }
}
