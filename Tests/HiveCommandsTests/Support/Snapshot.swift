// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// Compares text with the file of a name in `Snapshots`.
///
/// Where the tests run with `HIVE_RECORD_SNAPSHOTS=1`, they write the files instead, and fail: look
/// at what `git diff` shows, commit it, and run them again without.
func expectSnapshot(
  _ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Snapshots/\(name)").standardized
  if ProcessInfo.processInfo.environment["HIVE_RECORD_SNAPSHOTS"] == "1" {
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name)", sourceLocation: sourceLocation)
    return
  }
  let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
  #expect(text == expected, sourceLocation: sourceLocation)
}
