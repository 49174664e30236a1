// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsTypes

/// The characters that change what a terminal or an editor shows around them, and are not letters:
/// controls, marks of direction, and ends of lines; and those that stand for bytes of files' names
/// which are not UTF-8.
enum UnsafeCharacter {
  /// Whether a character beyond ASCII is one of them.
  static func contains(_ code: UInt32) -> Bool {
    switch code {
    case 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069,
      0xEF80...0xEFFF:
      true
    default: false
    }
  }
}

/// The inside of a JSON string.
///
/// A surrogate without its partner becomes U+FFFD, and a caller must also write such text in
/// another way.
enum JSONEscaping: CharacterEscaping {
  static var longestEscape: Int { 6 }

  @inline(__always)
  static func isPlain(_ unit: UInt16) -> Bool {
    unit >= 0x20 && unit != 0x22 && unit != 0x5C && unit != 0x7F
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    switch code {
    case 0x08: unsafe writeText("\\b", to: room)
    case 0x09: unsafe writeText("\\t", to: room)
    case 0x0A: unsafe writeText("\\n", to: room)
    case 0x0C: unsafe writeText("\\f", to: room)
    case 0x0D: unsafe writeText("\\r", to: room)
    case 0x22: unsafe writeText("\\\"", to: room)
    case 0x5C: unsafe writeText("\\\\", to: room)
    case 0..<0x20: unsafe writeUnicodeEscape(code, to: room)
    default: UnsafeCharacter.contains(code) ? unsafe writeUnicodeEscape(code, to: room) : 0
    }
  }
}

/// The inside of a quoted CSV field.
///
/// Line ends may be in a field. Other control characters and lone surrogates, which text files
/// cannot hold, become `\u0001`; a backslash stays one, so that paths are readable.
enum CSVEscaping: CharacterEscaping {
  static var longestEscape: Int { 6 }

  static func isPlain(_ unit: UInt16) -> Bool {
    unit >= 0x20 && unit != 0x22 && unit != 0x7F
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    switch code {
    case 0x22: unsafe writeText("\"\"", to: room)
    case 0x09, 0x0A, 0x0D: 0
    case 0..<0x20, 0xD800..<0xE000: unsafe writeUnicodeEscape(code, to: room)
    default: UnsafeCharacter.contains(code) ? unsafe writeUnicodeEscape(code, to: room) : 0
    }
  }
}

/// A field of a body file: whatever would end the field or the line becomes `\u007C`.
enum BodyfileEscaping: CharacterEscaping {
  static var longestEscape: Int { 6 }

  static func isPlain(_ unit: UInt16) -> Bool {
    unit >= 0x20 && unit < 0x7F && unit != 0x7C
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    switch code {
    case 0..<0x20, 0x7C, 0xD800..<0xE000: unsafe writeUnicodeEscape(code, to: room)
    default: UnsafeCharacter.contains(code) ? unsafe writeUnicodeEscape(code, to: room) : 0
    }
  }
}

/// An attribute or text of an XML document.
///
/// XML 1.0 cannot hold most control characters nor lone surrogates, however they are escaped: they
/// become U+FFFD, and a caller that writes such text must also write it in another way.
enum XMLEscaping: CharacterEscaping {
  static var longestEscape: Int { 8 }

  static func isPlain(_ unit: UInt16) -> Bool {
    unit >= 0x20 && unit != 0x7F && unit != 0x22 && unit != 0x26 && unit != 0x3C && unit != 0x3E
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    switch code {
    case 0x09: unsafe writeText("&#9;", to: room)
    case 0x0A: unsafe writeText("&#10;", to: room)
    case 0x0D: unsafe writeText("&#13;", to: room)
    case 0x22: unsafe writeText("&quot;", to: room)
    case 0x26: unsafe writeText("&amp;", to: room)
    case 0x3C: unsafe writeText("&lt;", to: room)
    case 0x3E: unsafe writeText("&gt;", to: room)
    case 0..<0x20, 0xFFFE, 0xFFFF: unsafe writeUTF8(0xFFFD, to: room)
    default: UnsafeCharacter.contains(code) ? unsafe writeReference(code, to: room) : 0
    }
  }

