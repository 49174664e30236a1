// SPDX-License-Identifier: MIT

import FileAccess
import HiveBuilder
import Testing

/// Opening files and folders.
@Suite struct FolderTests {
  private func failure(_ body: () throws(FileError) -> Void) -> FileError? {
    do throws(FileError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test func `a path says why it cannot be opened`() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "file")
    let missing = folder.path + "/missing"
    #expect(
      failure { () throws(FileError) in _ = try OpenFile(path: missing) }
        == FileError(.noSuchFile, path: missing, reason: "no such file"))
    #expect(
      failure { () throws(FileError) in _ = try OpenFile(path: folder.path) }
        == FileError(.isDirectory, path: folder.path, reason: "is a folder"))
    #expect(
      failure { () throws(FileError) in _ = try OpenFile(path: "/dev/null") }
        == FileError(.notAFile, path: "/dev/null", reason: "is not a regular file"))
    let file = folder.path + "/file"
    #expect(
      failure { () throws(FileError) in _ = try Folder(path: file) }
        == FileError(.notADirectory, path: file, reason: "is not a folder"))
  }

  @Test func `a path that was given may be a link, a name in a folder may not`() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write([1, 2], to: "file")
    try folder.link("link", to: target)
    let link = folder.path + "/link"
    #expect(try OpenFile(path: link).size == 2)
    let refusal = FileError(
      .isLink, path: link, reason: "is a symbolic link, which is not followed")
    #expect(
      failure { () throws(FileError) in _ = try OpenFile(path: link, followingLink: false) }
        == refusal)
    let open = try Folder(path: folder.path)
    #expect(failure { () throws(FileError) in _ = try open.file(named: "link") } == refusal)
    #expect(try open.status(of: "link").kind == .link)
    #expect(try open.file(named: "file").bytes(at: 1, count: 8) == [2])
  }

  @Test func `a way below a folder does not lead through links`() throws {
    let folder = try TemporaryFolder()
    try folder.write([7], to: "Users/anna/NTUSER.DAT")
    try folder.link("Users/all", to: folder.path + "/Users/anna")
    let root = try Folder(path: folder.path)
    #expect(try root.file(at: ["Users", "anna", "NTUSER.DAT"]).contents(limit: 10) == [7])
    #expect(
      failure { () throws(FileError) in _ = try root.file(at: ["Users", "all", "NTUSER.DAT"]) }?
        .code == .isLink)
    #expect(try root.folder(named: "Users").list().names == ["all", "anna"])
  }

  @Test func `a listing ends at its limit`() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "c"] { try folder.write([], to: name) }
    let open = try Folder(path: folder.path)
    #expect(try open.list(limit: 2).names.count == 2)
    #expect(try open.list(limit: 2).isCut)
    #expect(try open.list().names == ["a", "b", "c"])
    #expect(try !open.list().isCut)
  }

  @Test func `a small file has a limit`() throws {
    let folder = try TemporaryFolder()
    let file = try OpenFile(path: folder.write([1, 2, 3], to: "file"))
    #expect(try file.contents(limit: 3) == [1, 2, 3])
    #expect(
      failure { () throws(FileError) in _ = try file.contents(limit: 2) }?.reason
        == "is larger than 2 bytes, and was not read")
  }
}
