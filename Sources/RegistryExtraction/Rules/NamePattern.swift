// SPDX-License-Identifier: MIT

import RegistryHive

/// What a name has to be like: a name, any name, or one with `*` for any units in it.
///
/// Names are compared as Windows does it: without regard to case, unit by unit.
enum NamePattern: Sendable, Hashable {
  /// A name, in upper case.
  case name([UInt16])
  /// Any name.
  case any
  /// Parts in upper case with any units between them; the first begins and the last ends the name.
  case parts([[UInt16]])

  /// Makes a pattern of text in which `*` stands for any units, none included.
  init(_ text: some StringProtocol) {
    let parts = String(text).split(separator: "*", omittingEmptySubsequences: false)
      .map { RegistryString(String($0)).upcased }
    if parts.count == 1 {
      self = .name(parts[0])
    } else if parts.allSatisfy(\.isEmpty) {
      self = .any
    } else {
      // A `*` after another one changes nothing.
      let inner = parts.dropFirst().dropLast().filter { !$0.isEmpty }
      self = .parts([parts[0]] + inner + [parts[parts.count - 1]])
    }
  }

  /// Makes a pattern of a name in which `*` stands for itself.
  init(literally text: some StringProtocol) {
    self = .name(RegistryString(String(text)).upcased)
  }

  /// Whether a name in upper case is like this.
  func matches(_ name: [UInt16]) -> Bool {
    switch self {
    case .any: return true
    case .name(let own): return own == name
    case .parts(let parts):
      var rest = name[...]
      for (index, part) in parts.enumerated() {
        if index == 0 {
          guard rest.starts(with: part) else { return false }
          rest = rest.dropFirst(part.count)
        } else if index == parts.count - 1 {
          guard rest.count >= part.count, rest.suffix(part.count).elementsEqual(part) else {
            return false
          }
        } else {
          guard let end = Self.end(of: part, in: rest) else { return false }
          rest = rest[end...]
        }
      }
      return true
    }
  }

  /// Where a part ends, at its first place in some units.
  private static func end(of part: [UInt16], in units: ArraySlice<UInt16>) -> Int? {
    guard let first = part.first else { return units.startIndex }
    var start = units.startIndex
    while start + part.count <= units.endIndex {
      if units[start] == first, units[start..<start + part.count].elementsEqual(part) {
        return start + part.count
      }
      start += 1
    }
    return nil
  }
}
