// SPDX-License-Identifier: MIT

import RegistryHive

/// Compares the names of copied folders with those that Windows has.
///
/// A copy may have another form of a name: macOS takes letters and their accents apart, older
/// archives keep the bytes of a code page, and tools write `?`, `_`, `#U00fc` or `%C3%BC` for what
/// they cannot write.
enum FolderSpelling {
  /// A text that is the same for all forms of a name that Unicode takes for equal, whatever its
  /// case.
  static func key(_ name: String) -> String {
    RegistryString(withoutEscapes(name)).upcasedName.description
  }

  /// What is the same in all forms of a name: its letters and digits of ASCII, in upper case.
  static func skeleton(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        withoutEscapes(name).uppercased().unicodeScalars.filter { $0.isASCII && !isBlank($0) }))
  }

  /// Whether a folder's name is a form of the one that Windows has.
  static func isForm(_ folder: String, of name: String) -> Bool {
    if key(folder) == key(name) { return true }
    let wanted = parts(of: name)
    guard wanted.contains(where: { $0.letter == nil }) else { return false }
    return matches(Array(withoutEscapes(folder).uppercased().unicodeScalars), wanted)
  }

  /// Whether two names have the same letters of ASCII in the same order, and others beside them.
  static func mayBeForm(_ folder: String, of name: String) -> Bool {
    isForm(folder, of: name)
      || !name.unicodeScalars.allSatisfy(\.isASCII) && skeleton(folder) == skeleton(name)
        && !folder.unicodeScalars.allSatisfy { $0.isASCII && !isBlank($0) }
  }

  // MARK: - Forms with other bytes

  /// A letter of ASCII, or a run of others.
  private struct Part {
    var letter: Unicode.Scalar?
    /// How many scalars and how many bytes of UTF-8 a run has.
    var scalars = 0
    var bytes = 0
  }

  private static func parts(of name: String) -> [Part] {
    var parts: [Part] = []
    for scalar in name.uppercased().unicodeScalars {
      if scalar.isASCII {
        parts.append(Part(letter: scalar))
        continue
      }
      if parts.isEmpty || parts[parts.count - 1].letter != nil { parts.append(Part()) }
      parts[parts.count - 1].scalars += 1
      parts[parts.count - 1].bytes += UTF8.width(scalar)
    }
    return parts
  }

  /// Whether the scalars of a name can stand for the parts of another: every run for one that has a
  /// scalar for each of its bytes, or a sign of loss for each of its letters.
  private static func matches(_ folder: [Unicode.Scalar], _ wanted: [Part]) -> Bool {
    guard folder.count <= 1024, wanted.count <= 255 else { return false }
    var places: Set<Int> = [0]
    for part in wanted {
      var next: Set<Int> = []
      for place in places {
        if let letter = part.letter {
          if place < folder.count, folder[place] == letter { next.insert(place + 1) }
          continue
        }
        var isLossy = false
        var end = place
        while end < folder.count, end - place < part.bytes, isOther(folder[end]) {
          isLossy = isLossy || isSignOfLoss(folder[end])
          end += 1
          let count = end - place
          if isLossy ? count >= part.scalars : count == part.bytes { next.insert(end) }
        }
      }
      places = next
    }
    return places.contains(folder.count)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == "?" || scalar == "_" }

  private static func isOther(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.isASCII || isBlank(scalar)
  }

  /// Whether a scalar stands for what could not be written, or for a byte that is no UTF-8.
  private static func isSignOfLoss(_ scalar: Unicode.Scalar) -> Bool {
    isBlank(scalar) || scalar == "\u{FFFD}" || (0xEF80...0xEFFF).contains(scalar.value)
  }

  // MARK: - Escapes

  /// A name without `%XX`, and without the `#Uxxxx` and `#Lxxxxxx` that Info-ZIP's tools write.
  private static func withoutEscapes(_ name: String) -> String {
    let name = CollectedName.decoded(name)
    guard name.contains("#") else { return name }
    var text = ""
    var rest = name.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      let mark = rest.first
      let count = mark == "U" ? 4 : mark == "L" ? 6 : 0
      let digits = String(rest.dropFirst().prefix(count))
      if scalar == "#", count > 0, digits.count == count, let value = UInt32(digits, radix: 16),
        value >= 0x80, let decoded = Unicode.Scalar(value)
      {
        text.unicodeScalars.append(decoded)
        rest = rest.dropFirst(count + 1)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
