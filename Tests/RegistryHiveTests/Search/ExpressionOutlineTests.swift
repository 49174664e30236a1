// SPDX-License-Identifier: MIT

import HiveBuilder
import Testing

@testable import RegistryHive

/// What is said of a regular expression before it is matched leaves out no match.
@Suite struct ExpressionOutlineTests {
  @Test(arguments: [
    ("OneDrive", ["OneDrive"]), ("Zebra[0-9]+fish", ["Zebra"]), (#"\\[A-Z]\w+\.exe$"#, [".exe"]),
    ("^(foo|barn)$", ["foo", "barn"]), ("ab?cd", ["cd"]), ("ab*", ["a"]), ("ab+c", ["ab"]),
    ("ab{2,3}c", ["ab"]), ("(ab)?cde", ["cde"]), ("(?:abc)+d", ["abc"]), ("(?!xyz)ab", ["ab"]),
    ("[[a-z]&&[^x]]cd", ["cd"]), ("a|bc", ["a", "bc"]), ("é?ab", ["ab"]),
  ])
  func `texts that every match has`(expression: String, texts: [String]) {
    #expect(ExpressionOutline(expression, isCaseSensitive: true)?.required == texts)
  }

  @Test(arguments: ["a?", "a|", ".*", "(a|b*)c*", #"\d{7}"#, "(?!ab)", "é", "ski"])
  func `expressions without such a text`(expression: String) throws {
    let outline = try #require(ExpressionOutline(expression, isCaseSensitive: false))
    #expect(outline.required == nil)
  }

  @Test(arguments: [
    "(?i)ab", "(?x)a b", #"\x41b"#, #"\Qa.b\E"#, "(?<name>ab)", "(?>ab)", "[]ab]", #"(a)\1"#,
    "a{2", "a{b}", #"\p{L}ab"#, "(?<=a)b", "(*ACCEPT)ab",
  ])
  func `expressions whose outline is left open`(expression: String) {
    #expect(ExpressionOutline(expression, isCaseSensitive: true) == nil)
  }

  @Test(arguments: [
    ("OneDrive", 1024, true), (#"^\d+$"#, 1024, true), ("[0-9]{7}[a-z]{9}", 1024, true),
    (".*a.*b", 1024, false), (".*a.*b", 100, true), ("(a|aa)+", 20, false), ("(a+)+", 20, false),
    ("(ab)+c", 1024, true), ("((a?){9}){9}", 20, false),
  ])
  func `how long a match may take`(expression: String, count: Int, isQuick: Bool) throws {
    let outline = try #require(ExpressionOutline(expression, isCaseSensitive: true))
    #expect(outline.isQuick(for: count) == isQuick)
  }

  /// Random expressions over a few letters, on random texts: what matches has a required text.
  @Test(arguments: 0..<20)
  func `no match is left out`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
    func part(_ depth: Int) -> String {
      let one =
        depth > 0 && Int.random(in: 0..<4, using: &random) == 0
        ? pick(["(", "(?:", "(?=", "(?!"]) + sequence(depth - 1)
          + (Bool.random(using: &random) ? "|" + sequence(depth - 1) : "") + ")"
        : pick(["a", "b", "K", "s", "é", ".", "[ab]", "[^a]", #"\w"#, #"\."#, "-"])
      return one + pick(["", "", "", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "??", "*?"])
    }
    func sequence(_ depth: Int) -> String {
      (0..<Int.random(in: 1...4, using: &random)).map { _ in part(depth) }.joined()
    }
    let letters = "abkKsS\u{212A}\u{17F}éE\u{301}.-"
    var matchCount = 0
    for _ in 0..<300 {
      let expression = sequence(2)
      let isCaseSensitive = Bool.random(using: &random)
      guard let outline = ExpressionOutline(expression, isCaseSensitive: isCaseSensitive),
        (try? Regex(expression)) != nil
      else { continue }
      let compiled = CompiledExpression(expression, isCaseSensitive: isCaseSensitive)
      for _ in 0..<10 {
        let count = Int.random(in: 0..<9, using: &random)
        let text = String((0..<count).compactMap { _ in letters.randomElement(using: &random) })
        guard compiled.find(in: text) != nil else { continue }
        matchCount += 1
        guard let required = outline.required else { continue }
        let utf16 = RegistryString(text)
        let isThere = required.contains { needed in
          let needle = Needle(text: RegistryString(needed), isCaseSensitive: isCaseSensitive)
          let bytes = utf16.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
          return needle.find(inData: bytes.span, holdsText: false) != nil
        }
        #expect(isThere, "\(expression) matches \(text), of which \(required) is required")
      }
    }
    #expect(matchCount > 100)
  }
}
