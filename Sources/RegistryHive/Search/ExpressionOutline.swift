// SPDX-License-Identifier: MIT

/// What can be said of a regular expression without matching it.
///
/// Most texts of a hive lack the letters that an expression asks for, and need not be matched at all.
/// Whatever the reader of the outline is not sure about has no outline.
struct ExpressionOutline: Equatable {
  /// Texts of which every match has one, in ASCII; nil where none is known.
  private(set) var required: [String]?
  /// In how many ways a match may continue from one place, for texts of one character.
  private(set) var ways = 1.0
  /// How many repeats have no end: the ways grow with this power of a text's length.
  private(set) var power = 0

  /// The most steps of a match that is sure to end soon.
  private static let stepLimit = 4_000_000.0
  /// How many texts are looked for at most.
  private static let requiredLimit = 8

  /// Reads an expression that has no mistake; nil where there is something in it whose meaning
  /// depends on more than its own characters.
  init?(_ expression: String, isCaseSensitive: Bool) {
    var reader = Reader(Array(expression), isCaseSensitive: isCaseSensitive)
    guard let outline = reader.readAlternatives(depth: 0), reader.isAtEnd else { return nil }
    self = outline
  }

  fileprivate init() {}

  /// Whether matching a text of this many units ends soon, whatever it holds.
  func isQuick(for count: Int) -> Bool {
    var steps = ways * Double(count + 1)
    for _ in 0..<power { steps *= Double(count + 1) }
    return steps <= Self.stepLimit
  }

  /// Adds what comes after.
  fileprivate mutating func append(_ next: ExpressionOutline) {
    require(next.required)
    ways *= next.ways
    power += next.power
  }

  /// Takes texts as required where they are better to look for than those that are known.
  fileprivate mutating func require(_ texts: [String]?) {
    func worth(_ texts: [String]?) -> Int { texts?.map(\.utf8.count).min() ?? 0 }
    if worth(texts) > worth(required) { required = texts }
  }

  /// Adds what may be in the same place.
  fileprivate mutating func add(alternative other: ExpressionOutline) {
    if let more = other.required, let known = required,
      known.count + more.count <= Self.requiredLimit
    {
      required = known + more
    } else {
      required = nil
    }
    ways += other.ways
    power = max(power, other.power)
  }

  /// The outline of a part that is repeated.
  fileprivate func repeated(_ count: ClosedRange<Int>) -> ExpressionOutline {
    var outline = self
    if count.lowerBound == 0 { outline.required = nil }
    if count.upperBound > 1, ways > 1 || power > 0 {
      // Repeats of what may itself go on in several ways grow without measure.
      outline.ways = .infinity
    } else if count.upperBound == .max {
      outline.power += 1
    } else {
      outline.ways *= Double(count.count)
    }
    return outline
  }

  /// The outline of what is looked at and is not part of the match, or must not be there.
  fileprivate var withoutText: ExpressionOutline {
    var outline = self
    outline.required = nil
    return outline
  }
}

// MARK: - Reading

/// Reads an expression character by character.
private struct Reader {
  private static let depthLimit = 32
  /// Classes, places in a text, and characters whose names are letters.
  private static let escapedLetters = Set("dDwWsShHvVbBAzZGntr")

  private let characters: [Character]
  private let isCaseSensitive: Bool
  private var index = 0

  init(_ characters: [Character], isCaseSensitive: Bool) {
    self.characters = characters
    self.isCaseSensitive = isCaseSensitive
  }

  var isAtEnd: Bool { index == characters.count }
  private var next: Character? { isAtEnd ? nil : characters[index] }

  private mutating func take(_ character: Character) -> Bool {
    guard next == character else { return false }
    index += 1
    return true
  }

  /// Reads up to the end, or to the `)` of a group.
  mutating func readAlternatives(depth: Int) -> ExpressionOutline? {
    guard depth < Self.depthLimit, var outline = readSequence(depth: depth) else { return nil }
    while take("|") {
      guard let other = readSequence(depth: depth) else { return nil }
      outline.add(alternative: other)
    }
    return outline
  }

