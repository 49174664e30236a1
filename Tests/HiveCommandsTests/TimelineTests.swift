// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import Testing
import VolumeBuilder

/// What `hive timeline` lists.
@Suite struct TimelineTests {
  private struct Fact: Decodable, Hashable {
    let datetime: String
    let timestamp_desc: String
    let message: String
    var hive: String?
    var path: String?
    var name: String?
    var user: String?
    var log: String?
    var machine: String?
    var record: Int?
    var event: Int?
  }

  private func facts(_ arguments: String...) async throws -> [Fact] {
    let outcome = try await Tool.hiveTimeline.run(["--format", "ndjson"] + arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try outcome.bytes.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Fact.self, from: Data($0))
    }
  }

  // MARK: - A volume

  @Test func `a volume has every fact once, oldest first`() async throws {
    let volume = testHive("volume")
    let facts = try await facts(volume)
    #expect(facts.map(\.datetime) == facts.map(\.datetime).sorted())
    #expect(Set(facts).count == facts.count)
    var expected = try await headersAndKeys(on: volume)
    expected["Event logged"] =
      readsEventLogs
      ? try await Tool.hive.run("events", "--format", "ndjson", volume).bytes
        .count { $0 == UInt8(ascii: "\n") } : 0
    for kind in expected.keys.sorted() {
      let count = facts.count { $0.timestamp_desc == kind }
      #expect(count == expected[kind], "\(kind)")
      #expect(count > 0 || kind == "Event logged" && !readsEventLogs, "\(kind)")
    }
    #expect(facts.count == expected.values.reduce(0, +))
  }

  /// How many keys, base blocks, base blocks in logs and times of the profile list there are.
  private func headersAndKeys(on volume: String) async throws -> [String: Int] {
    var counts: [String: Int] = [:]
    let files = FileManager.default.enumerator(atPath: volume)?.compactMap { $0 as? String } ?? []
    for file in files {
      let path = "\(volume)/\(file)"
      guard let bytes = FileManager.default.contents(atPath: path),
        bytes.starts(with: Data("regf".utf8))
      else { continue }
      // The time is at offset 12.
      let hasTime = bytes[12..<20].contains { $0 != 0 }
      let isLog = file.contains(".LOG")
      if hasTime {
        counts[isLog ? "Transaction log base block" : "Hive last written", default: 0] += 1
      }
      guard !isLog else { continue }
      let dump = try await Tool.hive.run("dump", "--format", "ndjson", path)
      for line in dump.text.split(separator: "\n") {
        if !line.contains(#""lastWritten":"1601-01-01T00:00:00.0000000Z""#) {
          counts["Content Modification Time", default: 0] += 1
        }
        guard line.contains(#"\\ProfileList\\S-1-"#) else { continue }
        for (name, kind) in [("Load", "Profile loaded"), ("Unload", "Profile unloaded")] {
          let high =
            "\"LocalProfile\(name)TimeHigh\",\"type\":\"REG_DWORD\",\"typeCode\":4,\"size\":4,\"data\":"
          if line.contains(high), !line.contains(high + "0") { counts[kind, default: 0] += 1 }
        }
      }
    }
    return counts
  }

  @Test func `facts of a user are those in its hives, its list entry and events`() async throws {
    let volume = testHive("volume")
    let anna = try await facts("--user", "anna", volume)
    #expect(!anna.isEmpty)
    for fact in anna {
      let isOfHive = fact.hive?.hasPrefix("Users/anna/") ?? false
      let isOfList = fact.path?.contains("ProfileList\\S-1-5-21-") ?? false
      #expect(isOfHive || isOfList || fact.log != nil, "\(fact)")
    }
    let sid = try #require(anna.compactMap(\.user).first { $0.hasSuffix("-1001") })
    #expect(try await facts("--user", sid, volume) == anna)
    #expect(
      anna.contains {
        $0.timestamp_desc == "Profile unloaded" && $0.message == "C:\\Users\\anna was unloaded"
          && $0.hive == "Windows/System32/config/SOFTWARE"
      })
    let day = try await facts("--since", "2024-06-21T17:00", "--until", "2024-06-21T17:04", volume)
    #expect(!day.isEmpty)
    #expect(
      day.allSatisfy { $0.datetime >= "2024-06-21T17:00" && $0.datetime < "2024-06-21T17:04" })
  }

  @Test func `earlier states add what the newest one does not have, each fact once`() async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    volume.users[0].hive.makeKey("Gone")
    volume.users[0].hive["Gone"].lastWritten = filetime(2024, 1, 5)
    volume.applicationEvents = [.profileService(1531, at: filetime(2024, 1, 6), level: 4)]
    for (path, bytes) in volume.files { try folder.write(bytes, to: "all/VSS1/\(path)") }
    volume.users[0].hive = VolumeUser("anna", 1001).hive
    volume.users[0].hive.makeKey("New")
    volume.users[0].hive["New"].lastWritten = filetime(2024, 2, 5)
    volume.applicationEvents = [.profileService(1532, at: filetime(2024, 2, 6), level: 4)]
    for (path, bytes) in volume.files {
      try folder.write(bytes, to: "all/C/\(path)")
      try folder.write(bytes, to: "live/C/\(path)")
    }
    func keys(_ facts: [Fact]) -> Set<String> {
      Set(facts.map { "\($0.datetime) \($0.timestamp_desc) \($0.message)" })
    }
    let live = try await facts(folder.path("live"))
    let all = try await facts(folder.path("all"))
    #expect(all.map(\.datetime) == all.map(\.datetime).sorted())
    let added = all.filter { fact in !keys(live).contains(keys([fact]).first ?? "") }
    #expect(added.map(\.message).first == "Gone")
    #expect(added.count == (readsEventLogs ? 2 : 1))
    #expect(added.first?.hive == folder.path("all/VSS1/Users/anna/NTUSER.DAT"))
    #expect(added.compactMap(\.event) == (readsEventLogs ? [1531] : []))
    #expect(all.count == live.count + added.count)
  }

  @Test(.enabled(if: Peer.mactime.isInstalled, "mactime is not installed"))
  func `mactime makes a row of each line of a body file, and no other`() async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    let body = try await Tool.hive.run("timeline", "--format", "bodyfile", testHive("volume"))
    let path = try folder.write(body.bytes, to: "body")
    let rows = try await runProgram(
      try #require(Peer.mactime.path), ["-b", path, "-d", "-y", "-z", "UTC"])
    let lines = rows.text.split(separator: "\n").dropFirst()
    #expect(lines.count == body.text.split(separator: "\n").count)
    #expect(lines.allSatisfy { $0.contains(",m...,") }, "\(rows.errors)")
  }

  // MARK: - Times in values

  private static func binary(_ time: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
  }

  @Test func `times in values are those whose form is documented`() async throws {
    let folder = try TemporaryFolder()
    var system = HiveDescription()
    let device = "ControlSet001\\Enum\\USBSTOR\\Disk&Ven_X\\1234&0\\Properties"
    let properties = "\(device)\\{83da6326-97a6-4088-9453-a1923f573b29}"
    for (index, number) in ["0064", "0065", "0066", "0067"].enumerated() {
      system.set(
        "\(properties)\\\(number)",
        ValueDescription(
          "", type: 0xFFFF_0010, data: Self.binary(filetime(2023, 1, 1 + index))))
    }
    system.set("\(properties)\\0068", .binary("", Self.binary(filetime(2023, 2, 1))))
    system.set(
      "ControlSet001\\Control\\Windows",
      .binary("ShutdownTime", Self.binary(filetime(2024, 5, 1))))
    system.set("ControlSet002\\Control\\Windows", .binary("ShutdownTime", Self.binary(0)))
    system.set("Select", .dword("Current", 1))
    let path = try folder.write(system, as: "SYSTEM")
    #expect(
      try await facts(path).filter { $0.name != nil }.map {
        "\($0.datetime.prefix(10)) \($0.timestamp_desc): \($0.message)"
      } == [
        "2023-01-01 Device installed: USBSTOR\\Disk&Ven_X\\1234&0 was installed",
        "2023-01-02 Device first installed: USBSTOR\\Disk&Ven_X\\1234&0 was installed for the first "
          + "time", "2023-01-03 Device last connected: USBSTOR\\Disk&Ven_X\\1234&0 was connected",
        "2023-01-04 Device last removed: USBSTOR\\Disk&Ven_X\\1234&0 was removed",
        "2024-05-01 System last shut down: Windows was shut down",
      ])
    var software = HiveDescription()
    software.makeKey("Microsoft\\Windows\\CurrentVersion")
    software.set(
      "Microsoft\\Windows NT\\CurrentVersion", .dword("InstallDate", 1_700_000_000),
      .qword("InstallTime", filetime(2023, 11, 14, 22)))
    let other = try folder.write(software, as: "SOFTWARE")
    #expect(
      try await facts(other).filter { $0.timestamp_desc == "System installed" }.map {
        [$0.datetime, $0.name]
      } == [
        ["2023-11-14T22:00:00.0000000Z", "InstallTime"],
        ["2023-11-14T22:13:20.0000000Z", "InstallDate"],
      ])
  }

  // MARK: - Formats

  @Test func `every format has the same facts`() async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    hive.set("A|B\u{1B}", at: filetime(2024, 1, 2), .dword("x", 1))
    hive.makeKey("Never")
    hive["Never"].lastWritten = 0
    hive.root.lastWritten = filetime(2024, 1, 1)
    hive.header.lastWritten = 0
    let path = try folder.write(hive, as: "hive")
    let lines = """
      {"datetime":"2024-01-01T00:00:00.0000000Z","timestamp_desc":"Content Modification Time",\
      "message":"\\\\","hive":"\(path)","path":""}
      {"datetime":"2024-01-02T00:00:00.0000000Z","timestamp_desc":"Content Modification Time",\
      "message":"A|B\\u001B","hive":"\(path)","path":"A|B\\u001B"}

      """
    let outcome = try await Tool.hive.run("timeline", "--format", "ndjson", path)
    #expect(outcome.text.lowercased() == lines.lowercased())
    let json = try await Tool.hive.run("timeline", "--format", "json", path)
    #expect(try JSONSerialization.jsonObject(with: Data(json.bytes)) is [[String: Any]])
    #expect(
      try await Tool.hive.run("timeline", "--format", "csv", path).text == """
        datetime,timestamp_desc,message,machine,hive,path,name,user,log,record,provider,event\r
        2024-01-01T00:00:00.0000000Z,"Content Modification Time","\\",,"\(path)","",,,,,,\r
        2024-01-02T00:00:00.0000000Z,"Content Modification Time","A|B\\u001B",,"\(path)",\
        "A|B\\u001B",,,,,,\r

        """)
    #expect(
      try await Tool.hive.run("timeline", "--format", "bodyfile", path).text == """
        0|\(path): \\|0|0|0|0|0|-1|1704067200|-1|-1
        0|\(path): A\\u007CB\\u001B|0|0|0|0|0|-1|1704153600|-1|-1

        """)
    #expect(
      try await Tool.hive.run("timeline", path).text == """
        2024-01-01T00:00:00.0000000Z  Content Modification Time   \\  (\(path))
        2024-01-02T00:00:00.0000000Z  Content Modification Time   A|B␛  (\(path))

        """)
  }

  @Test func `exit codes`() async throws {
    #expect(try await Tool.hive.run("timeline", "/no/such/hive").code == 66)
    #expect(try await Tool.hive.run("timeline", testHive("Registry.pol")).code == 65)
    #expect(try await Tool.hive.run("timeline", testHive("damaged/data-size")).code == 1)
    #expect(try await Tool.hive.run("timeline").code == 64)
  }

  // MARK: - Event logs

  private static let stop = EventDescription(
    time: filetime(2024, 5, 6, 9, 30), provider: "Microsoft-Windows-User Profiles Service",
    event: 1532)

  @Test(.enabled(if: readsEventLogs, "libevtx or expat is not installed"))
  func `event logs are taken by their own paths`() async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    let log = try folder.write(EvtxBuilder([Self.stop]).build(), to: "no ending")
    let copy = try folder.write(EvtxBuilder([Self.stop]).build(), to: "copy.evtx")
    let alone = try await facts(log)
    #expect(alone.map(\.event) == [1532])
    #expect(alone.map(\.log) == ["no ending"])
    #expect(try await facts(log, copy).count == 1)
    let hive = try await facts(testHive("NTUSER.DAT"))
    #expect(try await facts(log, testHive("NTUSER.DAT")).count == hive.count + 1)
    let other = try folder.write([UInt8]("Neither a hive nor a log".utf8), to: "other.evtx")
    let outcome = try await Tool.hive.run("timeline", other)
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("\(other): "))
    #expect(try await Tool.hive.run("timeline", other, log).code == 1)
  }

  // MARK: - Logs that lie apart

  @Test func `events of logs that lie apart are of the computer that wrote them`() async throws {
    let folder = try HiveBuilder.TemporaryFolder()
    for (index, name) in ["LAPTOP7", "LAPTOP8"].enumerated() {
      var volume = VolumeDescription(.windows10)
      volume.computerName = name
      for file in volume.files where !file.path.contains("/Logs/") {
        try folder.write(file.bytes, to: "\(name)/C/\(file.path)")
      }
      var event = EventDescription.profileService(
        1531, at: filetime(2024, 6, 21, 6 + index), level: 4)
      event.computer = name
      try folder.write(EvtxBuilder([event]).build(), to: "logs/\(name)/Application.evtx")
    }
    let events = try await facts(folder.path).filter { $0.log != nil }
    #expect(events.map(\.machine) == ["LAPTOP7", "LAPTOP8"])
  }
}
