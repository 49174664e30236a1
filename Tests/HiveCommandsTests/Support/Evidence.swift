// SPDX-License-Identifier: MIT

import Foundation

/// What is in a folder, down to each file's bytes and times.
struct Evidence: Equatable {
  struct File: Equatable {
    let bytes: Data
    let modified: Date?
  }

  let files: [String: File]

  /// Takes stock of a folder.
  init(_ folder: String) throws {
    var files: [String: File] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let path = "\(folder)/\(name)"
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      files[name] = File(
        bytes: try Data(contentsOf: URL(filePath: path)),
        modified: attributes[.modificationDate] as? Date)
    }
    self.files = files
  }
}

/// A dirty hive of `TestHives` with its logs, in a folder of its own, last changed long ago.
struct DirtyHive {
  let folder: TemporaryFolder
  let path: String

  /// Copies the fixture of a name; the logs get the endings given here, where there are any.
  init(_ name: String, as copy: String = "hive", logEndings: [String] = [".LOG1", ".LOG2"]) throws {
    folder = try TemporaryFolder()
    path = folder.path(copy)
    let fixture = testHive("damaged/\(name)")
    for (from, to) in zip(["", ".LOG1", ".LOG2"], [""] + logEndings) {
      try FileManager.default.copyItem(atPath: fixture + from, toPath: path + to)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path + to)
    }
  }

  /// What is in the hive's folder.
  var evidence: Evidence {
    get throws { try Evidence(folder.url.path) }
  }
}
