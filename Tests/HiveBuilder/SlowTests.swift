// SPDX-License-Identifier: MIT

import Foundation

/// Whether tests that take seconds by themselves are left out: by `./Scripts/test --fast`.
package let slowTestsAreLeftOut =
  ProcessInfo.processInfo.environment["REGISTRY_HIVE_FAST_TESTS"] != nil
