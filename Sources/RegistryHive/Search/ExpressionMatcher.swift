// SPDX-License-Identifier: MIT

import FileAccess

/// Looks for a regular expression in names and data.
final class ExpressionMatcher {
  /// The shortest run of printable characters that counts as text among bytes.
  private static let shortestRun = 4

  /// The longest text of which a quick match is not measured: to measure takes time too.
  private static let unmeasuredText = 16
  /// The longest text that is matched without a worker, whatever the expression.
  private static let shortText = 8
  /// How long processors may work on a match, in milliseconds.
  private static let patience = 250
  /// How many matches may take longer; all further texts that are not short are left out then.
  private static let workerLimit = 2

  private let expression: String
  private let isCaseSensitive: Bool
  private let compiled: CompiledExpression
  private let outline: ExpressionOutline?
  /// What to look for in bytes before anything is matched; empty where everything is matched.
  private let needles: [Needle]
  private var worker: ExpressionWorker?
  private var lostWorkers = 0
  private var time = MatchingTime()
  /// How many texts were left out.
  private(set) var skippedTextCount = 0

  /// Takes an expression that was read without a mistake before.
  init(_ expression: String, isCaseSensitive: Bool) {
    self.expression = expression
    self.isCaseSensitive = isCaseSensitive
    compiled = CompiledExpression(expression, isCaseSensitive: isCaseSensitive)
    outline = ExpressionOutline(expression, isCaseSensitive: isCaseSensitive)
    needles = (outline?.required ?? []).map {
      Needle(text: RegistryString($0), isCaseSensitive: isCaseSensitive)
    }
  }

  deinit {
    worker?.end()
  }

  /// Whether a name may hold a match.
  func mayMatch(inName bytes: Span<UInt8>, isLatin1: Bool) -> Bool {
    if needles.isEmpty { return true }
    for needle in needles where needle.find(inName: bytes, isLatin1: isLatin1) != nil {
      return true
    }
    return false
  }

  private func mayMatch(inData bytes: Span<UInt8>) -> Bool {
    if needles.isEmpty { return true }
    for needle in needles where needle.find(inData: bytes, holdsText: false) != nil { return true }
    return false
  }

  /// Where it matches in text, in units.
  func find(in units: [UInt16]) -> Range<Int>? {
    find(in: units, from: 0, to: units.count)
  }

  private func find(in units: [UInt16], from start: Int, to end: Int) -> Range<Int>? {
    let length = HiveQuery.expressionLength
    var first = start
    while true {
      let last = min(first + length, end)
      guard let answer = match(units[first..<last]) else {
        skippedTextCount += 1
        return nil
      }
      if let range = answer {
        return first + range.lowerBound..<first + range.upperBound
      }
      guard last < end else { return nil }
      first += length - length / 4
    }
  }

  /// Matches a text; nil where that would take too long.
  private func match(_ units: ArraySlice<UInt16>) -> ExpressionWorker.Answer? {
    let count = units.count
    guard time.allows(count) else { return nil }
    let text = String(decoding: units, as: UTF16.self)
    let isQuick = outline?.isQuick(for: count) == true
    guard !isQuick || count > Self.unmeasuredText else {
      return .some(compiled.find(in: text))
    }
    guard isQuick || count <= Self.shortText else { return matchElsewhere(text) }
    let start = threadWorkNanoseconds()
    let answer = compiled.find(in: text)
    time.spend(threadWorkNanoseconds() - start)
    return .some(answer)
  }

  /// Matches a text on a thread of its own; nil where that takes too long.
  private func matchElsewhere(_ text: String) -> ExpressionWorker.Answer? {
    guard lostWorkers < Self.workerLimit else { return nil }
    worker = worker ?? ExpressionWorker(expression, isCaseSensitive: isCaseSensitive)
    guard let worker else { return nil }
    let answer = worker.find(in: text, within: Self.patience)
    time.spend(answer.work * 1_000_000)
    guard answer.match == nil else { return answer.match }
    worker.end()
    self.worker = nil
    lostWorkers += 1
    return nil
  }
}

/// How long processors may work on all matches of one search: half a second, and a microsecond for each
/// unit of text.
///
/// Many expressions take a time that grows with the square of a text. Where that is more than there is,
/// long texts are left out first, then all.
struct MatchingTime {
  private static let start = 500_000_000
  private static let perUnit = 1000
  /// Texts of so many units are matched until twice the time at the start was spent.
  private static let shortText = 32

  /// In nanoseconds; below zero where more was spent than there was.
  private var rest = Self.start

  /// Looks whether there is time for a text, which adds to the time whether or not it is matched.
  ///
  /// - Parameter count: How many UTF-16 units it has.
  /// - Returns: Whether there is.
  mutating func allows(_ count: Int) -> Bool {
    rest += Self.perUnit * count
    return rest > (count <= Self.shortText ? -Self.start : 0)
  }

  /// Takes what a match took, in nanoseconds.
  mutating func spend(_ time: Int) { rest -= time }
}

// MARK: - Data

extension ExpressionMatcher {
  /// Where it matches in data, in bytes.
  func find(in bytes: Span<UInt8>, holdsText: Bool) -> Needle.Hit? {
    guard mayMatch(inData: bytes) else { return nil }
    if holdsText { return findInStrings(Self.units(of: bytes, from: 0)) }
    let ascii = (0..<bytes.count).map { UInt16(bytes[$0]) }
    if let range = findInRuns(ascii, where: { (0x20...0x7E).contains($0) || $0 == 0x09 }) {
      return (range, .ascii)
    }
    for start in 0...1 {
      let units = Self.units(of: bytes, from: start)
      let isPrintable = { (unit: UInt16) in
        (0x20...0x7E).contains(unit) || unit == 0x09 || (0xA0...0x17F).contains(unit)
      }
      if let range = findInRuns(units, where: isPrintable) {
        return (start + 2 * range.lowerBound..<start + 2 * range.upperBound, .utf16)
      }
    }
    return nil
  }

  private static func units(of bytes: Span<UInt8>, from start: Int) -> [UInt16] {
    stride(from: start, to: bytes.count - 1, by: 2).map {
      UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
    }
  }

  /// Looks through strings with NULs between them.
  private func findInStrings(_ units: [UInt16]) -> Needle.Hit? {
    var start = 0
    while start <= units.count {
      let end = units[start...].firstIndex(of: 0) ?? units.count
      // Behind the NUL at the end there is no further string.
      if start < end || start == 0, let range = find(in: units, from: start, to: end) {
        return (2 * range.lowerBound..<2 * range.upperBound, .utf16)
      }
      start = end + 1
    }
    return nil
  }

  private func findInRuns(
    _ units: [UInt16], where isPrintable: (UInt16) -> Bool
  ) -> Range<Int>? {
    var start = 0
    while start < units.count {
      guard isPrintable(units[start]) else {
        start += 1
        continue
      }
      var end = start + 1
      while end < units.count, isPrintable(units[end]) { end += 1 }
      if end - start >= Self.shortestRun, let range = find(in: units, from: start, to: end) {
        return range
      }
      start = end
    }
    return nil
  }
}
