// SPDX-License-Identifier: MIT

import ArgumentParser

/// The forms in which `hive dump` writes a hive.
enum DumpFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case ndjson
  case json
}
