// SPDX-License-Identifier: MIT

import FileAccess

/// A count on standard error while long work continues, where that is a terminal.
struct Progress {
  private let noun: String
  private let isShown: Bool
  private var count = 0
  /// In milliseconds.
  private var lastShown = steadyMilliseconds()
  private var hasShown = false

  /// Begins counting.
  ///
  /// - Parameters:
  ///   - noun: What is counted, in the plural.
  ///   - output: Where the result goes: on a terminal it shows how far things are, and a count
  ///     would be in its midst.
  init(_ noun: String, besides output: Output) {
    self.noun = noun
    isShown = !output.isTerminal && Diagnostics.isTerminal
  }

  /// Begins counting what is done before there is any output.
  ///
  /// - Parameter noun: What is counted, in the plural.
  init(_ noun: String) {
    self.noun = noun
    isShown = Diagnostics.isTerminal
  }

  /// Counts one, and shows the count when the last time was a while ago.
  mutating func advance() {
    guard isShown else { return }
    count += 1
    guard count % 1024 == 0 else { return }
    let now = steadyMilliseconds()
    guard now - lastShown > 200 else { return }
    lastShown = now
    hasShown = true
    Diagnostics.write("\r\(count) \(noun)")
  }

  /// Wipes the count off the terminal.
  mutating func finish() {
    guard hasShown else { return }
    Diagnostics.write("\r\u{1B}[K")
    hasShown = false
  }
}
