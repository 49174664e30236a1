// SPDX-License-Identifier: MIT

import ArgumentParser

/// Checks many machines with one process and with several threads of it.
struct FleetBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "Measure how many machines a second `hive check` works on.",
    discussion: """
      Builds the release of `hive`, makes the files of so many small machines in a temporary \
      folder, one of a hundred broken, and checks all of them, with one job and with several. \
      The output is compared, and thrown away.
      """)

  @Option(help: "How many machines to make; may be given several times.")
  var machines: [Int] = [500, 5000]

  @Option(help: "How many jobs to compare with one; the number of processors by default.")
  var jobs: Int?

  @Option(help: "A folder to make the machines in, and to leave them there.")
  var folder: String?

  func validate() throws {
    guard machines.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--machines must be at least 1.")
    }
  }

  func run() throws {
    let tool = try Builds.product("hive")
    let maker = try Builds.product("test-hives")
    let jobs = jobs ?? Files.processorCount
    print(FleetRun.heading)
    for count in machines.sorted() {
      let measure = { (folder: String) throws in
        let share = "\(folder)/\(count)"
        try Child.succeed([maker, "fleet", share, "--machines", "\(count)"])
        let runs = try [1, jobs].map { try FleetRun(tool, share: share, count: count, jobs: $0) }
        for run in runs { print(run.row) }
        guard Set(runs.map(\.digest)).count == 1 else {
          throw BenchmarkError.outputDiffers(jobs: jobs)
        }
      }
      if let folder { try measure(folder) } else { try Files.withTemporaryFolder(measure) }
    }
  }
}

/// One check of all machines.
struct FleetRun {
  let count: Int
  let jobs: Int
  /// Seconds from start to end.
  let wall: Double
  let usage: Usage
  /// The highest memory of its own in bytes; nil where the system does not tell.
  let own: Int?
  /// What stands for the output.
  let digest: UInt64

  static let heading = "machines  jobs     wall      CPU  a second of CPU      peak  of its own"

  init(_ tool: String, share: String, count: Int, jobs: Int) throws {
    self.count = count
    self.jobs = jobs
    let command = [tool, "check", "--format", "ndjson", "--jobs", "\(jobs)", share]
    let start = ContinuousClock.now
    let child = try Child(command, output: .piped)
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    var own: Int?
    try child.read { bytes in
      for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
      if let memory = ProcessMemory(process: child.process) {
        own = max(own ?? 0, memory.own)
      }
    }
    usage = try child.wait()
    wall = (ContinuousClock.now - start).seconds
    self.own = own
    self.digest = digest
    // 1: some machines are broken.
    guard usage.exitCode == 1 else {
      throw BenchmarkError.failed(command, exitCode: usage.exitCode)
    }
  }

  /// The figures, below ``heading``.
  var row: String {
    let cells = [
      ("\(count)", 8), ("\(jobs)", 4), ("\(decimal(wall, digits: 1)) s", 7),
      ("\(decimal(usage.cpu, digits: 1)) s", 7),
      ("\(Int((Double(count) / usage.cpu).rounded()))", 15), (size(usage.peak), 8),
      (own.map(size) ?? "–", 10),
    ]
    return cells.map { text, width in
      String(repeating: " ", count: max(0, width - text.count)) + text
    }.joined(separator: "  ")
  }
}
