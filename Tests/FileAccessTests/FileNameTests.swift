// SPDX-License-Identifier: MIT

import FileAccess
import Foundation
import HiveBuilder
import Testing

/// Files whose names are not UTF-8.
@Suite struct FileNameTests {
  @Test(
    "Each byte that is not UTF-8 has a character of its own",
    arguments: [
      ([0x61, 0xC3, 0xBC], "a\u{FC}"), ([0xFF, 0x61], "\u{EFFF}a"), ([0xC3], "\u{EFC3}"),
      // A surrogate of NTFS without its partner, as a file system of Linux passes it on.
      ([0xED, 0xA0, 0x80, 0x2E], "\u{EFED}\u{EFA0}\u{EF80}."),
      // The character that stands for the byte 0xFF is none of a name itself.
      ([0xEE, 0xBF, 0xBF], "\u{EFEE}\u{EFBF}\u{EFBF}"), ([0xEE, 0x80, 0x80], "\u{E000}"),
      ([0xF0, 0x9F, 0x98, 0x80, 0xF0, 0x9F], "\u{1F600}\u{EFF0}\u{EF9F}"), ([], ""),
    ] as [([UInt8], String)])
  func text(bytes: [UInt8], text: String) {
    #expect(FileName.text(bytes) == text)
  }

  #if os(Linux)
  @Test(arguments: [[0xFF, 0x64], [0xED, 0xA0, 0x80], [0xEE, 0xBF, 0xBF]] as [[UInt8]])
  func `a file and a folder are opened by the names that are listed`(name: [UInt8]) throws {
    let parent = try TemporaryFolder()
    let path =
      parent.path.utf8CString.dropLast() + [0x2F] + name.map { CChar(bitPattern: $0) } + [0]
    #expect(unsafe mkdir(Array(path), 0o777) == 0)
    let folder = try Folder(path: parent.path)
    let listed = try folder.list().names
    #expect(listed == [FileName.text(name)])
    let child = try folder.folder(named: listed[0])
    #expect(child.path == "\(parent.path)/\(listed[0])")
    try NewFile("\(child.path)/\(listed[0])").finish(isSafe: false)
    #expect(try child.list().names == listed)
    #expect(try child.status(of: listed[0]).kind == .file)
    #expect(try OpenFile(path: "\(child.path)/\(listed[0])").size == 0)
  }
  #endif
}
