// SPDX-License-Identifier: MIT

import HiveBuilder
import Testing

extension Trait where Self == ConditionTrait {
  /// A test that takes seconds by itself; `./Scripts/test --fast` leaves it out.
  static var slow: Self {
    .disabled(if: slowTestsAreLeftOut, "slow, and REGISTRY_HIVE_FAST_TESTS is set")
  }
}
