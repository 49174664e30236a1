// SPDX-License-Identifier: MIT

import RegistryExtraction
import RegistryHive

/// What a rule says, as it stands in each record.
struct RuleTexts {
  let description: String
  let category: String
  let comment: String

  /// The texts of a rule, whole.
  init(_ rule: ExtractionRule) {
    description = rule.description
    category = rule.category
    comment = rule.comment
  }

  fileprivate init(cutting rule: ExtractionRule) {
    description = Self.cut(rule.description)
    category = Self.cut(rule.category)
    comment = Self.cut(rule.comment)
  }

  private static func cut(_ text: String) -> String {
    let shortest = 16
    return text.utf16.count > shortest ? text.prefix(shortest - 1) + "…" : text
  }
}

/// How many more bytes of what rules say may be written for a hive.
///
/// It stands in every record: a long comment would turn a small hive into gigabytes. What is written
/// of it in all is at most 16 times the size of the hive; behind that, long texts are cut.
struct RuleTextAllowance {
  private var rest: Int
  /// The texts of the rules that came so far, and how many bytes they take.
  private var known: [Int: (texts: RuleTexts, cut: RuleTexts, size: Int)] = [:]
  /// Whether a text was cut.
  private(set) var hasCut = false

  init(fileSize: Int) {
    rest = 16 * max(fileSize, 1 << 14)
  }

  /// What the rule of a record says, cut where the allowance is used up.
  mutating func take(_ record: ExtractedRecord) -> RuleTexts {
    let entry = known[record.ruleIndex] ?? Self.entry(record.rule)
    known[record.ruleIndex] = entry
    guard entry.size > rest else {
      rest -= entry.size
      return entry.texts
    }
    hasCut = hasCut || entry.size > Self.size(entry.cut)
    return entry.cut
  }

  private static func entry(
    _ rule: ExtractionRule
  ) -> (texts: RuleTexts, cut: RuleTexts, size: Int) {
    let texts = RuleTexts(rule)
    return (texts, RuleTexts(cutting: rule), size(texts))
  }

  private static func size(_ texts: RuleTexts) -> Int {
    [texts.description, texts.category, texts.comment].reduce(0) {
      $0 + RegistryString.longestWritten($1.utf16)
    }
  }
}
