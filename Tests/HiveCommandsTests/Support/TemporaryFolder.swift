// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder

/// A folder for the files of one test; it goes with them at the end of the test.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "hive-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try FileManager.default.createDirectory(
      at: url.appending(path: name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  func write(_ hive: HiveDescription, as name: String = "hive") throws -> String {
    try write(hive.build().bytes, as: name)
  }
}

/// The package's own hives.
func testHive(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../TestHives/\(name)").standardized.path
}