  private mutating func readSequence(depth: Int) -> ExpressionOutline? {
    var outline = ExpressionOutline()
    // Characters that stand for themselves, one after the other.
    var run = ""
    while let character = next, character != "|", character != ")" {
      index += 1
      var part = ExpressionOutline()
      var literal: Character?
      switch character {
      case "(":
        guard let inner = readGroup(depth: depth) else { return nil }
        part = inner
      case "[": guard skipClass() else { return nil }
      case "\\":
        guard let escaped = next else { return nil }
        index += 1
        if escaped.isLetter || escaped.isNumber || !escaped.isASCII {
          guard Self.escapedLetters.contains(escaped) else { return nil }
        } else {
          literal = escaped
        }
      case ".", "^", "$": break
      case "*", "+", "?", "{", "}", "]": return nil
      default: literal = character
      }
      guard let count = readCount() else { return nil }
      let isOne = count == 1...1
      if let literal, Self.isPlain(literal, isCaseSensitive), count.lowerBound > 0 {
        run.append(literal)
        // What is repeated is at the end of what comes before, and nothing is sure after it.
        if !isOne {
          outline.require([run])
          run = ""
        }
      } else {
        if !run.isEmpty { outline.require([run]) }
        run = ""
      }
      outline.append(isOne ? part : part.repeated(count))
    }
    if !run.isEmpty { outline.require([run]) }
    return outline
  }

  /// Whether a character stands for itself alone.
  ///
  /// Where case does not count, `k`, `s` and `i` have partners outside of ASCII.
  private static func isPlain(_ character: Character, _ isCaseSensitive: Bool) -> Bool {
    guard character.unicodeScalars.count == 1, let byte = character.asciiValue,
      (0x20...0x7E).contains(byte)
    else { return false }
    return isCaseSensitive || !"kKsSiI".contains(character)
  }

  private mutating func readGroup(depth: Int) -> ExpressionOutline? {
    var isPlace = false
    if take("?") {
      switch next {
      case ":": index += 1
      case "=", "!":
        index += 1
        isPlace = true
      default: return nil
      }
    } else if next == "*" {
      return nil
    }
    guard var outline = readAlternatives(depth: depth + 1), take(")") else { return nil }
    // What is ahead is not part of a match, and may be what must not be there.
    if isPlace { outline = outline.withoutText }
    return outline
  }

  /// Skips a class of characters; false where it may be read in several ways.
  private mutating func skipClass() -> Bool {
    var depth = 1
    _ = take("^")
    guard next != "]" else { return false }
    while depth > 0 {
      guard let character = next else { return false }
      index += 1
      switch character {
      case "[":
        depth += 1
        _ = take("^")
        guard next != "]" else { return false }
      case "]": depth -= 1
      case "\\":
        guard let escaped = next, escaped.isASCII, escaped != "Q", escaped != "E" else {
          return false
        }
        index += 1
      default: break
      }
    }
    return true
  }

  /// Reads how often what is before is repeated; nil where that is not clear.
  private mutating func readCount() -> ClosedRange<Int>? {
    let count: ClosedRange<Int>
    switch next {
    case "*": count = 0...Int.max
    case "+": count = 1...Int.max
    case "?": count = 0...1
    case "{":
      guard let range = readBraces() else { return nil }
      count = range
    default: return 1...1
    }
    index += 1
    // As few as possible, or without going back.
    if next == "?" || next == "+" { index += 1 }
    return count
  }

  /// Reads `{2}`, `{2,}`, `{,3}` or `{2,3}` up to its last character.
  private mutating func readBraces() -> ClosedRange<Int>? {
    guard let end = characters[index...].firstIndex(of: "}") else { return nil }
    let numbers = characters[index + 1..<end].split(
      separator: ",", omittingEmptySubsequences: false
    )
    .map { $0.isEmpty ? Int?.none : Int(String($0)) ?? -1 }
    index = end
    let lower = numbers[0] ?? 0
    let upper = numbers.count == 1 ? lower : numbers[1] ?? Int.max
    guard numbers.count <= 2, numbers.contains(where: { $0 != nil }), lower >= 0, lower <= upper
    else { return nil }
    return lower...upper
  }
}
