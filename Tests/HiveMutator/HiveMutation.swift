// SPDX-License-Identifier: MIT

import HiveBuilder

/// A hive of `TestHives` with a few of its bytes changed: the same for the same number.
///
/// The changes go where a reader looks: sizes of cells, fields of records, references that lead to
/// other records, the base block, and the entries of logs. Checksums and hashes are mostly made
/// right again, since a reader that stops at them is not tested beyond.
package struct HiveMutation: Sendable {
  /// The fixture that it began as.
  package let name: String
  package private(set) var bytes: [UInt8]
  /// The transaction logs, with the endings of their names.
  package private(set) var logs: [(ending: String, bytes: [UInt8])]

  private var random: SplitMix
  /// Where cells begin, as the sizes of the unchanged hive say.
  private let cells: [Int]

  /// Makes the mutation of a number, from one of some fixtures.
  package init(_ number: UInt64, of seeds: [Seed] = Seed.all) {
    random = SplitMix(state: number)
    let seed = seeds[Int.random(in: seeds.indices, using: &random)]
    name = seed.name
    bytes = seed.bytes
    logs = seed.logs
    cells = seed.cells
    change()
  }

  /// A fixture, built once for many mutations.
  package struct Seed: Sendable {
    let name: String
    let bytes: [UInt8]
    let logs: [(ending: String, bytes: [UInt8])]
    let cells: [Int]

    /// All fixtures, the damaged ones too.
    package static let all = Fixture.all.map(Seed.init)

    init(_ fixture: Fixture) {
      name = fixture.name
      let built = fixture.build()
      bytes = built.bytes
      logs = Array(zip(fixture.logEndings, fixture.buildLogs()))
      var cells: [Int] = []
      for bin in built.bins {
        var offset = bin + 32
        while offset + 8 <= bytes.count, offset < built.binsEnd {
          cells.append(offset)
          let size = abs(Int(Int32(bitPattern: bytes.number(UInt32.self, at: offset))))
          guard size >= 8 else { break }
          offset += size
          if offset % 4096 == 0, offset + 4 <= bytes.count,
            bytes[offset..<offset + 4].elementsEqual("hbin".utf8)
          {
            break
          }
        }
      }
      self.cells = cells
    }
  }
}

// MARK: - Changes

extension HiveMutation {
  /// Numbers at which counts, sizes and offsets break.
  private static let edges: [UInt32] = [
    0, 1, 2, 3, 4, 7, 8, 0x20, 0xFF, 0x100, 0x1000, 0x3FD8, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000,
    70_001, 110_001, 0x7FFF_FFF8, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0004, 0xFFFF_FFF0, 0xFFFF_FFF8,
    0xFFFF_FFFE, 0xFFFF_FFFF,
  ]
  private static let signatures = ["nk", "vk", "lf", "lh", "li", "ri", "sk", "db", "\0\0"]

  private mutating func number(below bound: Int) -> Int {
    Int.random(in: 0..<max(bound, 1), using: &random)
  }

  private mutating func edge() -> UInt32 {
    Self.edges[number(below: Self.edges.count)]
  }

  private mutating func change() {
    for _ in 0...number(below: 6) where bytes.count >= 4096 { changeOnce() }
    if bytes.count >= 512, number(below: 8) != 0 {
      bytes.put(headerChecksum(of: bytes), at: HeaderField.checksum.offset)
    }
    for index in logs.indices where number(below: 2) == 0 { changeLog(index) }
  }

  private mutating func changeOnce() {
    switch number(below: 15) {
    case 0: flipBit()
    case 1: bytes[number(below: bytes.count)] = UInt8(number(below: 256))
    case 2: put(edge(), at: number(below: bytes.count / 4) * 4)
    case 3: setCellSize()
    case 4, 5, 6: setField()
    case 7, 8: redirect()
    case 9: setSignature()
    case 10: setHeaderField()
    case 11, 12: setListReference()
    case 13: shareElement()
    default:
      if number(below: 6) == 0 { cut() } else { copyRange() }
    }
  }

  private mutating func put(_ number: UInt32, at offset: Int) {
    guard offset >= 0, offset + 4 <= bytes.count else { return }
    bytes.put(number, at: offset)
  }

  private mutating func cell() -> Int {
    cells.isEmpty ? 4096 + 32 : cells[number(below: cells.count)]
  }

  private mutating func flipBit() {
    bytes[number(below: bytes.count)] ^= 1 << UInt8(number(below: 8))
  }

