// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// Machines with hives that were changed at random.
@Suite(.disabled(if: slowTestsAreLeftOut, "slow")) struct MutatedMachineTests {
  private static let rounds = UInt64(
    ProcessInfo.processInfo.environment["REGISTRY_HIVE_MACHINES"].flatMap { Int($0) } ?? 150)

  @Test func `a check of changed hives comes to its end, whatever is in them`() throws {
    let folder = try TemporaryFolder()
    let volume = VolumeDescription.documented
    try volume.write(to: folder)
    let events = volume.events.compactMap { ProfileEvent($0) }
    let names = ["SOFTWARE", "SYSTEM", "NTUSER.DAT", "UsrClass.dat"]
    let targets = volume.files.filter { file in
      names.contains { file.path.hasSuffix("/\($0)") }
    }
    for round in 0..<Self.rounds {
      var random = SplitMix(state: round)
      for file in targets {
        var bytes = file.bytes
        for _ in 0..<Int(random.next() % 12) {
          let index = Int(random.next() % UInt64(bytes.count))
          bytes[index] = random.next() % 4 == 0 ? 0xFF : UInt8(truncatingIfNeeded: random.next())
        }
        try folder.write(bytes, to: file.path)
      }
      let check = try ProfileCheck(
        path: folder.path, events: events,
        options: .init(classes: ["{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"]))
      #expect(check.profiles.count <= 100, "round \(round)")
      #expect(check.results.allSatisfy { !$0.subject.isEmpty && $0.count > 0 }, "round \(round)")
    }
  }
}
