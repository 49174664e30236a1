// SPDX-License-Identifier: MIT

import HiveCommands

@main
struct Main {
  static func main() {
    HiveCommand.runProgram(as: "extract")
  }
}
