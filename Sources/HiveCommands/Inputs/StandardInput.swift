// SPDX-License-Identifier: MIT

import FileAccess

/// The hive that is piped into the program, for the path `-`.
enum StandardInput {
  /// The path that stands for it on the command line.
  static let path = "-"
  /// No hive is larger than 2 GiB and its base block; what lies after is read too, up to here.
  private static let limit = 1 << 32

  /// The bytes in memory, read once; nil where they cannot be read.
  static let file: FileBytes? = {
    guard let bytes = try? Descriptor.standardInput.contents(limit: limit) else { return nil }
    return try? FileBytes(copying: bytes)
  }()

  /// Where to open what a path of the command line leads to.
  static func place(of path: String) -> String {
    path == Self.path ? file?.path ?? path : path
  }
}
