// SPDX-License-Identifier: MIT

import Archives
import FileAccess
import HiveBuilder
import ProfileForensics
import Testing
import VolumeBuilder

/// Collections in archives, which are read in place.
@Suite(.enabled(if: Archive.canBeRead, "libarchive is not installed"))
struct ArchiveTests {
  private let folder: HiveBuilder.TemporaryFolder
  private let members: [ArchiveMember]
  private let hive = HiveDescription().build().bytes

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
    members = VolumeDescription(.windows10).files.map { ArchiveMember("C/\($0.path)", $0.bytes) }
  }

  @Test(arguments: ["text", "ndjson", "csv"])
  func `an archive gives what its folder gives`(format: String) async throws {
    for member in members {
      try folder.write(member.bytes, to: "machine/\(String(decoding: member.path, as: UTF8.self))")
    }
    let unpacked = try await Tool.hive.run("check", "--format", format, folder.path("machine"))
    for (name, bytes) in [("machine.tar", members.tar), ("machine.zip", members.zip)] {
      try folder.write(bytes, to: name)
      let packed = try await Tool.hive.run("check", "--format", format, folder.path(name))
      #expect(!packed.text.isEmpty)
      #expect(packed.code == unpacked.code)
      #expect(packed.text.replacing(name, with: "machine") == unpacked.text)
      #expect(packed.errors.replacing(name, with: "machine") == unpacked.errors)
    }
  }

  @Test(
    "Events of renamed logs are found in an archive as in a folder",
    .enabled(if: readsEventLogs, "built without libevtx and libevt"))
  func renamedLogs() async throws {
    var volume = VolumeDescription(.windows10)
    volume.applicationEvents = [
      .handlesLeaked(
        by: volume.anna.sid, at: volume.anna.unloaded, [(7, "C:\\a\\agent.exe", "")])
    ]
    let found = volume.files.filter { !$0.path.contains("TxR") && !$0.path.contains("Default") }
      .enumerated().map { index, file in
        let name = file.path.split(separator: "/").last ?? ""
        return ArchiveMember("0034_\(index)_4_\(name)_{00000000-0000}.data", file.bytes)
      }
    for member in found {
      try folder.write(member.bytes, to: "case/\(String(decoding: member.path, as: UTF8.self))")
    }
    try folder.write(found.zip, to: "case.zip")
    let unpacked = try await Tool.hive.run("check", "--format", "ndjson", folder.path("case"))
    #expect(unpacked.code == 1)
    #expect(
      unpacked.text.contains(
        #""source":"0034_\#(found.count - 2)_4_Application.evtx_{00000000-0000}.data, record 1""#))
    #expect(unpacked.text.contains("by force: event 1530 of 2024-06-21 17:03:44 UTC"))
    let packed = try await Tool.hive.run("check", "--format", "ndjson", folder.path("case.zip"))
    #expect(packed.text.replacing("case.zip", with: "case") == unpacked.text)
  }

  @Test func `hives that do not look like any are found as in a folder`() async throws {
    var lost = HiveDescription()
    for number in 0..<40 { lost.makeKey("Key \(number)") }
    var bytes = lost.build().bytes
    bytes.replaceSubrange(..<4096, with: [UInt8](repeating: 0x55, count: 4096))
    let image = Array("vhdxfile".utf8) + [UInt8](repeating: 0, count: 8192)
    let export = Array("REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n".utf8)
    let found = [
      ArchiveMember("x/copy.hiv", bytes), ArchiveMember("x/old/SOFTWARE.bak", bytes),
      ArchiveMember("x/plain", hive), ArchiveMember("x/disk.vhdx", image),
      ArchiveMember("x/old.reg", export), ArchiveMember("x/notes.txt", image),
    ]
    for member in found {
      try folder.write(member.bytes, to: "case/\(String(decoding: member.path, as: UTF8.self))")
    }
    func lines(_ text: String) -> Set<Substring> { Set(text.split(whereSeparator: \.isNewline)) }
    let unpacked = try await Tool.hive.run("info", "--format", "csv", folder.path("case"))
    #expect(lines(unpacked.text).count == 4)
    #expect(
      unpacked.errors.contains(
        "x/disk.vhdx: is a VHDX disk image, which is not read: mount it, and give the volume's"
          + " root\n"))
    #expect(
      unpacked.errors.contains(
        "x/old.reg: is an export as text, which is not read: save the key as a hive (reg save)\n"))
    for (name, bytes) in [("case.tar", found.tar), ("case.zip", found.zip)] {
      try folder.write(bytes, to: name)
      let packed = try await Tool.hive.run("info", "--format", "csv", folder.path(name))
      #expect(packed.code == unpacked.code)
      #expect(lines(packed.text.replacing(name, with: "case")) == lines(unpacked.text))
      #expect(lines(packed.errors.replacing(name, with: "case")) == lines(unpacked.errors))
    }
  }

  @Test(
    "A file in an archive is evidence by its name where it is in a folder",
    arguments: [
      ("C/Windows/System32/winevt/Logs/Export.xml", .evidence), ("logs/pc1/Export.xml", .evidence),
      ("C/Windows/WinSxS/Manifests/a.xml", .other), ("C/Program Files/X/a.xml", .other),
      ("C/Windows/System32/winevt/Logs/ForwardedEvents.evtx", .evidence),
      ("C/Windows/System32/winevt/Logs/Security.evtx", .other),
      ("C/Windows/System32/Tasks/Vendor/Nightly job", .evidence),
      ("C/Windows/System32/inetsrv/config/applicationHost.config", .evidence),
      ("C/Windows/System32/inetsrv/config/administration.config", .perhaps),
      ("C/Windows/System32/config/TxR/x.TxR.0.regtrans-ms", .evidence),
      ("C/Windows/System32/kernel32.dll", .other), ("x/hive.dll", .perhaps),
    ] as [(String, EvidenceName.Answer)])
  func name(path: String, answer: EvidenceName.Answer) {
    #expect(EvidenceName.answer(path.split(separator: "/").map(String.init)) == answer)
  }

  @Test(arguments: ["dump --format ndjson", "info --format csv", "growth --format csv"])
  func `a folder of archives gives what it gives unpacked`(command: String) async throws {
    for number in 1...2 {
      try folder.write(members.zip, to: "packed/pc\(number).zip")
      for member in members {
        try folder.write(
          member.bytes, to: "share/pc\(number)/\(String(decoding: member.path, as: UTF8.self))")
      }
    }
    let words = command.split(separator: " ").map(String.init)
    let unpacked = try await Tool.hive.run(words + [folder.path("share")])
    let packed = try await Tool.hive.run(words + [folder.path("packed")])
    #expect(packed.code == unpacked.code)
    let text = packed.text.replacing("packed/", with: "share/").replacing(".zip", with: "")
    #expect(!text.isEmpty)
    #expect(text == unpacked.text)
  }

  @Test func `what logs change is listed for the hives of an archive`() async throws {
    try folder.write(members.zip, to: "machine.zip")
    let outcome = try await Tool.hive.run("recover", "--list", folder.path("machine.zip"))
    #expect(outcome.code == 0)
    #expect(!outcome.errors.contains("is not a hive"))
  }

  @Test func `a member that has the bytes of another one is read`() throws {
    var before = ArchiveMember("Users/b/NTUSER.DAT", [])
    before.linkTarget = "x/blob.bin"
    var behind = ArchiveMember("Windows/System32/winevt/Logs/Application.evtx", [])
    behind.linkTarget = "x/blob.log"
    var missing = ArchiveMember("Windows/System32/config/SAM", [])
    missing.linkTarget = "x/none"
    let path = try folder.write(
      [
        ArchiveMember("x/blob.bin", hive), ArchiveMember("x/blob.log", [1, 2, 3]), before, behind,
        missing,
      ].tar, to: "links.tar")
    let archive = try Archive(path: path) { names in
      names.last == "blob.bin" ? .perhaps(startSize: 8192) : names[0] == "x" ? .unwanted : .wanted
    } look: { file in
      EvidenceName.isEvidence(file) ? .wanted : .unwanted
    }
    #expect(archive.fileCount == 3)
    #expect(
      archive.skipped.map { "\($0.path): \($0.reason)" } == [
        "\(path)/Windows/System32/config/SAM: is a link to x/none, which was not found"
      ])
  }

  @Test func `an archive may hold more files than a program can have open`() throws {
    let bytes = [UInt8]("regf".utf8)
    let members = (0..<1500).map { ArchiveMember("Users/u\($0)/NTUSER.DAT", bytes) }
    let path = try folder.write(members.zip, to: "many.zip")
    let archive = try Archive(path: path) { _ in .wanted }
    #expect(archive.fileCount == 1500)
    #expect(archive.skipped == [])
    VirtualFiles.mount(archive.folder, at: path)
    defer { VirtualFiles.unmount(archive.folder, at: path) }
    for number in [0, 511, 512, 1499] {
      let file = try OpenFile(path: "\(path)/Users/u\(number)/NTUSER.DAT")
      #expect(try file.contents(limit: 1 << 20) == bytes)
      #expect(try FileBytes(file).flaws == [])
    }
  }

  @Test func `a member that leads out of the archive is skipped`() async throws {
    let outside = ArchiveMember("../out/NTUSER.DAT", hive)
    try folder.write(([outside] + members).tar, to: "machine.tar")
    let outcome = try await Tool.hive.run("check", folder.path("machine.tar"))
    #expect(
      outcome.errors.contains(
        "/machine.tar/../out/NTUSER.DAT: leads out of the archive, and was skipped\n"))
    #expect(outcome.text.contains("Profiles\n"))
    #expect(outcome.text.contains("(evidence-unreadable)"))
  }

  @Test func `an archive that is cut short is read up to there`() async throws {
    let whole = members.tar
    try folder.write(Array(whole[..<(whole.count / 2)]), to: "machine.tar")
    let outcome = try await Tool.hive.run("info", folder.path("machine.tar"))
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("/machine.tar: is damaged, and its end was not read: "))
    #expect(outcome.text.contains(": The hive is clean."))
  }

  @Test func `names with any letters are read, marked as UTF-8 or not`() async throws {
    var old = ArchiveMember("", hive)
    old.path =
      Array("Users/n".utf8) + [0x89] + Array("l j".utf8) + [0x81, 0x72] + Array("gen".utf8)
    old.path += Array("/NTUSER.DAT".utf8)
    old.isUTF8 = false
    let names = ["björn", "łukasz", "Ünïcödé"].map { ArchiveMember("Users/\($0)/NTUSER.DAT", hive) }
    try folder.write((names + [old]).zip, to: "users.zip")
    let outcome = try await Tool.hive.run(
      "info", "--format", "csv", folder.path("users.zip"), settings: ["LC_ALL": "C"])
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    for name in ["björn", "łukasz", "Ünïcödé", "nël jürgen"] {
      #expect(outcome.text.contains("/users.zip/Users/\(name)/NTUSER.DAT"), "\(name)")
    }
  }

  @Test func `an archive that is encrypted is reported as that`() async throws {
    let encrypted = members.map { member in
      var member = member
      member.isEncrypted = true
      return member
    }
    try folder.write(encrypted.zip, to: "machine.zip")
    let path = folder.path("machine.zip")
    let sentence = "\(path): is encrypted, and was not read: unpack it with its password first"
    let alone = try await Tool.hive.run("check", path)
    #expect(alone.code == 65)
    #expect(alone.errors == "hive: \(sentence)\n")

    try folder.write(members.zip, to: "other.zip")
    let both = try await Tool.hive.run(
      "check", "--format", "ndjson", path, folder.path("other.zip"))
    #expect(both.code == 1)
    #expect(both.errors.contains("hive: \(sentence)\n"))
    let findings = both.text.split(separator: "\n").filter { $0.contains("machine.zip") }
    #expect(findings.count == 1)
    #expect(findings.first?.hasPrefix(#"{"id":"evidence-unreadable""#) == true)
  }

  @Test func `members that cannot be read cost themselves only`() async throws {
    var encrypted = ArchiveMember("Users/anna/NTUSER.DAT", hive)
    encrypted.isEncrypted = true
    var broken = ArchiveMember("Users/bernd/NTUSER.DAT", hive)
    broken.isBroken = true
    try folder.write(
      [encrypted, broken, ArchiveMember("Users/carla/NTUSER.DAT", hive)].zip, to: "users.zip")
    let outcome = try await Tool.hive.run("info", folder.path("users.zip"))
    #expect(outcome.code == 1)
    #expect(outcome.text.contains("/users.zip/Users/carla/NTUSER.DAT"))
    #expect(
      outcome.errors.contains(
        "/users.zip/Users/anna/NTUSER.DAT: is encrypted, and was not read: "
          + "unpack it with its password first\n"))
    #expect(outcome.errors.contains("/users.zip/Users/bernd/NTUSER.DAT: is damaged in the archive"))
  }

  @Test func `what only has the name of an archive is reported`() async throws {
    try folder.write(Array("no archive".utf8), to: "share/pc1.zip")
    for member in members {
      try folder.write(
        member.bytes, to: "share/pc2/\(String(decoding: member.path, as: UTF8.self))")
    }
    let outcome = try await Tool.hive.run(
      "check", "--format", "ndjson", folder.path("share"))
    #expect(outcome.code == 1)
    let lines = outcome.errors.split(separator: "\n").filter { $0.contains("pc1.zip") }
    #expect(lines.count == 1, "\(outcome.errors)")
    let findings = outcome.text.split(separator: "\n").filter { $0.contains("pc1.zip") }
    #expect(findings.count == 1)
    #expect(findings.first?.hasPrefix(#"{"id":"evidence-unreadable""#) == true)
    // A hive stays one, whatever it is called.
    try folder.write(hive, to: "NTUSER.zip")
    #expect(try await Tool.hive.run("info", folder.path("NTUSER.zip")).code == 0)
  }

  @Test func `archives in archives are read, down to a bound`() async throws {
    var bytes = [ArchiveMember("Users/anna/NTUSER.DAT", hive)].tar
    for depth in 1...2 { bytes = [ArchiveMember("level\(depth).tar", bytes)].zip }
    try folder.write(bytes, to: "outer.zip")
    let outcome = try await Tool.hive.run("info", folder.path("outer.zip"))
    #expect(outcome.code == 0)
    #expect(outcome.text.contains("outer.zip/level2.tar/level1.tar/Users/anna/NTUSER.DAT"))
    try folder.write([ArchiveMember("level3.tar", bytes)].zip, to: "outer.zip")
    let deeper = try await Tool.hive.run("info", folder.path("outer.zip"))
    #expect(deeper.code == 65)
  }

  @Test func `of members with one path the last has it, and none is lost`() async throws {
    var other = HiveDescription()
    other.makeKey("Second")
    let config = "Windows/System32/config"
    try folder.write(
      [
        ArchiveMember("\(config)/SOFTWARE", hive),
        ArchiveMember("./\(config)//SOFTWARE", other.build().bytes),
        ArchiveMember("\(config)/SYSTEM", hive), ArchiveMember("\(config)/SYSTEM/SAM", hive),
      ].tar, to: "twice.tar")
    let path = folder.path("twice.tar")
    let archive = try Archive(path: path) { _ in .wanted }
    #expect(archive.fileCount == 4)
    #expect(
      archive.skipped.map(\.reason) == [
        "is in the archive more than once; the earlier one is called SOFTWARE (1) here",
        "is a file and a folder in the archive; both were read",
      ])
    let outcome = try await Tool.hive.run("dump", "--format", "csv", path)
    #expect(outcome.code == 1)
    #expect(outcome.text.contains("\"Second\""))
    #expect(outcome.text.contains("twice.tar/\(config)/SYSTEM\""))
  }

  private func hive(with key: String) -> [UInt8] {
    var hive = HiveDescription()
    hive.makeKey(key)
    return hive.build().bytes
  }

  @Test func `earlier members of one path get names that no other has`() async throws {
    let config = "Windows/System32/config"
    let names = ["SOFTWARE", "SOFTWARE", "SOFTWARE (1)", "SOFTWARE"]
    let members = names.enumerated().map { index, name in
      ArchiveMember("\(config)/\(name)", hive(with: "Key\(index)"))
    }
    for number in 0..<members.count {
      // Whatever their order, all are read.
      let path = try folder.write(
        Array(members[number...] + members[..<number]).tar, to: "order\(number).tar")
      let outcome = try await Tool.hive.run("dump", "--format", "csv", path)
      #expect(outcome.code == 1)
      for index in 0..<4 { #expect(outcome.text.contains("Key\(index)"), "\(number)") }
      for copy in [2, 3] {
        #expect(
          outcome.errors.contains(
            "is in the archive more than once; the earlier one is called SOFTWARE (\(copy)) here"))
      }
    }
  }

  @Test func `the earlier hive of a user is read, and the earlier log`() async throws {
    let user = "Users/a/NTUSER.DAT"
    let classes = "Users/a/AppData/Local/Microsoft/Windows/UsrClass.dat"
    let config = "Windows/System32/config"
    let path = try folder.write(
      [
        ArchiveMember(user, hive(with: "First")), ArchiveMember(user, hive(with: "Second")),
        ArchiveMember(classes, hive(with: "Third")), ArchiveMember(classes, hive(with: "Fourth")),
        ArchiveMember("\(config)/SOFTWARE", hive), ArchiveMember("\(config)/SOFTWARE.LOG1", hive),
        ArchiveMember("\(config)/SOFTWARE.LOG1", hive),
      ].tar, to: "twice.tar")
    let outcome = try await Tool.hive.run("dump", "--format", "csv", path)
    #expect(outcome.code == 1)
    for key in ["First", "Second", "Third", "Fourth"] { #expect(outcome.text.contains(key)) }
    #expect(outcome.text.contains("/NTUSER.DAT (1)"))
    #expect(
      outcome.errors.contains(
        "\(path)/\(user): is in the archive more than once; the earlier one is called NTUSER.DAT (1)"
          + " here\n"))
    #expect(
      outcome.errors.contains(
        "the earlier one is called SOFTWARE (1).LOG1 here, and is used with a hive of that name"
          + " alone\n"))
    let log = "Windows/System32/winevt/Logs/Application.evtx"
    let logs = try folder.write(
      [ArchiveMember(log, [1, 2, 3]), ArchiveMember(log, [4, 5, 6])].tar, to: "logs.tar")
    let events = try await Tool.hive.run("events", logs)
    #expect(events.errors.contains("/Application (1).evtx: "))
    #expect(events.errors.contains("/Application.evtx: "))
  }

  @Test func `names that differ in the form of their letters alone are two`() async throws {
    let names = ["caf\u{E9}", "cafe\u{301}", "\u{C5}", "\u{212B}", "A\u{30A}"]
    let members = names.map { ArchiveMember("Users/\($0)/NTUSER.DAT", hive(with: "Findme")) }
    let path = try folder.write(members.tar, to: "users.tar")
    let archive = try Archive(path: path) { _ in .wanted }
    #expect(archive.fileCount == names.count)
    #expect(archive.skipped == [])
    let outcome = try await Tool.hive.run("find", "Findme", "--format", "ndjson", path)
    #expect(outcome.code == 0)
    let lines = outcome.text.split(separator: "\n").map { $0.unicodeScalars }
    #expect(lines.count == names.count)
    for name in names {
      let end = Array("/users.tar/Users/\(name)/NTUSER.DAT".unicodeScalars)
      #expect(lines.count { Self.contains(Array($0), end) } == 1, "\(name)")
    }
    // libarchive gives names of zip files in one form; no hive is lost by it.
    let zip = try folder.write(members.zip, to: "users.zip")
    let found = try await Tool.hive.run("find", "Findme", "--format", "ndjson", zip)
    #expect(found.text.split(separator: "\n").count == names.count)
    #expect("Users/\u{301}x/a".pathParts.count == 3)
  }

  private static func contains(_ text: [Unicode.Scalar], _ part: [Unicode.Scalar]) -> Bool {
    guard text.count >= part.count else { return false }
    return (0...text.count - part.count).contains { start in
      text[start..<start + part.count].elementsEqual(part)
    }
  }

  @Test func `however many notes there are, losses are reported`() async throws {
    let links = (0..<1100).map { number in
      var link = ArchiveMember("Users/u\(number)/NTUSER.DAT", [])
      link.isSymbolicLink = true
      link.linkTarget = "x"
      return link
    }
    let path = try folder.write(
      (links + [ArchiveMember("a/NTUSER.DAT", hive), ArchiveMember("../NTUSER.DAT", hive)]).tar,
      to: "links.tar")
    let archive = try Archive(path: path) { _ in .wanted }
    #expect(
      archive.skipped.filter(\.isLoss).map(\.reason) == [
        "leads out of the archive, and was skipped"
      ])
    #expect(archive.skipped.count == 1002)
    #expect(
      archive.skipped.last?.reason == "has 100 more members that were passed over")
    let outcome = try await Tool.hive.run("info", path)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("/links.tar/../NTUSER.DAT: leads out of the archive"))
  }

  @Test func `of very many losses the number is reported`() throws {
    let outside = (0..<1101).map { ArchiveMember("../u\($0)/NTUSER.DAT", hive) }
    let path = try folder.write(outside.tar, to: "outside.tar")
    let archive = try Archive(path: path) { _ in .wanted }
    #expect(archive.skipped.count == 1001)
    #expect(
      archive.skipped.last
        .map { "\($0.path): \($0.reason), \($0.isLoss)" }
        == "\(path): has 101 more members that were not read, or not as a whole, true")
  }

  @Test func `a member is read at some of the paths that links give it`() throws {
    let links = (1...20).map { number in
      var link = ArchiveMember("Users/u\(number)/NTUSER.DAT", [])
      link.linkTarget = "Users/a/NTUSER.DAT"
      return link
    }
    let member = ArchiveMember("Users/a/NTUSER.DAT", hive)
    for members in [[member] + links, links + [member]] {
      let path = try folder.write(members.tar, to: "links.tar")
      let archive = try Archive(path: path) { _ in .wanted }
      #expect(archive.fileCount == 17)
      #expect(
        archive.skipped.map { "\($0.path): \($0.reason)" }
          == (17...20).map { number in
            "\(path)/Users/u\(number)/NTUSER.DAT: has the bytes of Users/a/NTUSER.DAT, which were read"
              + " at 16 other paths, and was not read again"
          })
      #expect(!archive.skipped.contains { !$0.isLoss })
    }
  }

  @Test func `members with broken data hide none after them`() throws {
    let broken = (1...40).map { number in
      var member = ArchiveMember("Users/u\(number)/NTUSER.DAT", [7, 7, 7, 7])
      member.isSaidToBeDeflated = true
      return member
    }
    let path = try folder.write(
      (broken + [ArchiveMember("Windows/System32/config/SOFTWARE", hive)]).zip, to: "broken.zip")
    let archive = try Archive(path: path) { _ in .wanted }
    #expect(archive.skipped.count == 40)
    #expect(archive.fileCount == 1)
  }

  @Test func `what is passed by in a stream counts too`() throws {
    var limits = Archive.Limits()
    limits.bytes = 1 << 20
    let path = try folder.write(
      [
        ArchiveMember("a", hive), ArchiveMember("zeros", [UInt8](repeating: 0, count: 2 << 20)),
        ArchiveMember("b", hive),
      ].tar, to: "bomb.tar")
    let archive = try Archive(path: path, limits: limits) {
      $0 == ["zeros"] ? .unwanted : .wanted
    }
    #expect(archive.fileCount == 1)
    #expect(
      archive.skipped.map(\.reason) == ["unpacks to more than 1 MiB, and the rest was not read"])
  }

  @Test func `what an archive unpacks to is bounded`() throws {
    var limits = Archive.Limits()
    limits.heldBytes = 3 * 4096
    let noise = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    let path = try folder.write(
      [
        ArchiveMember("zeros", zeros), ArchiveMember("a", noise + noise), ArchiveMember("b", noise),
        ArchiveMember("c", noise), ArchiveMember("d", zeros),
      ].zip, to: "bomb.zip")
    let held = try Archive(path: path, limits: limits) { _ in .wanted }
    #expect(held.skipped.map(\.path) == ["\(path)/c"])
    #expect(held.skipped.map(\.isLoss) == [true])
    #expect(held.fileCount == 4)

    limits.bytes = 1 << 20
    let whole = try Archive(path: path, limits: limits) { _ in .wanted }
    #expect(whole.skipped.map(\.path) == ["\(path)/a", path])
    #expect(whole.fileCount == 1)

    limits = Archive.Limits()
    limits.members = 2
    let few = try Archive(path: path, limits: limits) { _ in .wanted }
    #expect(few.skipped.map(\.reason) == ["has more than 2 members; the rest was skipped"])
    #expect(few.fileCount == 2)
  }
}
