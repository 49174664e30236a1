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

    @Argument(help: "The folder to write to: hives/ and replays/ are made in it.")
    var folder: String

    func run() throws {
      let root = URL(filePath: folder)
      let hives = root.appending(path: "hives")
      let replays = root.appending(path: "replays")
      for folder in [hives, replays] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
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
