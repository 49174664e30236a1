// SPDX-License-Identifier: MIT

import Testing

@testable import RegistryHive

/// How long regular expressions are matched before texts are left out.
@Suite struct MatchingTimeTests {
  @Test func `long texts are left out first, then all`() {
    var time = MatchingTime()
    // What was spent before, in nanoseconds, and how long the next text is.
    let texts = [
      (0, 1000), (500_000_000, 100), (10_000_000, 100), (0, 32), (0, 33), (500_000_000, 1),
      (0, 1_000_000),
    ]
    let allowed = texts.map { spent, count in
      time.spend(spent)
      return time.allows(count)
    }
    // A text adds to the time that there is.
    #expect(allowed == [true, true, false, true, false, false, true])
  }
}
