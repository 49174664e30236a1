// SPDX-License-Identifier: MIT

import CProgramArguments
import FileAccess

/// What the program was started with.
enum ProgramArguments {
  /// The name that the program was called by, then its arguments.
  ///
  /// What is not valid UTF-8 is there as in the names of files, so that every file can be named.
  /// Unlike `CommandLine.arguments`, the arguments are there on Linux without `/proc`, as in a root
  /// made for one program.
  static var all: [String] {
    let count = program_argument_count()
    guard count >= 0 else { return CommandLine.arguments }
    return (0..<count).compactMap { index in
      guard let argument = unsafe program_argument(index) else { return nil }
      return unsafe FileName.text(cString: argument)
    }
  }
}
