// SPDX-License-Identifier: MIT

/// A pattern for the paths of keys, such as `Software\*\Cache`.
///
/// It has names with `\` or `/` between them. In a name, `*` stands for any characters, `?` for one;
/// the name `**` stands for any number of names. Case does not matter, as Windows compares names. A
/// pattern stands for the keys that it matches and for all keys below them.
public struct KeyPattern: Sendable, Hashable {
  private let names: [[UInt16]]

  private static let any: [UInt16] = [0x2A, 0x2A]

  /// Makes a pattern from text; nil where there is no name in it.
  public init?(_ text: String) {
    names = text.split { $0 == "\\" || $0 == "/" }.map { RegistryString(String($0)).upcased }
    if names.isEmpty { return nil }
  }

  /// Whether the pattern matches the key at a path; not whether it matches one above it.
  public func matches(_ path: RegistryPath) -> Bool {
    Self.matches(
      names[...], path.names.map(\.upcased)[...], isAny: { $0 == Self.any }, Self.matchesName)
  }

  private static func matchesName(_ pattern: [UInt16], _ name: [UInt16]) -> Bool {
    matches(
      pattern[...], name[...], isAny: { $0 == 0x2A }, { $0 == 0x3F || $0 == $1 })
  }

  /// Whether a list matches a pattern, in which some elements stand for any number of elements.
  ///
  /// It goes back only to the last of these, so its work is the product of both lengths at most.
  private static func matches<Element>(
    _ pattern: ArraySlice<Element>, _ list: ArraySlice<Element>, isAny: (Element) -> Bool,
    _ isMatch: (Element, Element) -> Bool
  ) -> Bool {
    var place = pattern.startIndex
    var index = list.startIndex
    var retry: (place: Int, index: Int)?
    while index < list.endIndex {
      if place < pattern.endIndex, isAny(pattern[place]) {
        retry = (place, index)
        place += 1
      } else if place < pattern.endIndex, isMatch(pattern[place], list[index]) {
        place += 1
        index += 1
      } else if let last = retry {
        place = last.place + 1
        index = last.index + 1
        retry = (last.place, index)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy(isAny)
  }
}
