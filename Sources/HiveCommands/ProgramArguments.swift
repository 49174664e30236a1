// SPDX-License-Identifier: MIT

import CProgramArguments

/// What the program was started with.
enum ProgramArguments {
  /// The name that the program was called by, then its arguments.
  ///
  /// What is not valid UTF-8 has U+FFFD in its place, as in `CommandLine.arguments`. Unlike those,
  /// the arguments are there on Linux without `/proc`, as in a root made for one program.
  static var all: [String] {
    let count = program_argument_count()
    guard count >= 0 else { return CommandLine.arguments }
    return (0..<count).compactMap { index in
      guard let argument = unsafe program_argument(index) else { return nil }
      return unsafe String(cString: argument)
    }
  }
}
