// SPDX-License-Identifier: MIT

/// Names of further files of one name: `NTUSER.DAT (1)`, `Application (1).evtx`.
enum NumberedCopy {
  /// The name without its number; nil where it has none.
  static func original(of name: String) -> String? {
    if let original = withoutNumber(name[...]) { return String(original) }
    guard let dot = name.lastIndex(of: "."), let original = withoutNumber(name[..<dot]) else {
      return nil
    }
    return String(original + name[dot...])
  }

  private static func withoutNumber(_ name: Substring) -> Substring? {
    guard name.last == ")", let open = name.lastIndex(of: "(") else { return nil }
    let number = name[name.index(after: open)...].dropLast()
    let original = name[..<open]
    guard !number.isEmpty, number.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      original.last == " ", original.count > 1
    else { return nil }
    return original.dropLast()
  }
}
