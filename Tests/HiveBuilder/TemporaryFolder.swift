// SPDX-License-Identifier: MIT

import Foundation

/// A folder that is deleted with everything in it when the object goes.
package final class TemporaryFolder {
  /// The path, without links on the way and without a slash at its end.
  package let path: String

  package init() throws {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    path = parent.appending(path: "registry-hive-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of something in the folder.
  package func path(_ relative: String) -> String {
    "\(path)/\(relative)"
  }

  /// Writes a file and makes the folders above it; returns its path.
  @discardableResult
  package func write(_ bytes: [UInt8] = [], to relative: String) throws -> String {
    let file = URL(filePath: path(relative))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Makes a symbolic link, and the folders above it.
  package func link(_ relative: String, to target: String) throws {
    let link = URL(filePath: path(relative))
    try FileManager.default.createDirectory(
      at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: link.path, withDestinationPath: target)
  }
}
