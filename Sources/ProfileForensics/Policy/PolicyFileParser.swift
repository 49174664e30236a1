// SPDX-License-Identifier: MIT

import RegistryHive

/// Finds the entries of a policy file: `[key;value;type;size;data]`, in UTF-16 but for the numbers
/// and the data.
struct PolicyFileParser {
  /// How many findings are kept.
  private static let findingLimit = 1_000

  private let bytes: [UInt8]
  private var keyEnds = TerminatorSearch()
  private var nameEnds = TerminatorSearch()

  private(set) var entries: [PolicyFileEntry] = []
  private(set) var findings: [Finding] = []

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Where the parts of an entry are.
  private struct Layout {
    let key: Range<Int>
    let name: Range<Int>
    let type: UInt32
    let data: Range<Int>
    let end: Int
  }

  /// What stood in the way of an entry.
  ///
  /// In search of an entry very many are met, so that words for them are only made when needed.
  private struct Obstacle: Error {
    enum Kind {
      case character(StaticString)
      case terminator(part: StaticString)
      case separator(part: StaticString)
      case size(limit: Int)
    }

    let kind: Kind
    let offset: Int

    var id: String {
      if case .size = kind { "policy-size" } else { "policy-entry" }
    }

    var expected: String {
      switch kind {
      case .character(let character): "\"\(character)\""
      case .terminator(let part): "a \(part) that ends with NUL"
      case .separator(let part): "\";\" after the \(part)"
      case .size(let limit): "a size of at most the \(limit) bytes that are left"
      }
    }
  }

  mutating func parse() {
    let version = number(at: 4)
    if version != 1 {
      report(
        "policy-version", at: 4, expected: "version 1",
        found: version.map { "version \($0)" } ?? "the end of the file")
    }
    var offset = 8
    while offset < bytes.count {
      do throws(Obstacle) {
        let layout = try layout(at: offset)
        append(layout, at: offset)
        offset = layout.end
      } catch {
        let next = nextEntry(after: offset)
        let rest = next.map { "; reading went on at 0x\(String($0, radix: 16))" }
        report(
          error.id, at: error.offset, expected: error.expected,
          found: found(at: error.offset) + (rest ?? "; nothing readable follows"))
        offset = next ?? bytes.count
      }
    }
  }

  private mutating func report(_ id: String, at offset: Int, expected: String, found: String) {
    guard findings.count < Self.findingLimit else { return }
    findings.append(Finding(id: id, offset: offset, expected: expected, found: found))
  }

  private func found(at offset: Int) -> String {
    guard offset + 1 < bytes.count else { return "the end of the file" }
    let digits = String(UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8, radix: 16)
    return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// The first entry that can be read after an offset.
  private mutating func nextEntry(after offset: Int) -> Int? {
    var candidate = offset + 1
    while candidate + 1 < bytes.count {
      if isUnit(0x5B, at: candidate), let layout = try? layout(at: candidate), !layout.key.isEmpty {
        return candidate
      }
      candidate += 1
    }
    return nil
  }
}

// MARK: - Layout

extension PolicyFileParser {
  private func isUnit(_ unit: UInt8, at offset: Int) -> Bool {
    offset >= 0 && offset + 1 < bytes.count && bytes[offset] == unit && bytes[offset + 1] == 0
  }