  private mutating func setCellSize() {
    let cell = cell()
    guard cell + 4 <= bytes.count else { return }
    let size = Int32(bitPattern: bytes.number(UInt32.self, at: cell))
    switch number(below: 4) {
    case 0: put(edge(), at: cell)
    case 1: put(UInt32(bitPattern: 0 &- size), at: cell)
    case 2: put(UInt32(bitPattern: size &+ Int32(8 - number(below: 17))), at: cell)
    default: put(UInt32(bitPattern: Int32(-8 * (1 + number(below: 64)))), at: cell)
    }
  }

  /// Changes a number in the first bytes of a record, where its fields are.
  private mutating func setField() {
    let offset = cell() + 4 + 2 * number(below: 44)
    guard offset + 4 <= bytes.count else { return }
    switch number(below: 3) {
    case 0: put(edge(), at: offset)
    case 1: bytes.put(UInt16(truncatingIfNeeded: edge()), at: offset)
    default:
      let old = bytes.number(UInt32.self, at: offset)
      put(old &+ UInt32(truncatingIfNeeded: number(below: 17) - 8), at: offset)
    }
  }

  /// Lets something lead to the beginning of another cell, or right into it.
  private mutating func redirect() {
    let target = cell() - 4096 + (number(below: 8) == 0 ? number(below: 64) : 0)
    put(UInt32(target), at: cell() + 4 + 4 * number(below: 22))
  }

  /// Where keys are, as the signatures of the cells say.
  private var keys: [Int] {
    cells.filter { $0 + 80 <= bytes.count && bytes[$0 + 4..<$0 + 6].elementsEqual("nk".utf8) }
  }

  /// Lets a key refer to another key's list, class name or security, or to a place beside it.
  private mutating func setListReference() {
    let keys = keys
    guard !keys.isEmpty else { return }
    let field = 4 + [28, 40, 44, 48, 16][number(below: 5)]
    let (one, other) = (keys[number(below: keys.count)], keys[number(below: keys.count)])
    let shift = [0, 0, 4, 8, -4, -8, 1][number(below: 7)]
    put(
      bytes.number(UInt32.self, at: other + field) &+ UInt32(bitPattern: Int32(shift)),
      at: one + field)
    // A key that had none gets as many elements as the other.
    for count in [20, 36] where number(below: 2) == 0 {
      put(bytes.number(UInt32.self, at: other + 4 + count), at: one + 4 + count)
    }
  }

  /// Lets an element of a key's list lead where one of another key's list leads.
  private mutating func shareElement() {
    let keys = keys
    guard !keys.isEmpty else { return }
    let field = 4 + [28, 40][number(below: 2)]
    let places = (0..<2).map { _ -> Int in
      let list = 4096 + Int(bytes.number(UInt32.self, at: keys[number(below: keys.count)] + field))
      return list + (field == 32 ? 8 + 8 * number(below: 3) : 4 + 4 * number(below: 3))
    }
    guard places.allSatisfy({ $0 + 4 <= bytes.count }) else { return }
    put(bytes.number(UInt32.self, at: places[1]), at: places[0])
  }

  private mutating func setSignature() {
    let offset = cell() + 4
    guard offset + 2 <= bytes.count else { return }
    bytes.put(Array(Self.signatures[number(below: Self.signatures.count)].utf8), at: offset)
  }

  private mutating func setHeaderField() {
    let fields = [4, 8, 20, 24, 28, 32, 36, 40, 44, 4096, 4100, 4104]
    put(
      number(below: 4) == 0 ? UInt32(cell() - 4096) : edge(),
      at: fields[number(below: fields.count)])
  }

  private mutating func cut() {
    bytes.removeLast(number(below: bytes.count - 4096))
  }

  private mutating func copyRange() {
    let count = 4 * (1 + number(below: 64))
    guard bytes.count > 4096 + count else { return }
    let source = 4 * number(below: (bytes.count - count) / 4)
    bytes.put(
      Array(bytes[source..<source + count]), at: 4 * number(below: (bytes.count - count) / 4))
  }

  private mutating func changeLog(_ index: Int) {
    var log = BuiltLog(bytes: logs[index].bytes)
    guard log.bytes.count > 1024 else { return }
    for _ in 0...number(below: 3) {
      let offset = number(below: 2) == 0 ? 4 * number(below: 256) : number(below: log.bytes.count)
      guard offset + 4 <= log.bytes.count else { continue }
      log.bytes.put(edge(), at: offset)
    }
    if number(below: 6) == 0 { log.bytes.removeLast(number(below: log.bytes.count - 512)) }
    if number(below: 4) != 0 { log.sealAll() }
    logs[index].bytes = log.bytes
  }
}
