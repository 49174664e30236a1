// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveBuilder
import HiveMutator

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension TestHives {
  struct Mutate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run all commands on hives with a few of their bytes changed.",
      discussion: """
        Ends with 1 where something does not hold that must, where a hive takes more than 10 \
        seconds, or where more than 500 MB are used. Where the process itself is ended, the hive \
        is left in the folder.
        """)

    @Option(help: "How many hives.")
    var count: UInt64 = 1_000

    @Option(help: "The number of the first one; the same number gives the same hive.")
    var first: UInt64 = 0

    @Option(help: "A folder for the hives; a temporary one by default.")
    var folder: String?

    private static let longest = 10.0
    private static let mostMemory = 500 << 20

    func run() throws {
      let temporary = try folder == nil ? TemporaryFolder() : nil
      let terminal = Terminal(descriptor: silenceStandardStreams())
      var run = try MutationRun(folder: folder ?? temporary?.path ?? ".")
      for number in first..<first + count {
        try run.run(number)
        if (number - first + 1) % 10_000 == 0 { terminal.say("\(number - first + 1) hives") }
      }
      let summary = run.summary
      for violation in summary.violations { terminal.say(violation) }
      let memory = peakMemory()
      terminal.say(
        """
        \(summary.count) hives, the first of them number \(first): \(summary.sound) sound, \
        \(summary.damaged) damaged, \(summary.refused) refused
        slowest: \(summary.slowest.seconds) s (number \(summary.slowest.number)); \
        at most \(memory >> 20) MB of memory
        """)
      guard summary.violations.isEmpty, summary.slowest.seconds <= Self.longest,
        memory <= Self.mostMemory
      else { throw ExitCode(1) }
    }
  }
}

/// What is reported while the standard streams go nowhere.
private struct Terminal {
  let descriptor: CInt

  func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = unsafe write(descriptor, bytes, bytes.count)
  }
}