  /// Writes `&#x202E;`.
  private static func writeReference(
    _ code: UInt32, to room: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = unsafe writeText("&#x", to: room)
    unsafe count += writeHex(code, digits: 4, to: room + count)
    return unsafe count + writeText(";", to: room + count)
  }

  /// Whether XML can hold a text.
  static func canHold(_ count: Int, _ unit: (Int) -> UInt16) -> Bool {
    let units = (0..<count).lazy.map(unit)
    return isWellFormedUTF16(units)
      && units.allSatisfy { unit in
        switch unit {
        case 0x09, 0x0A, 0x0D: true
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
      }
  }
}

/// Text for a person to read: whatever is not visible, or might change what the terminal shows
/// around it, is made visible.
///
/// Control characters become their pictures, such as `␀`; other characters without a shape, and
/// lone surrogates, become their number, such as `‹U+D83D›`.
enum VisibleEscaping: CharacterEscaping {
  static var longestEscape: Int { 14 }

  static func isPlain(_ unit: UInt16) -> Bool {
    unit >= 0x20 && unit < 0x7F
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    switch code {
    case 0..<0x20: return unsafe writeUTF8(0x2400 + code, to: room)
    case 0x7F: return unsafe writeUTF8(0x2421, to: room)
    default:
      guard isHidden(code) else { return 0 }
      var count = unsafe writeText("‹U+", to: room)
      unsafe count += writeHex(code, digits: digits(of: code), to: room + count)
      return unsafe count + writeText("›", to: room + count)
    }
  }

  private static func digits(of code: UInt32) -> Int { code > 0xFFFF ? 5 : 4 }

  /// Whether a character has no shape of its own, or one that is the mark of an escape.
  private static func isHidden(_ code: UInt32) -> Bool {
    switch code {
    case 0x80..<0xA0, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2039,
      0x2060...0x206F, 0x2400...0x2421, 0xD800..<0xE000, 0xEF80...0xEFFF, 0xFEFF, 0xFFF9...0xFFFB,
      0xFFFE, 0xFFFF,
      0xE0000...0xE007F:
      true
    default: false
    }
  }

  /// Whether a character is to be made visible where its escape may be already.
  static func mustBeShown(_ code: UInt32) -> Bool {
    switch code {
    case 0..<0x20, 0x7F: true
    case 0x2039, 0x2400...0x2421: false
    default: isHidden(code)
    }
  }

  /// How many columns of a terminal a character takes, escaped where it must be.
  static func columns(_ code: UInt32) -> Int {
    switch code {
    case 0x20..<0x7F: 1
    case 0x300...0x36F, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      2
    default: isHidden(code) ? 4 + digits(of: code) : 1
    }
  }
}

/// Text for a person between quotation marks: a mark inside gets a backslash.
///
/// Backslashes are not doubled, so that paths are readable. The text can still be recovered:
/// the backslash in front of a mark is always an added one.
enum QuotedEscaping: CharacterEscaping {
  static var longestEscape: Int { VisibleEscaping.longestEscape }

  static func isPlain(_ unit: UInt16) -> Bool {
    VisibleEscaping.isPlain(unit) && unit != 0x22
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    code == 0x22
      ? unsafe writeText("\\\"", to: room) : unsafe VisibleEscaping.escape(code, to: room)
  }
}

/// Text for a person that may have been made visible before: the marks of escapes stay.
enum TerminalEscaping: CharacterEscaping {
  static var longestEscape: Int { VisibleEscaping.longestEscape }

  static func isPlain(_ unit: UInt16) -> Bool { VisibleEscaping.isPlain(unit) }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    VisibleEscaping.mustBeShown(code) ? unsafe VisibleEscaping.escape(code, to: room) : 0
  }
}

extension String {
  /// Whether nothing in the text, but for a line end at its end, could be hidden; false where that
  /// takes a closer look.
  var isPlainLine: Bool {
    var text = utf8[...]
    if text.last == 0x0A { text.removeLast() }
    return text.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }

  /// The text with all that is hidden in it made visible, but for a line end at its end.
  var forTerminal: String {
    guard !isPlainLine else { return self }
    var bytes: [UInt8] = []
    RegistryString(self).encode(to: &bytes, as: TerminalEscaping.self)
    if utf8.last == 0x0A {
      // The picture of the line end, in UTF-8.
      bytes.removeLast(3)
      bytes.append(0x0A)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
