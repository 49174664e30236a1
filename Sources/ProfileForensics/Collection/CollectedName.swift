// SPDX-License-Identifier: MIT

import WindowsTypes

/// What the name of a folder says in a collection: tools name folders after the volumes that they
/// copy.
enum CollectedName: Hashable {
  /// A volume by its letter: `C`, `C:`, `C%3A`, `%5C%5C.%5CC%3A`.
  case drive(Character)
  /// A shadow copy: `VSS1`, `HarddiskVolumeShadowCopy3`.
  case shadowCopy
  /// Windows' own copies of the machine's hives.
  case regBack
  /// Nothing of this kind.
  case plain

  init(_ name: String) {
    var text = Self.decoded(name).lowercased()
    for prefix in ["\\\\.\\", "\\\\?\\", "//./", "//?/", "__._", "__?_"]
    where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
    }
    if text == "regback" {
      self = .regBack
    } else if Self.isShadowCopy(text) {
      self = .shadowCopy
    } else if let letter = Self.letter(text) {
      self = .drive(letter)
    } else {
      self = .plain
    }
  }

  private static func letter(_ text: String) -> Character? {
    let ends = ["", ":", "$", "_", ":\\", ":/", "_drive", "-drive", " drive"]
    let starts = ["", "drive_", "drive-", "drive ", "drive"]
    for start in starts where text.hasPrefix(start) {
      let rest = text.dropFirst(start.count)
      guard let letter = rest.first, letter.isASCII, letter.isLetter,
        ends.contains(String(rest.dropFirst()))
      else { continue }
      return Character(letter.uppercased())
    }
    return nil
  }

  private static func isShadowCopy(_ text: String) -> Bool {
    if text.contains("shadowcopy") || text.contains("shadow_copy") { return true }
    if text.contains("globalroot") || text.hasPrefix("@gmt-") { return true }
    for prefix in ["vss", "vsc", "shadow"] where text.hasPrefix(prefix) {
      let rest = text.dropFirst(prefix.count).drop { "_- ".contains($0) }
      return rest.allSatisfy { $0.isASCII && $0.isNumber }
    }
    return false
  }

  /// A name without the `%XX` in it that stand for characters which file systems do not take.
  ///
  /// Velociraptor writes `C%3A` for `C:` and `%254` for `%4`.
  static func decoded(_ name: String) -> String {
    guard name.contains("%") else { return name }
    var bytes: [UInt8] = []
    var rest = name.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let number = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), number >= 0x20
      {
        bytes.append(number)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? name
  }
}
