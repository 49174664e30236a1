// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// Names and data are written in words of several characters: where each of them stands must not
/// matter.
@Suite struct PlainTextTests {
  /// A key of a dump.
  private struct Line: Decodable {
    struct Value: Decodable {
      let name: String
      let data: String
    }

    let path: String
    let values: [Value]
  }

  /// Letters with a character among them, at each place.
  private static func texts(with special: UInt16, longest: Int) -> [[UInt16]] {
    (0...longest).flatMap { count in
      (0...count).map { place in
        var units = (0..<count).map { 0x61 + UInt16($0 % 26) }
        if place < count { units[place] = special }
        return units
      }
    }
  }

  private func dump(_ description: HiveDescription) async throws -> [Line] {
    let folder = try TemporaryFolder()
    let path = try folder.write(description.build().bytes, as: "hive")
    let outcome = try await Tool.hive.run(["dump", "--format", "ndjson", path])
    return try outcome.bytes.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Line.self, from: Data($0))
    }
  }

  @Test(
    arguments: [
      0x20, 0x22, 0x5C, 0x7C, 0x7E, 0x7F, 0x00, 0x0A, 0x1F, 0x80, 0xE9, 0xFF, 0x100, 0x2028, 0x20AC,
    ] as [UInt16])
  func `data with a character at any place are written whole`(special: UInt16) async throws {
    let texts = Self.texts(with: special, longest: 20)
    var description = HiveDescription()
    let key = description.makeKey("key")
    for (index, units) in texts.enumerated() {
      // With and without a NUL at the end, and something behind it.
      let ends: [[UInt16]] = [[], [0], [0, 0x61, 0xE9]]
      let stored = units + ends[index % 3]
      description[key].values.append(
        ValueDescription(
          "\(index)", type: 1, data: stored.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
    }
    let values = try #require(try await dump(description).last).values
    #expect(values.map(\.name) == texts.indices.map { "\($0)" })
    #expect(
      values.map(\.data)
        == texts.map { String(decoding: $0.prefix { $0 != 0 }, as: UTF16.self) })
  }

  @Test(arguments: [0x20, 0x22, 0x7C, 0x7F, 0x01, 0xE9, 0x20AC] as [UInt16])
  func `names with a character at any place are written whole`(special: UInt16) async throws {
    let texts = Self.texts(with: special, longest: 18).filter { $0.contains(special) }
    var description = HiveDescription()
    for units in texts {
      let name = NameDescription(String(decoding: units, as: UTF16.self))
      let below = description.add(name, values: [ValueDescription(name, type: 1, data: [0, 0])])
      description.add("below", to: below)
    }
    let lines = try await dump(description).dropFirst()
    let names = texts.map { String(decoding: $0, as: UTF16.self) }
    #expect(Set(lines.map(\.path)) == Set(names + names.map { $0 + "\\below" }))
    #expect(lines.flatMap(\.values).map(\.name).sorted() == names.sorted())
  }

  @Test func `bytes of any number are written as digits`() async throws {
    var description = HiveDescription()
    let key = description.makeKey("key")
    let data = (0...40).map { count in (0..<count).map { UInt8(truncatingIfNeeded: 0xF3 &* $0) } }
    for (index, bytes) in data.enumerated() {
      description[key].values.append(.binary(NameDescription("\(index)"), bytes))
    }
    let values = try #require(try await dump(description).last).values
    #expect(
      values.map(\.data)
        == data.map { bytes in bytes.map { String(format: "%02x", $0) }.joined() })
  }
}
