// SPDX-License-Identifier: MIT

import Archives
import FileAccess
import HiveBuilder
import Testing

/// Archives that hide a member from programs which read them in another way than others.
@Suite(.enabled(if: Archive.canBeRead, "libarchive is not installed"))
struct HostileZipTests {
  private let folder: HiveBuilder.TemporaryFolder
  private let hive = Fixture.sample().build().bytes
  private let software = ArchiveMember(
    "Windows/System32/config/SOFTWARE", HiveDescription().build().bytes)

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  /// What is read of the user's hive in an archive, and what is said of it.
  private func read(_ bytes: [UInt8], named name: String = "case.zip") async throws -> (
    count: Int, errors: String, code: Int
  ) {
    let path = try folder.write(bytes, to: name)
    let outcome = try await Tool.hive.run("find", "Beta", "--format", "ndjson", path)
    let errors = outcome.errors.replacing("hive: \(path)/", with: "")
    return (outcome.text.split(separator: "\n").count, errors, outcome.code)
  }

  private func member(_ change: (inout ArchiveMember) -> Void) -> ArchiveMember {
    var member = ArchiveMember("Users/a/NTUSER.DAT", hive)
    change(&member)
    return member
  }

  @Test func `a member is read by its name in the directory, whatever stands in front of it`()
    async throws
  {
    let hidden = member {
      $0.path = [UInt8]("Users/a/readme.bmp".utf8)
      $0.listedPath = "Users/a/NTUSER.DAT"
    }
    let found = try await read([software, hidden].zip)
    #expect(found.count > 0)
    #expect(
      found.errors
        == "Users/a/NTUSER.DAT: is called Users/a/readme.bmp in front of it, and was read by its"
        + " name in the archive's directory\n")
    #expect(found.code == 0)
  }

  @Test(arguments: [
    (0x10, "folder"), (0x41ED_0000, "folder"), (0xA1FF_0000, "link"),
  ])
  func `a file is read whatever its attributes say`(attributes: Int, kind: String) async throws {
    let hidden = member { $0.attributes = attributes }
    let found = try await read([software, hidden].zip)
    #expect(found.count > 0)
    #expect(
      found.errors.contains(
        "Users/a/NTUSER.DAT: is a \(kind) by its attributes and has contents, and was read as a"
          + " file\n"))
  }

  @Test func `a member that the directory lacks is read`() async throws {
    let hidden = member { $0.isListed = false }
    for members in [[software, hidden], [hidden, software], [software, hidden, software]] {
      let found = try await read(members.zip)
      #expect(found.count > 0)
      #expect(
        found.errors.contains(
          "Users/a/NTUSER.DAT: is not in the archive's directory, and was read\n"))
    }
  }

  @Test func `a zip file behind another one hides nothing of it`() async throws {
    let found = try await read([member { _ in }].zip + [software].zip)
    #expect(found.count > 0)
  }

  @Test func `a folder's name with a slash and a link that is one are no finding`() throws {
    let members = [
      member { _ in },
      ArchiveMember("Users/a/", []),
    ]
    var link = ArchiveMember("Users/b/NTUSER.DAT", [UInt8]("../a/NTUSER.DAT".utf8))
    link.attributes = 0xA1FF_0000
    let path = try folder.write((members + [link]).zip, to: "links.zip")
    let archive = try Archive(path: path) { _ in .wanted }
    #expect(archive.fileCount == 1)
    #expect(archive.skipped.map(\.isLoss) == [false])
  }

  @Test func `an archive is known by its bytes, and so is a hive with the name of one`() throws {
    let packed = ArchiveMember("x/copy.dat", [member { _ in }].zip)
    for found in [packed, ArchiveMember("x/foo.zip", hive), ArchiveMember("x/foo.tar.gz", hive)] {
      let path = try folder.write([found].tar, to: "case.tar")
      let archive = try Archive(path: path) { _ in
        .perhaps(startSize: 4)
      } look: { start in
        (try? start.bytes(at: 0, count: 4)) == Array("regf".utf8) ? .wanted : .unwanted
      }
      #expect(archive.fileCount == 1)
      #expect(archive.skipped == [])
    }
  }

  @Test func `a tar file behind another one is read`() async throws {
    let found = try await read([software].tar + [member { _ in }].tar, named: "two.tar")
    #expect(found.count > 0)
    #expect(found.errors.isEmpty)
  }

  @Test(arguments: [0, 0xFF])
  func `directories that lie about sizes and places end nothing`(byte: UInt8) async throws {
    let intact = [software, member { _ in }].zip
    let directory = intact.count - 22 - 2 * 46 - software.path.count - 18
    for offset in directory..<intact.count {
      var bytes = intact
      bytes[offset] = byte
      let path = try folder.write(bytes, to: "broken.zip")
      let archive = try? Archive(path: path) { _ in .wanted }
      #expect(archive.map { $0.fileCount < 8 } ?? true)
    }
  }
}
