// SPDX-License-Identifier: MIT

import Archives
import HiveBuilder
import Testing
import VolumeBuilder

/// Collections in archives, which are read in place.
@Suite(.enabled(if: Archive.canBeRead, "libarchive is not installed"))
struct ArchiveTests {
  private let folder: HiveBuilder.TemporaryFolder
  private let files: [(path: String, bytes: [UInt8])]

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
    files = VolumeDescription(.windows10).files.map { ("C/\($0.path)", $0.bytes) }
  }

  /// A member of an archive in the form that POSIX calls ustar: a block of 512 bytes, then the file
  /// in whole blocks.
  private func member(_ path: String, _ bytes: [UInt8]) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
    }
    func octal(_ number: Int, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(path, at: 0)
    for offset in [100, 108, 116] { put("0000644", at: offset) }
    put(octal(bytes.count, digits: 11), at: 124)
    put("00000000000", at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
    let padding = [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    return header + bytes + padding
  }

  private func archive() -> [UInt8] {
    files.flatMap { member($0.path, $0.bytes) } + [UInt8](repeating: 0, count: 1024)
  }

  @Test(arguments: ["text", "ndjson", "csv"])
  func `an archive gives what its folder gives`(format: String) async throws {
    for (path, bytes) in files { try folder.write(bytes, to: "machine/\(path)") }
    try folder.write(archive(), to: "machine.tar")
    let unpacked = try await Tool.hive.run("check", "--format", format, folder.path("machine"))
    let packed = try await Tool.hive.run("check", "--format", format, folder.path("machine.tar"))
    #expect(!packed.text.isEmpty)
    #expect(packed.code == unpacked.code)
    #expect(packed.text.replacing("machine.tar", with: "machine") == unpacked.text)
    #expect(packed.errors.replacing("machine.tar", with: "machine") == unpacked.errors)
  }

  @Test func `a member that leads out of the archive is skipped`() async throws {
    let hive = HiveDescription().build().bytes
    try folder.write(member("../out/NTUSER.DAT", hive) + archive(), to: "machine.tar")
    let outcome = try await Tool.hive.run("check", folder.path("machine.tar"))
    #expect(
      outcome.errors.contains(
        "/machine.tar/../out/NTUSER.DAT: leads out of the archive, and was skipped\n"))
    #expect(outcome.text.contains("Profiles\n"))
  }

  @Test func `an archive that is cut short is read up to there`() async throws {
    let whole = archive()
    try folder.write(Array(whole[..<(whole.count / 2)]), to: "machine.tar")
    let outcome = try await Tool.hive.run("info", folder.path("machine.tar"))
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("/machine.tar: is damaged, and its end was not read: "))
    #expect(outcome.text.contains(": The hive is clean."))
  }
}
