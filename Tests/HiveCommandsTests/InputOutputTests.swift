// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// What is reported of files that are not hives, and of places that cannot be written to.
@Suite struct InputOutputTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func expectRefusal(
    of arguments: String..., with message: String, code: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await Tool.hive.run(["dump"] + arguments)
    #expect(outcome.errors == "hive: \(message)\n", sourceLocation: sourceLocation)
    #expect(outcome.bytes == [], sourceLocation: sourceLocation)
    #expect(outcome.code == code, sourceLocation: sourceLocation)
  }

  // MARK: - Input

  @Test func `a missing file`() async throws {
    let path = folder.path("none")
    try await expectRefusal(of: path, with: "\(path): no such file", code: 66)
  }

  @Test func `a directory`() async throws {
    let path = folder.url.path
    try await expectRefusal(
      of: path, with: "\(path): has no registry hive in it, and no event log", code: 65)
  }

  @Test(
    .enabled(if: getuid() != 0, "every file can be read by the user that runs the tests"))
  func `a file that may not be read`() async throws {
    let path = try folder.write(HiveDescription())
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    try await expectRefusal(of: path, with: "\(path): permission denied", code: 74)
  }

  @Test func `an empty file`() async throws {
    let path = try folder.write([], as: "empty")
    try await expectRefusal(of: path, with: "\(path): is empty (0 bytes), not a hive", code: 65)
  }

  @Test func `a file of three bytes`() async throws {
    let path = try folder.write(Array("reg".utf8), as: "three")
    try await expectRefusal(
      of: path, with: "\(path): is too short to be a hive: a file of 3 bytes", code: 65)
  }

  @Test func `a picture`() async throws {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let path = try folder.write(signature + [UInt8](repeating: 0, count: 8_192), as: "picture.png")
    try await expectRefusal(
      of: path,
      with: "\(path): is not a hive: it begins with bytes 89 50 4e 47 instead of \"regf\"", code: 65
    )
  }

  @Test func `a transaction log`() async throws {
    var hive = HiveDescription()
    hive.header.fileType = 6
    let path = try folder.write(Array(hive.build().bytes.prefix(512)) + log, as: "NTUSER.DAT.LOG1")
    try await expectRefusal(
      of: path, with: "\(path): is a transaction log; give the hive it belongs to", code: 65)
  }

  /// A log entry of the newer form, as far as it takes to be recognized.
  private var log: [UInt8] { Array("HvLE".utf8) + [UInt8](repeating: 0, count: 4_092) }

  @Test func `a key that is not there`() async throws {
    let path = try folder.write(HiveDescription())
    try await expectRefusal(
      of: "--key", "Software\\None", path, with: "\(path): has no key \"Software\\None\"", code: 1)
    try await expectRefusal(
      of: "--key", "HKEY_CURRENT_USER\\Software", path,
      with: "\(path): has no key \"HKEY_CURRENT_USER\\Software\": that is in another hive than"
        + " this, a hive of no known kind", code: 1)
  }

  @Test func `what could not be read is reported, and the rest is dumped`() async throws {
    let path = testHive("damaged/bad-value")
    let finding =
      "at offset 0x80000ff8: expected a cell between 0x1020 and 0x2000, "
      + "found a reference to 0x80000ff8"
    let outcome = try await Tool.hive.run("dump", "--key", "Beta", path)
    #expect(
      outcome.text == """
        [Beta]  2024-03-15T10:00:00.0000000Z
          one  REG_DWORD  1 (0x00000001)
          two  REG_DWORD  2 (0x00000002)
          ! \(finding)

        """)
    #expect(
      outcome.errors == """
        hive: \(path): key Beta: \(finding)
        hive: \(path): 1 finding; the rest was read

        """)
    #expect(outcome.code == 1)
  }

  @Test func `the first ten findings are listed, and the first of each kind`() async throws {
    var description = HiveDescription()
    description.root.values = (0..<150).map { .dword("\($0)", 1) }
    var hive = description.build()
    for index in 0..<149 { hive.redirectValue(of: "", at: index) }
    // However many there are of one kind, they do not hide another.
    hive.flipAllocation(of: hive.key("").values[149].record)
    let path = try folder.write(hive.bytes, as: "hive")
    let outcome = try await Tool.hive.run("dump", "--format", "ndjson", path)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 13)
    #expect(lines.prefix(11).allSatisfy { $0.hasPrefix("hive: \(path): root key: at offset ") })
    #expect(lines[10].hasSuffix("expected a cell in use, found a free cell"))
    #expect(
      lines.suffix(2) == [
        "hive: \(path): and 139 more; 'hive check \(path)' lists all",
        "hive: \(path): 150 findings; the rest was read",
      ])
    #expect(outcome.code == 1)
  }

  // MARK: - Output

  @Test func `a file as output`() async throws {
    let input = testHive("format/value-types")
    let output = folder.path("dump.txt")
    let outcome = try await Tool.hive.run("dump", "-o", output, input)
    #expect(outcome.bytes == [])
    #expect(outcome.errors == "")
    #expect(outcome.code == 0)
    let written = try Data(contentsOf: URL(filePath: output))
    #expect([UInt8](written) == (try await Tool.hive.run("dump", input)).bytes)
  }

  @Test func `the input is not overwritten`() async throws {
    let path = try folder.write(HiveDescription())
    let link = folder.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    for output in [path, link] {
      try await expectRefusal(
        of: "-o", output, path,
        with: "\(output): is an input, which is never written to", code: 73)
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == Data(HiveDescription().build().bytes))
  }

  @Test func `a folder that is not there`() async throws {
    let path = try folder.write(HiveDescription())
    let output = folder.path("none/dump.txt")
    try await expectRefusal(
      of: "-o", output, path,
      with: "\(output): cannot be created: no such folder", code: 73)
  }

  @Test(.slow, arguments: ["text", "ndjson", "json", "reg", "xml", "csv", "bodyfile"])
  func `a reader that goes ends the command quietly`(format: String) async throws {
    let errors = folder.path("errors")
    let script = """
      { "$1" dump --format "$2" "$3" 2> "$4"; echo "$?" >> "$4"; } | head -c 1 > "$5"
      """
    let outcome = try await runProgram(
      "/bin/sh",
      ["-c", script, "sh", Tool.hive.path, format, try bigHive(), errors, folder.path("output")])
    #expect(outcome.code == 0)
    #expect(try String(contentsOfFile: errors, encoding: .utf8) == "0\n")
  }

  /// A hive whose dump does not fit into the buffer of a pipe.
  private func bigHive() throws -> String {
    var hive = HiveDescription()
    for number in 0..<20_000 { hive.add("A key among many others \(number)") }
    return try folder.write(hive)
  }
}
