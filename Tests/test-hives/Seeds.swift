// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveBuilder

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TestHives {
  struct Seeds: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the inputs that the fuzzers begin with.")

    /// Strings of events, with the byte 1 between them.
    private static let texts = [
      "1 user registry handles leaked from \\Registry\\User\\S-1-5-21-1-2-3-500_Classes:\n"
        + "Process 8 (\\Device\\a (x86)\\b.exe) has opened key \\REGISTRY\\USER\\S-1-5-21-1-2-3-500\\A\n",
      "XP1\\joe (S-1-5-21-1-2-3-1004)\r\n\u{1}  spool.exe (12)\r\n    HKCU\\Software (0x3c)\r\n",
      "5\u{1}SRV1\u{1}{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}\u{1}2024-05-06T09:15:00.5Z",
    ]

    @Argument(help: "The folder to write to: events/, hives/ and replays/ are made in it.")
    var folder: String

    func run() throws {
      let root = URL(filePath: folder)
      let hives = root.appending(path: "hives")
      let replays = root.appending(path: "replays")
      let events = root.appending(path: "events")
      for folder in [events, hives, replays] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      for (index, text) in Self.texts.enumerated() {
        try Data(text.utf8).write(to: events.appending(path: "\(index)"))
      }
      for fixture in Fixture.all {
        let name = fixture.name.replacing("/", with: "-")
        let files = fixture.files
        try Data(files[0]).write(to: hives.appending(path: name))
        guard files.count > 1 else { continue }
        try Data(Self.replay(files)).write(to: replays.appending(path: name))
      }
    }

    /// A hive and its logs as one input: the number of 512-byte units of the hive and of the first
    /// log, then the files, each filled up to whole units.
    private static func replay(_ files: [[UInt8]]) -> [UInt8] {
      let padded = files.map { $0 + [UInt8](repeating: 0, count: (512 - $0.count % 512) % 512) }
      let units = (0..<2).map { index in index < padded.count ? padded[index].count / 512 : 0 }
      return units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        + padded.flatMap(\.self)
    }
  }
}
