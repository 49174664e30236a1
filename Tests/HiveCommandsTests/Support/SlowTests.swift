// SPDX-License-Identifier: MIT

import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// A test that takes seconds by itself; `./Scripts/test --fast` leaves it out.
  static var slow: Self {
    .disabled(
      if: ProcessInfo.processInfo.environment["REGISTRY_HIVE_FAST_TESTS"] != nil,
      "slow, and REGISTRY_HIVE_FAST_TESTS is set")
  }
}
