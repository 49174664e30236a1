// SPDX-License-Identifier: MIT

import HiveBuilder

// The damage that leads to each result about the file as a whole, its bins and its cells.
extension CheckCase {
  static let files = [
    CheckCase("dirty") { $0.makeDirty() },
    CheckCase("checksum", besides: ["dirty"]) { $0.breakChecksum() },
    CheckCase("bins-size") { $0.set(.binsSize, to: 16 * 4096) },
    CheckCase("root-cell", besides: ["cell-unreferenced", "security-count"]) {
      $0.set(.signature, of: "", to: UInt16(0))
    },
    CheckCase("header-version") { $0.set(.minorVersion, to: 7) },
    CheckCase("header-file-type") { $0.set(.fileType, to: 1) },
    CheckCase("header-file-format") { $0.set(.fileFormat, to: 2) },
    CheckCase("trailing-bytes") { $0.append([0, 0, 0, 1]) },
  ]

  static let cells = [
    CheckCase("bin-signature", Fixture.wideSample()) { $0.breakBin(1) },
    CheckCase("bin-offset", Fixture.wideSample()) { $0.put(UInt32(0), at: $0.bins[1] + 4) },
    CheckCase("bin-size", Fixture.wideSample()) { $0.put(UInt32(4097), at: $0.bins[1] + 8) },
    CheckCase("cell-size") {
      $0.setCellSize(at: $0.key("Gamma\\Delta").node, to: -12)
    },
    CheckCase("cell-overlap", besides: ["cell-unreferenced"]) {
      // A cell of 24 bytes with a value record, made up inside another value's data.
      let data = $0.value("Alpha", "text").data ?? 0
      let record = $0.value("Beta", "one").record
      $0.put(Array($0.bytes[record..<record + 24]), at: data)
      $0.put(Int32(-24), at: data + 8)
      $0.put(Array("vk".utf8), at: data + 12)
      $0.put(UInt16(0), at: data + 14)
      $0.put(UInt32(0x8000_0000), at: data + 16)
      $0.put($0.number(UInt32.self, at: record + 20), at: data + 28)
      $0.setCellSize(at: data, to: -32)
      $0.redirectValue(of: "Beta", at: 0, to: $0.relative(data + 8))
    },
    CheckCase("cell-out-of-bounds", besides: ["cell-unreferenced"]) {
      $0.redirectValue(of: "Beta", at: 0)
    },
    CheckCase("cell-misaligned", besides: ["cell-unreferenced"]) {
      $0.redirectValue(of: "Beta", at: 0, to: $0.relative($0.value("Beta", "one").record + 2))
    },
    CheckCase("cell-free") { $0.flipAllocation(of: $0.value("Beta", "one").record) },
    CheckCase("cell-too-short", besides: ["cell-unreferenced", "security-count"]) { hive in
      if let cell = hive.makeTinyCellAtEnd("nk\u{20}\0") {
        hive.redirectSubkey(of: "", at: 0, to: hive.relative(cell))
      }
    },
    CheckCase("signature", besides: ["cell-unreferenced"]) {
      $0.redirectValue(of: "Beta", at: 0, to: $0.relative($0.key("Beta").node))
    },
    CheckCase(
      "end-of-file",
      besides: ["bins-size", "bin-size", "cell-out-of-bounds", "security-count"],
      Fixture.wideSample()
    ) { $0.truncate(to: $0.bins[1] + 34) },
    CheckCase("cell-unreferenced", withUnreferencedCell),
  ]

  private static var withUnreferencedCell: HiveDescription {
    var hive = Fixture.sample()
    hive.extraCells = [.unreferenced([1, 2, 3, 4])]
    return hive
  }
}
