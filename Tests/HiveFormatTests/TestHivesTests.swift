// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// The committed files of the `TestHives` folder, against the code that describes them.
@Suite struct TestHivesTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "../../TestHives").standardized

  @Test(arguments: Fixture.all.map(\.name))
  func `a committed hive is what its description builds`(name: String) throws {
    let fixture = Fixture.named(name)
    let files = fixture.files
    #expect(files.count == fixture.fileNames.count)
    for (name, built) in zip(fixture.fileNames, files) {
      let file = try Data(contentsOf: Self.folder.appending(path: name))
      #expect(file == Data(built), "run `swift run test-hives rebuild` and commit the result")
    }
  }

  @Test(arguments: PolicyFileFixture.all.map(\.name))
  func `a committed policy file is what its description builds`(name: String) throws {
    let file = try Data(contentsOf: Self.folder.appending(path: name))
    let fixture = try #require(PolicyFileFixture.all.first { $0.name == name })
    #expect(
      file == Data(fixture.describe().build()),
      "run `swift run test-hives rebuild` and commit the result")
  }

  private static let volume = VolumeDescription.documented.files

  @Test(arguments: volume.map(\.path))
  func `a committed file of the volume is what its description builds`(path: String) throws {
    let file = try Data(contentsOf: Self.folder.appending(path: "volume/\(path)"))
    #expect(
      file == Self.volume.first { $0.path == path }.map { Data($0.bytes) },
      "run `swift run test-hives rebuild` and commit the result")
  }

  /// The names of all files but the README and those of the volume.
  private static let names = Fixture.all.flatMap(\.fileNames) + PolicyFileFixture.all.map(\.name)

  @Test func `the folder holds the described files and nothing else`() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.folder.path)
    let files = paths.filter { path in
      path != "README.md" && !paths.contains { $0.hasPrefix(path + "/") }
    }
    #expect(files.sorted() == (Self.names + Self.volume.map { "volume/\($0.path)" }).sorted())
  }

  @Test func `the README lists every file once, in the order of the descriptions`() throws {
    let text = try String(
      contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    let names = text.split(separator: "\n").compactMap { line in
      line.hasPrefix("| `") ? line.dropFirst(3).prefix { $0 != "`" } : nil
    }
    #expect(names.map(String.init) == Self.names)
  }

  @Test func `all hives together stay small`() {
    #expect(Fixture.all.reduce(0) { $0 + $1.files.joined().count } < 640 * 1_024)
  }
}
