// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import HiveMutator
import Testing

/// All commands on hives with a few bytes changed, in a process of their own, so that a trap or an
/// endless recursion fails this test and ends no other.
///
/// The hives are the same each time unless `REGISTRY_HIVE_MUTATION` names the number of another
/// first one; `REGISTRY_HIVE_MUTATIONS` says how many. `swift run test-hives mutate` does the same
/// for as many as wanted.
@Suite(.slow) struct MutationTests {
  @Test(.timeLimit(.minutes(10)))
  func `mutated hives are read or refused, and nothing breaks`() async throws {
    let settings = ProcessInfo.processInfo.environment
    let first = settings["REGISTRY_HIVE_MUTATION"].flatMap(UInt64.init) ?? 1
    let count = settings["REGISTRY_HIVE_MUTATIONS"].flatMap(UInt64.init) ?? 3_000
    print("mutations \(first) to \(first + count - 1)")
    await #expect(processExitsWith: .success) {
      [first = first as UInt64, count = count as UInt64] in
      let folder = try TemporaryFolder()
      let terminal = silenceStandardStreams()
      var run = try MutationRun(folder: folder.url.path)
      for number in first..<first + count {
        do {
          try run.run(number)
        } catch {
          dup2(terminal, STDERR_FILENO)
          throw error
        }
      }
      dup2(terminal, STDERR_FILENO)
      #expect(run.summary.violations == [])
      // Mutations that nothing opens, or that change nothing, would test little.
      #expect(run.summary.count == Int(count))
      #expect(run.summary.damaged > run.summary.count / 2)
      #expect(run.summary.sound > 0)
    }
  }

  @Test func `a mutation is the same each time`() {
    let seeds = HiveMutation.Seed.all
    for number: UInt64 in [0, 1, 2, 3, 1_000_000] {
      let mutation = HiveMutation(number, of: seeds)
      #expect(mutation.bytes == HiveMutation(number, of: seeds).bytes)
      #expect(mutation.name == HiveMutation(number, of: seeds).name)
    }
    let names = Set((0..<500).map { HiveMutation($0, of: seeds).name })
    #expect(names.count > seeds.count / 2)
  }
}
