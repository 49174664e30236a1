// SPDX-License-Identifier: MIT

import FileAccess

/// How far the work on many machines is, on standard error where that is a terminal.
struct FleetProgress {
  private let noun: String
  private let count: Int
  private let isShown: Bool
  private let start = steadyMilliseconds()
  private var lastShown = steadyMilliseconds()
  private var hasShown = false
  private(set) var done = 0
  private(set) var failed = 0

  /// Begins counting.
  ///
  /// - Parameters:
  ///   - noun: What is done with the machines, such as `machines looked up`.
  ///   - count: How many there are.
  ///   - isShown: Whether it may be shown, where standard error is a terminal.
  init(_ noun: String, of count: Int, isShown: Bool = true) {
    self.noun = noun
    self.count = count
    self.isShown = isShown && count > 1 && Diagnostics.isTerminal
  }

  /// Whether there is more than one.
  var isOneOfSeveral: Bool { count > 1 }

  /// Counts one.
  mutating func advance(failed isFailed: Bool = false) {
    done += 1
    if isFailed { failed += 1 }
  }

  /// Shows the count when the last time was a while ago.
  mutating func show() {
    guard isShown, steadyMilliseconds() - lastShown > 200 else { return }
    lastShown = steadyMilliseconds()
    hasShown = true
    Diagnostics.write("\r\u{1B}[K\(text(after: steadyMilliseconds() - start))")
  }

  /// Wipes the count off the terminal.
  mutating func finish() {
    guard hasShown else { return }
    Diagnostics.write("\r\u{1B}[K")
    hasShown = false
  }

  /// The count in a line.
  func text(after milliseconds: Int) -> String {
    var text = "\(grouped(done)) of \(grouped(count)) \(noun)"
    if failed > 0 { text += ", \(grouped(failed)) failed" }
    let seconds = Double(milliseconds) / 1000
    guard done > 0, seconds > 0 else { return text }
    let rate = Double(done) / seconds
    text += ", \(rate < 10 ? tenths(rate) : grouped(Int(rate))) a second"
    let left = Int(Double(count - done) / rate)
    return text + ", \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
  }

  private func tenths(_ number: Double) -> String {
    let tenths = Int(number * 10)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
