// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import Testing
import VolumeBuilder

/// What two methods of a tool collected of one volume.
@Suite struct CollectedTwiceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func volume(_ name: String) -> VolumeDescription {
    var volume = VolumeDescription(.windows10)
    volume.computerName = name
    return volume
  }

  private func write(_ volume: VolumeDescription, to path: String) throws {
    for (name, bytes) in volume.files { try folder.write(bytes, to: "\(path)/\(name)") }
  }

  private var collection: EvidenceCollection { EvidenceCollection(paths: [folder.path]) }

  @Test(
    "What two methods of a collection found twice is one machine's, and counts once",
    arguments: [false, true])
  func collectedTwice(isOtherState: Bool) throws {
    var volume = volume("WS1")
    try write(volume, to: "uploads/auto/C%3A")
    if isOtherState { volume.anna.hive.set("Software\\Later", .dword("x", 1)) }
    try write(volume, to: "uploads/ntfs/%5C%5C.%5CC%3A")
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    #expect(machine.live.profiles.map(\.name) == ["Default", "anna"])
    #expect(machine.live.transactionFiles.count == 2)
    #expect(machine.captures.count == (isOtherState ? 2 : 1))
    #expect(
      machine.captures.dropFirst().flatMap(\.profiles).flatMap(\.hives).map(\.path)
        == (isOtherState ? [folder.path("uploads/ntfs/%5C%5C.%5CC%3A/Users/anna/NTUSER.DAT")] : []))
    let copies = collection.skipped.filter { $0.reason.hasPrefix("is a copy of ") }
    #expect(copies.count == (isOtherState ? 5 : 6))
    let check = ProfileCheck(machine)
    #expect(check.ids == [])
    #expect(check.profiles.compactMap(\.verdict).map(\.outcome) == [.unloaded])
  }

  @Test func `a hive that one method alone found goes to the profile of the other`() throws {
    for (path, bytes) in volume("WS1").files {
      let isClasses = path.hasSuffix("UsrClass.dat")
      if !isClasses { try folder.write(bytes, to: "uploads/auto/C%3A/\(path)") }
      if isClasses || path.contains("config/") {
        try folder.write(bytes, to: "uploads/ntfs/%5C%5C.%5CC%3A/\(path)")
      }
    }
    let machine = try #require(collection.machines.first)
    #expect(machine.live.profiles.map(\.hives.count) == [1, 2])
    #expect(ProfileCheck(machine).ids == [])
  }
}
