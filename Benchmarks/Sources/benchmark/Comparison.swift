// SPDX-License-Identifier: MIT

/// Several commands doing the same job on the same file.
struct Comparison {
  let title: String
  let file: String
  /// The size of the file in bytes.
  let fileSize: Int
  let rounds: Int
  let results: [Result]

  /// What was measured of one command.
  struct Result {
    let contender: Contender
    let exitCode: Int
    /// Seconds.
    let wallMedian: Double
    let wallMinimum: Double
    let cpuMedian: Double
    /// Bytes; nothing where the system does not say.
    let peak: Int?
    let own: Int?
    /// The median over the rounds of this command's time by the yardstick's in the same round.
    let ratio: Double?
  }

  /// Runs the commands one after the other, round after round.
  ///
  /// So whatever else the machine does falls on all of them alike. A first round fills the caches
  /// and is not counted.
  init(
    title: String, file: String, rounds: Int, contenders: [Contender], watchingMemory: Bool
  ) throws {
    self.title = title
    self.file = file
    self.rounds = rounds
    fileSize = try Files.size(of: file)

    var timings = contenders.map { _ in [Timing]() }
    for round in 0...rounds {
      for (index, contender) in contenders.enumerated() {
        let timing = try contender.time()
        if round > 0 { timings[index].append(timing) }
      }
    }
    let yardstick = contenders.firstIndex { $0.name == Contender.yardstick }
      .map { timings[$0] }
      .flatMap { runs in runs.allSatisfy { $0.usage.exitCode == 0 } ? runs : nil }
    let floor = Usage.ownPeak

    results = try zip(contenders, timings).map { contender, runs in
      let memory = watchingMemory ? try contender.watchMemory() : nil
      let counted = runs.map(\.usage.peak).max() ?? 0
      return Result(
        contender: contender,
        exitCode: runs.map(\.usage.exitCode).max() ?? 0,
        wallMedian: median(runs.map(\.wall)),
        wallMinimum: runs.map(\.wall).min() ?? 0,
        cpuMedian: median(runs.map(\.usage.cpu)),
        peak: counted > floor ? counted : memory?.peak,
        own: memory?.own,
        ratio: yardstick.map { median(zip(runs, $0).map { $0.wall / $1.wall }) })
    }
  }
}

/// The middle of some numbers, or of the two in the middle; 0 for none.
func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  let middle = sorted.count / 2
  guard let upper = sorted.dropFirst(middle).first else { return 0 }
  return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + upper) / 2 : upper
}