  private func number(at offset: Int) -> UInt32? {
    guard offset + 4 <= bytes.count else { return nil }
    return (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }

  private mutating func layout(at start: Int) throws(Obstacle) -> Layout {
    try expect(0x5B, "[", at: start)
    let key = try text(at: start + 2, "key", by: \.keyEnds)
    try expect(0x3B, ";", at: key.next)
    let name = try text(at: key.next + 2, "value name", by: \.nameEnds)
    try expect(0x3B, ";", at: name.next)
    let type = try field(at: name.next + 2, "type")
    try expect(0x3B, ";", at: type.next)
    let size = try field(at: type.next + 2, "size")
    try expect(0x3B, ";", at: size.next)
    let data = size.next + 2
    guard let count = Int(exactly: size.number), count <= bytes.count - data else {
      throw Obstacle(kind: .size(limit: bytes.count - data), offset: size.next - 4)
    }
    let end = data + count
    try expect(0x5D, "]", at: end)
    return Layout(
      key: key.range, name: name.range, type: type.number, data: data..<end, end: end + 2)
  }

  private func expect(_ unit: UInt8, _ character: StaticString, at offset: Int) throws(Obstacle) {
    guard isUnit(unit, at: offset) else {
      throw Obstacle(kind: .character(character), offset: offset)
    }
  }

  /// A text ended by NUL, or nothing at all.
  private mutating func text(
    at start: Int, _ part: StaticString, by search: WritableKeyPath<Self, TerminatorSearch>
  ) throws(Obstacle) -> (range: Range<Int>, next: Int) {
    if isUnit(0x3B, at: start) { return (start..<start, start) }
    guard let end = self[keyPath: search].end(of: start, in: bytes) else {
      throw Obstacle(kind: .terminator(part: part), offset: start)
    }
    return (start..<end, end + 2)
  }

  /// A number of 4 bytes, or nothing at all.
  private func field(
    at start: Int, _ part: StaticString
  ) throws(Obstacle) -> (number: UInt32, next: Int) {
    if let number = number(at: start), isUnit(0x3B, at: start + 4) { return (number, start + 4) }
    if isUnit(0x3B, at: start) { return (0, start) }
    throw Obstacle(kind: .separator(part: part), offset: min(start + 4, bytes.count))
  }
}

/// Looks for the NUL at which a text ends.
///
/// Offsets come in rising order, so that what was found once serves all texts that begin before
/// it: the bytes are gone through once, whatever is in them.
private struct TerminatorSearch {
  /// By the lowest bit of the offset: from where there is no NUL, up to where one is, or the end.
  private var known: [(from: Int, end: Int)] = [(0, -1), (0, -1)]

  mutating func end(of start: Int, in bytes: [UInt8]) -> Int? {
    let lane = start & 1
    if !(known[lane].from...max(known[lane].from, known[lane].end)).contains(start) {
      var end = start
      while end + 1 < bytes.count, bytes[end] != 0 || bytes[end + 1] != 0 { end += 2 }
      known[lane] = (start, end)
    }
    let end = known[lane].end
    return end + 1 < bytes.count ? end : nil
  }
}

// MARK: - Meaning

extension PolicyFileParser {
  private func string(_ range: Range<Int>) -> RegistryString {
    RegistryString(
      utf16: stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map {
        UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
      })
  }

  private mutating func append(_ layout: Layout, at offset: Int) {
    let data = [UInt8](bytes[layout.data])
    let type = ValueType(rawValue: layout.type)
    entries.append(
      PolicyFileEntry(
        offset: offset, key: RegistryPath(splitting: string(layout.key)),
        action: .init(
          name: string(layout.name), type: type, data: data, isBare: layout.name.isEmpty)))
  }
}

extension PolicyFileEntry.Action {
  /// Makes out what an entry does, by the name in it.
  fileprivate init(name: RegistryString, type: ValueType, data: [UInt8], isBare: Bool) {
    func list() -> [RegistryString] {
      switch ValueData(data, type: .string) {
      case .string(let text):
        text.utf16.split(separator: 0x3B).map { RegistryString(utf16: [UInt16]($0)) }
      default: []
      }
    }
    let stars: RegistryString = "**"
    guard name.starts(with: stars) else {
      self = isBare && type == .none && data.isEmpty ? .createKey : .set(name, type, data)
      return
    }
    // The longer of two orders that begin alike comes first.
    if name.starts(with: "**DeleteValues") {
      self = .deleteValues(list())
    } else if name.starts(with: "**DeleteKeys") {
      self = .deleteKeys(list().map(RegistryPath.init(splitting:)))
    } else if name.starts(with: "**DelVals") {
      self = .deleteAllValues
    } else if name.starts(with: "**Del.") {
      self = .deleteValue(RegistryString(utf16: [UInt16](name.utf16.dropFirst(6))))
    } else if name.starts(with: "**SecureKey") {
      self = .secure(ValueData(data, type: type))
    } else {
      self = .unknown(name)
    }
  }
}

extension RegistryString {
  fileprivate func starts(with prefix: RegistryString) -> Bool {
    RegistryString(utf16: [UInt16](utf16.prefix(prefix.utf16.count))).matches(prefix)
  }
}

extension RegistryPath {
  fileprivate init(splitting text: RegistryString) {
    self.init(names: text.utf16.split(separator: 0x5C).map { RegistryString(utf16: [UInt16]($0)) })
  }
}
