// SPDX-License-Identifier: MIT

import WindowsTypes

/// A key of a user's registry that a process kept open.
public struct LeakedHandle: Sendable, Hashable {
  /// The number of the process.
  public var process: Int
  /// The program, as the event names it: a path on a device, or a file's name.
  public var image: String
  /// The key, as the event names it.
  public var key: String

  /// Makes a handle.
  public init(process: Int, image: String, key: String) {
    self.process = process
    self.image = image
    self.key = key
  }

  /// The file's name in ``image``, such as `dllhost.exe`.
  public var imageName: String {
    image.fileName
  }
}

/// The handles that an event lists, which kept a user's hive from being unloaded.
///
/// This is what the `Detail` of event 1530 says, and the texts of UPHClean. Microsoft documents
/// neither form. Of 1530 a record by Windows 10 is known: its lines end with LF, and there is one
/// for each handle; copies as plain text have CR and LF, and `DETAIL - ` in front.
public struct HandleLeaks: Sendable, Hashable {
  /// The hive, such as `\Registry\User\S-1-5-21-…-1004_Classes`; nil where the text names none.
  public var hive: String?
  /// The account as it is named, such as `DOMAIN\user`; nil where the text names none.
  public var account: String?
  /// How many handles there are by the text's own count; nil where it has none.
  public var declared: Int?
  /// The handles, in order.
  public var handles: [LeakedHandle] = []
  /// Lines that say something else, or are not understood.
  public var otherLines: [String] = []

  private init() {}

  /// The lines of a text, without blanks around them, and without empty ones.
  private static func lines(of texts: [String]) -> [Substring] {
    texts.flatMap { text in
      text.split { $0.isNewline || $0 == "\0" }.map(\.trimmed).filter { !$0.isEmpty }
    }
  }
}

// MARK: - Event 1530

extension HandleLeaks {
  /// Reads the `Detail` of event 1530.
  ///
  /// - Parameter detail: The record's string.
  public init(detail: String) {
    self.init()
    for line in Self.lines(of: [detail]) {
      if declared == nil, hive == nil, takeHeading(line) { continue }
      if let handle = Self.handle(line) {
        handles.append(handle)
      } else {
        otherLines.append(String(line))
      }
    }
  }

  /// Takes `1 user registry handles leaked from \Registry\User\S-1-5-21-…:`.
  private mutating func takeHeading(_ line: Substring) -> Bool {
    var line = line
    if line.hasPrefix("DETAIL - ") { line = line.dropFirst(9).trimmed }
    guard let middle = line.range(ofFirst: " user registry handles leaked from "),
      let count = Int(line[..<middle.lowerBound])
    else { return false }
    var name = line[middle.upperBound...]
    if name.last == ":" { name.removeLast() }
    declared = count
    hive = String(name.trimmed)
    return true
  }

  /// The handle of `Process 2408 (\Device\…\svchost.exe) has opened key \REGISTRY\USER\…`.
  ///
  /// A path may have brackets of its own.
  private static func handle(_ line: Substring) -> LeakedHandle? {
    guard line.hasPrefix("Process ") else { return nil }
    let number = line.dropFirst(8).prefix { $0.isASCII && $0.isNumber }
    let rest = line[number.endIndex...]
    guard let process = Int(number), rest.hasPrefix(" ("),
      let middle = rest.range(ofFirst: ") has opened key ")
    else { return nil }
    let image = rest.dropFirst(2)
    guard image.startIndex <= middle.lowerBound else { return nil }
    return LeakedHandle(
      process: process, image: String(image[..<middle.lowerBound]),
      key: String(rest[middle.upperBound...]))
  }
}

// MARK: - UPHClean

extension HandleLeaks {
  /// Reads the strings of an event of UPHClean: the user, then for each process its handles, each
  /// as `HKCU\path (0xhandle)`, and maybe what called for them.
  public init(uphclean strings: [String]) {
    self.init()
    var process: (number: Int, image: String)?
    for line in Self.lines(of: strings) {
      guard let (text, bracket) = line.bracketAtEnd else {
        otherLines.append(String(line))
        continue
      }
      if SecurityIdentifier(String(bracket)) != nil, account == nil {
        account = String(text)
        hive = "\\Registry\\User\\\(bracket)"
      } else if let number = Int(bracket) {
        process = (number, String(text))
      } else if bracket.hasPrefix("0x"), UInt64(bracket.dropFirst(2), radix: 16) != nil,
        let process
      {
        handles.append(
          LeakedHandle(process: process.number, image: process.image, key: String(text)))
      } else {
        otherLines.append(String(line))
      }
    }
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The text without blanks around it.
  package var trimmed: Substring {
    var rest = self[startIndex...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}

extension Substring {
  /// Where a text first occurs in this one.
  fileprivate func range(ofFirst wanted: String) -> Range<Index>? {
    let units = utf8
    var start = units.startIndex
    while start < units.endIndex {
      if units[start...].starts(with: wanted.utf8) {
        return start..<units.index(start, offsetBy: wanted.utf8.count)
      }
      start = units.index(after: start)
    }
    return nil
  }

  /// What is in brackets at the end, and what is before them.
  fileprivate var bracketAtEnd: (text: Substring, bracket: Substring)? {
    guard last == ")", let open = lastIndex(of: "("), open > startIndex else { return nil }
    return (self[..<open].trimmed, self[index(after: open)...].dropLast())
  }
}
