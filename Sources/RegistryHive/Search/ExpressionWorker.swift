// SPDX-License-Identifier: MIT

import FileAccess

/// A thread that matches a regular expression, so that whoever asks need not wait for its end.
///
/// Some expressions go back over a text in so many ways that they take years for a few dozen
/// characters, and a match cannot be stopped. A worker that takes too long is left to itself.
final class ExpressionWorker: @unchecked Sendable {
  /// What became of a match: where in a text it is, in UTF-16 units; nil where there is none.
  typealias Answer = Range<Int>?

  private let expression: String
  private let isCaseSensitive: Bool
  private let monitor = Monitor()
  // What follows is read and written with the monitor locked only.
  private var text: String?
  private var answer: Answer?
  private var isEnded = false

  /// Starts a thread; nil where the system gives none.
  init?(_ expression: String, isCaseSensitive: Bool) {
    self.expression = expression
    self.isCaseSensitive = isCaseSensitive
    guard startThread({ self.run() }) else { return nil }
  }

  /// Matches a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - limit: How many milliseconds processors may work on it; what they do for other threads of
  ///     the program meanwhile counts too.
  /// - Returns: The answer, nil where there is none in time, and how long they worked. The worker must
  ///   not be asked again where there is none.
  func find(in text: String, within limit: Int) -> (match: Answer?, work: Int) {
    let start = programWorkMilliseconds()
    monitor.locked {
      self.text = text
      answer = nil
    }
    var pause = 1
    while true {
      let found = monitor.wait(atMost: pause) { answer }
      let work = programWorkMilliseconds() - start
      if found != nil || work >= limit { return (found, work) }
      pause = min(2 * pause, 50)
    }
  }

  /// Lets the thread end as soon as it has nothing to do.
  func end() {
    monitor.locked { isEnded = true }
  }

  /// What the thread does.
  private func run() {
    let matcher = CompiledExpression(expression, isCaseSensitive: isCaseSensitive)
    while let text = nextText() {
      let found = matcher.find(in: text)
      monitor.locked { answer = .some(found) }
    }
  }

  /// Waits for the next text; nil at the end.
  private func nextText() -> String? {
    let next: String?? = monitor.wait {
      if isEnded { return .some(nil) }
      guard let text else { return nil }
      self.text = nil
      return .some(text)
    }
    return next ?? nil
  }
}

/// A regular expression that was read without a mistake before.
struct CompiledExpression {
  private let expression: Regex<AnyRegexOutput>?

  init(_ expression: String, isCaseSensitive: Bool) {
    self.expression = (try? Regex(expression))?
      .ignoresCase(!isCaseSensitive)
      .matchingSemantics(.unicodeScalar)
  }

  /// Where in a text it matches, in UTF-16 units.
  func find(in text: String) -> Range<Int>? {
    guard let match = (try? expression?.firstMatch(in: text)) ?? nil else { return nil }
    let view = text.utf16
    return view.distance(
      from: view.startIndex, to: match.range.lowerBound)..<view.distance(
        from: view.startIndex, to: match.range.upperBound)
  }
}
