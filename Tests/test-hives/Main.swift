// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveBuilder
import VolumeBuilder

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@main
struct TestHives: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-hives", abstract: "Write the hives that tests and measurements use.",
    subcommands: [Rebuild.self, Big.self, Fleet.self, Mutate.self, Seeds.self])
}

extension TestHives {
  struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write all files of the TestHives folder.")

    @Argument(help: "The folder to write to; the package's own TestHives folder by default.")
    var folder: String?

    func run() throws {
      let root = folder.map { URL(filePath: $0) } ?? packageFolder.appending(path: "TestHives")
      for fixture in Fixture.all {
        for (name, bytes) in zip(fixture.fileNames, fixture.files) {
          try write(bytes, as: name, below: root)
        }
      }
      for fixture in PolicyFileFixture.all {
        try write(fixture.describe().build(), as: fixture.name, below: root)
      }
      for (path, bytes) in VolumeDescription.documented.files {
        try write(bytes, as: "volume/\(path)", below: root)
      }
    }

    private func write(_ bytes: [UInt8], as name: String, below root: URL) throws {
      let file = root.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
      print("\(name): \(bytes.count) bytes")
    }

    private var packageFolder: URL {
      URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    }
  }

  struct Big: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a large hive for measurements; the default figures make about 90 MB.")

    @Argument(help: "The file to write.")
    var output: String

    @Option(help: "The number of keys, the root included.")
    var keys = 200_000

    @Option(help: "The number of values.")
    var values = 600_000

    func validate() throws {
      guard keys >= 1, values >= 0 else {
        throw ValidationError("A hive has at least one key, and not less than no value.")
      }
    }

    func run() throws {
      let hive = BigHive.describe(keys: keys, values: values).build()
      try Data(hive.bytes).write(to: URL(filePath: output))
      print("\(output): \(hive.bytes.count) bytes")
    }
  }
}
