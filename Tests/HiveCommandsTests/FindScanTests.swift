// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// `hive find` finds what a plain scan of the dump does, in every hive: text whose letters have a case
/// beyond ASCII, bytes, regular expressions, types, and what is deleted.
@Suite(.serialized) struct FindScanTests {
  private static let hives =
    [
      "NTUSER.DAT", "SYSTEM", "format/deleted", "format/names",
      "format/lone-surrogates", "damaged/dirty-new-format",
    ]
    .map(testHive) + Corpus.names.map(Corpus.path)

  /// What one search is to find.
  private struct Search {
    let arguments: [String]
    var takesKeys = true
    /// Whether a name is one that is looked for.
    let inName: (String) -> Bool
    /// Whether data are.
    let inData: (_ type: UInt32, [UInt8]) -> Bool
    /// Whether a value is looked at.
    var takes: (DumpedKey.Value) -> Bool = { _ in true }
  }

  private static func search(text: String, _ arguments: [String] = []) -> Search {
    let units = text.utf16.map(upper)
    return Search(
      arguments: arguments + [text],
      inName: { name in name.utf16.map(upper).contains(units) },
      inData: { type, bytes in
        guard !isNumber(type, bytes) else { return false }
        if isText(type), units.count == 1 { return pairs(bytes, from: 0).contains(units) }
        let isASCII = units.allSatisfy { $0 < 0x80 }
        return (0...1).contains { pairs(bytes, from: $0).contains(units) }
          || isASCII && bytes.map { upper(UInt16($0)) }.contains(units, where: { $0 < 0x80 })
      })
  }

  private static func search(bytes: [UInt8]) -> Search {
    Search(
      arguments: [
        "--hex",
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
          .joined(separator: " "),
      ],
      takesKeys: false, inName: { _ in false },
      inData: { _, data in data.contains(bytes) })
  }

  private static func search(expression: String, _ plain: Regex<Substring>) -> Search {
    func matches(_ units: some Sequence<UInt16>) -> Bool {
      let text = String(decoding: Array(units), as: UTF16.self)
      return text.firstMatch(of: plain.ignoresCase()) != nil
    }
    return Search(
      arguments: ["--regex", expression], inName: { matches($0.utf16) },
      inData: { type, bytes in
        guard !isNumber(type, bytes) else { return false }
        if isText(type) {
          return pairs(bytes, from: 0).split(separator: 0).contains(where: matches)
        }
        func isPrintable(_ unit: UInt16) -> Bool { (0x20...0x7E).contains(unit) || unit == 9 }
        let runs =
          bytes.map { UInt16($0) }.split { !isPrintable($0) }
          + (0...1).flatMap { start in
            pairs(bytes, from: start).split { !isPrintable($0) && !(0xA0...0x17F).contains($0) }
          }
        return runs.contains { $0.count >= 4 && matches($0) }
      })
  }

  private static var searches: [Search] {
    var binary = search(text: "e", ["--type", "REG_BINARY"])
    binary.takesKeys = false
    binary.takes = { $0.typeCode == 3 }
    var lists = search(text: "S", ["--type", "REG_MULTI_SZ", "--type", "REG_NONE"])
    lists.takesKeys = false
    lists.takes = { [0, 7].contains($0.typeCode) }
    return [
      search(text: "ü"), search(text: "Ä"), search(text: "É"), search(text: "Ö"),
      search(text: "å"),
      search(bytes: [0, 0, 1]), search(bytes: [0x65]), search(bytes: [0xFF, 0xFF, 0xFF, 0xFF]),
      search(expression: #"win[a-z]+\d"#, /win[a-z]+\d/),
      search(expression: "^[a-f0-9]{4}$", /^[a-f0-9]{4}$/),
      search(expression: #"\\(sys|prog)"#, /\\(?:sys|prog)/), binary, lists,
    ]
  }

  @Test(.slow, arguments: hives)
  func `what is found is what a plain scan finds`(path: String) async throws {
    let dump = try await Tool.hive.run(
      "dump", "--deleted", "--format", "ndjson", "--raw", path)
    let keys = try DumpedKey.keys(in: dump)
    for search in Self.searches {
      let outcome = try await Tool.hive.run(
        ["find", "--deleted", "--format", "ndjson"] + search.arguments + [path])
      let found = try outcome.bytes.split(separator: UInt8(ascii: "\n")).map {
        try JSONDecoder().decode(Found.self, from: Data($0))
      }
      let expected = keys.flatMap { Self.matches(search, in: $0) }
      #expect(found.sorted() == expected.sorted(), "\(search.arguments)")
      #expect(outcome.code == (expected.isEmpty ? 1 : 0))
    }
  }

  @Test(.enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"))
  func `each of these searches finds something`() async throws {
    for search in Self.searches {
      var arguments = ["find", "--deleted", "--format", "ndjson"] + search.arguments
      arguments += [Corpus.path(""), testHive("format")]
      #expect(try await Tool.hive.run(arguments).code == 0, "\(search.arguments)")
    }
  }

  private struct Found: Decodable, Hashable, Comparable {
    let path: String
    let match: String
    var name: String?
    var deleted: Bool?

    static func < (one: Found, two: Found) -> Bool {
      (one.path, one.match, one.name ?? "", one.deleted == true ? 1 : 0)
        < (two.path, two.match, two.name ?? "", two.deleted == true ? 1 : 0)
    }
  }

  private static func matches(_ search: Search, in key: DumpedKey) -> [Found] {
    var matches: [Found] = []
    let name = key.path.split(separator: "\\", omittingEmptySubsequences: false).last ?? ""
    if search.takesKeys, !key.path.isEmpty, key.lastWritten != nil, search.inName(String(name)) {
      matches.append(Found(path: key.path, match: "key", deleted: key.deleted))
    }
    for value in key.values where search.takes(value) {
      let place =
        search.inName(value.name)
        ? "value" : search.inData(value.typeCode, bytes(value.raw)) ? "data" : nil
      guard let place else { continue }
      matches.append(
        Found(path: key.path, match: place, name: value.name, deleted: key.deleted))
    }
    return matches
  }

  // MARK: - Data

  private static func bytes(_ hexadecimal: String?) -> [UInt8] {
    let digits = (hexadecimal ?? "").utf8.map { $0 > 57 ? $0 - 87 : $0 - 48 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func pairs(_ bytes: [UInt8], from start: Int) -> [UInt16] {
    stride(from: start, to: bytes.count - 1, by: 2).map {
      upper(UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
  }

  /// The upper-case letter of one in ASCII or Latin-1; ÿ has its own outside of them.
  private static func upper(_ unit: UInt16) -> UInt16 {
    switch unit {
    case 0x61...0x7A, 0xE0...0xF6, 0xF8...0xFE: unit - 0x20
    default: unit
    }
  }

  private static func isText(_ type: UInt32) -> Bool { [1, 2, 6, 7].contains(type) }

  private static func isNumber(_ type: UInt32, _ bytes: [UInt8]) -> Bool {
    [4, 5].contains(type) && bytes.count == 4 || type == 11 && bytes.count == 8
  }
}

extension Array where Element: Equatable {
  /// Whether others stand in it one behind the other, each of which a condition holds for.
  fileprivate func contains(
    _ others: [Element], where isWanted: (Element) -> Bool = { _ in true }
  ) -> Bool {
    guard !others.isEmpty, others.count <= count else { return others.isEmpty }
    return (0...count - others.count).contains { start in
      self[start] == others[0] && self[start..<start + others.count].elementsEqual(others)
        && isWanted(self[start])
    }
  }
}
