// SPDX-License-Identifier: MIT

import ArgumentParser

/// Whether text output has color.
enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  /// On a terminal that supports it, unless `NO_COLOR` is set.
  case auto
  case always
  case never

  var defaultValueDescription: String { rawValue }
}
