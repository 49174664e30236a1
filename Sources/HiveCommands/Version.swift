// SPDX-License-Identifier: MIT

extension HiveCommand {
  /// The version of the programs and of the package; scripts read it from this line.
  package static let version = "0.1.0"
}
