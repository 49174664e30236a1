// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import Testing

/// `hive events`, on logs of the builder and on those of the corpus.
@Suite(.enabled(if: readsEventLogs, "libevtx or expat is not installed"))
struct EventsTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  private static let service = "Microsoft-Windows-User Profiles Service"
  private static let anna = "S-1-5-21-1111111111-2222222222-3333333333-1001"

  private static func leak(_ minute: Int, _ user: String, key: String) -> EventDescription {
    EventDescription(
      time: filetime(2024, 5, 6, 9, minute), provider: service, event: 1530, level: 3,
      data: [
        (
          "Detail",
          "1 user registry handles leaked from \\Registry\\User\\\(user):\n"
            + "Process 7 (\\Device\\HarddiskVolume1\\app.exe) has opened key "
            + "\\REGISTRY\\USER\\\(user)\(key)\n"
        )
      ])
  }

  private static let events = [
    EventDescription(time: filetime(2024, 5, 6, 9, 30), provider: service, event: 1531),
    leak(10, anna, key: "\\Printers"),
    EventDescription(time: filetime(2024, 5, 6, 9, 15), provider: "Winlogon", event: 6001),
    leak(20, "S-1-5-21-1-2-3-500", key: ""),
  ]

  private func write(_ name: String = "Application.evtx") throws -> String {
    try folder.write(EvtxBuilder(Self.events).build(), to: name)
  }

  /// A SYSTEM hive of a machine.
  private static func system(_ name: String) -> [UInt8] {
    var system = HiveDescription()
    system.set("Select", .dword("Current", 1))
    system.set(
      "ControlSet001\\Control\\ComputerName\\ComputerName", .string("ComputerName", name))
    return system.build().bytes
  }

  @Test func `text, oldest first`() async throws {
    let outcome = try await Tool.hiveEvents.run(try write())
    #expect(
      outcome.text == """
        2024-05-06 09:10:00 UTC  1530 warning, User Profiles Service, \(Self.anna) (Application.evtx 2)
          Programs still had keys of the user's registry open at log-off.
            app.exe (7): HKCU\\Printers

        2024-05-06 09:20:00 UTC  1530 warning, User Profiles Service, S-1-5-21-1-2-3-500 (Application.evtx 4)
          Programs still had keys of the user's registry open at log-off.
            app.exe (7): HKCU

        2024-05-06 09:30:00 UTC  1531 information, User Profiles Service, S-1-5-18 (Application.evtx 1)
          The User Profiles Service started.

        Application.evtx: 4 records, 2024-05-06 09:10:00 UTC to 2024-05-06 09:30:00 UTC

        """)
    #expect(outcome.errors == "")
    #expect(outcome.code == 0)
  }

  @Test func `an object a line, and an array`() async throws {
    let path = try write()
    let lines = try await Tool.hive.run("events", "--format", "ndjson", "--id", "1530", path)
    let first = """
      {"time":"2024-05-06T09:10:00.0000000Z","log":"Application.evtx","record":2,\
      "provider":"Microsoft-Windows-User Profiles Service","event":1530,"level":"warning",\
      "computer":"PC1","user":"S-1-5-18","subject":"\(Self.anna)",\
      "kind":"handlesLeaked","meaning":"Programs still had keys of the user's registry open at log-off.","strings":["1 user registry handles leaked from \
      \\\\Registry\\\\User\\\\\(Self.anna):\\nProcess 7 (\\\\Device\\\\HarddiskVolume1\\\\app.exe) \
      has opened key \\\\REGISTRY\\\\USER\\\\\(Self.anna)\\\\Printers\\n"],\
      "leaks":{"hive":"\\\\Registry\\\\User\\\\\(Self.anna)","declared":1,"handles":[{"process":7,\
      "image":"\\\\Device\\\\HarddiskVolume1\\\\app.exe",\
      "key":"\\\\REGISTRY\\\\USER\\\\\(Self.anna)\\\\Printers"}]}}
      """
    let printed = lines.text.split(separator: "\n")
    #expect(printed.count == 2)
    #expect(printed.first.map(String.init) == first)
    let array = try await Tool.hive.run("events", "--format", "json", path)
    let objects = try JSONSerialization.jsonObject(with: Data(array.bytes)) as? [[String: Any]]
    #expect(objects?.map { $0["event"] as? Int } == [1530, 1530, 1531])
  }

  @Test(
    "Events are chosen by time, user and number",
    arguments: [
      (["--since", "2024-05-06T09:20"], [4, 1]), (["--until", "2024-05-06 09:20:00 UTC"], [2]),
      (["--since", "2024-05-06", "--until", "2024-05-07"], [2, 4, 1]),
      (["--user", anna], [2]), (["--user", anna, "--user", "S-1-5-18"], [2, 1]),
      (["--id", "1531"], [1]), (["--id", "1", "--id", "2"], []),
      (["--id", "1531,1530"], [2, 4, 1]),
      (["--since", "2024-05-06T11:20+02:00"], [4, 1]),
      (["--since", "2024-05-06T04:20:00-0500"], [4, 1]),
      (["--since", "2024"], [2, 4, 1]), (["--since", "2024-06"], []),
      (["--until", "2024-06"], [2, 4, 1]),
    ])
  func filters(options: [String], records: [Int]) async throws {
    let outcome = try await Tool.hive.run(["events", "--format", "csv"] + options + [try write()])
    let rows = outcome.text.split(separator: "\r\n").dropFirst()
    #expect(rows.map { Int($0.split(separator: ",")[2]) } == records)
    #expect(outcome.code == 0)
  }

  @Test func `an event of another computer does not carry the name of the machine`() async throws {
    try folder.write(Self.system("SRV1"), to: "flat/SYSTEM")
    var own = Self.events[0]
    own.computer = "srv1.contoso.com"
    try folder.write(EvtxBuilder([own]).build(), to: "flat/Application.evtx")
    try folder.write(EvtxBuilder(Self.events).build(), to: "flat/App2.evtx")
    for command in ["events", "timeline"] {
      let outcome = try await Tool.hive.run(command, "--format", "ndjson", folder.path("flat"))
      let lines = outcome.text.split(separator: "\n")
      let other = lines.filter { $0.contains("\"log\":\"App2.evtx\"") }
      #expect(other.count == 3, "\(command)")
      #expect(other.allSatisfy { $0.contains("\"machine\":\"PC1\"") }, "\(command)")
      let ours = lines.filter { $0.contains("\"log\":\"Application.evtx\"") }
      #expect(ours.count == 1, "\(command)")
      #expect(ours.allSatisfy { $0.contains("\"machine\":\"SRV1\"") }, "\(command)")
    }
  }

  @Test func `a row an event`() async throws {
    let outcome = try await Tool.hive.run("events", "--format", "csv", "--id", "1531", try write())
    #expect(
      outcome.text == """
        time,machine,log,record,recovered,provider,event,level,computer,user,subject,account,\
        profilePath,kind,meaning,strings,leaks.handles,class,error.kind,process.image,server,session\r
        2024-05-06T09:30:00.0000000Z,,"Application.evtx",1,,\
        "Microsoft-Windows-User Profiles Service",1531,information,"PC1",S-1-5-18,S-1-5-18,,,\
        serviceStarted,"The User Profiles Service started.","",,,,,,\r

        """)
  }

  @Test func `the programs that kept keys open`() async throws {
    let path = try write()
    let text = try await Tool.hive.run("events", "--handles", path)
    #expect(
      text.text == """
        \\Device\\HarddiskVolume1\\app.exe
          2 handles in 2 events, 2024-05-06; users:
            \(Self.anna), S-1-5-21-1-2-3-500
            1  HKCU
            1  HKCU\\Printers

        """)
    let csv = try await Tool.hive.run("events", "--handles", "--format", "csv", path)
    #expect(csv.text.split(separator: "\r\n").count == 3)
    let json = try await Tool.hive.run("events", "--handles", "--format", "ndjson", path)
    #expect(
      json.text == """
        {"image":"\\\\Device\\\\HarddiskVolume1\\\\app.exe","handles":2,"events":2,\
        "first":"2024-05-06T09:10:00.0000000Z","last":"2024-05-06T09:20:00.0000000Z",\
        "users":["\(Self.anna)","S-1-5-21-1-2-3-500"],\
        "keys":[{"key":"HKCU","handles":1},{"key":"HKCU\\\\Printers","handles":1}]}

        """)
    let none = try await Tool.hive.run("events", "--handles", "--id", "1531", path)
    #expect(none.text == "No event names a program that kept a user's registry open.\n")
  }

  @Test func `records count programs by machine, text over all`() async throws {
    for (name, events) in [("HOST1", Self.events), ("HOST2", [Self.events[1]])] {
      try folder.write(Self.system(name), to: "\(name)/SYSTEM")
      var own = events
      for index in own.indices { own[index].computer = name }
      try folder.write(EvtxBuilder(own).build(), to: "\(name)/Application.evtx")
    }
    func run(_ format: String) async throws -> String {
      try await Tool.hive.run(
        "events", "--handles", "--format", format, folder.path("HOST2"), folder.path("HOST1")
      ).text
    }
    let lines = try await run("ndjson").split(separator: "\n")
    let image = #""image":"\\Device\\HarddiskVolume1\\app.exe""#
    #expect(lines.count == 2)
    for (line, (host, count)) in zip(lines, [("HOST1", 2), ("HOST2", 1)]) {
      let start = #"{"machine":"\#(host)",\#(image),"handles":\#(count),"events":\#(count),"#
      #expect(line.hasPrefix(start))
    }
    let rows = try await run("csv").split(separator: "\r\n")
    #expect(rows.first == "machine,image,key,handles,events,users,first,last")
    #expect(rows.dropFirst().map { $0.prefix(8) } == ["\"HOST1\",", "\"HOST1\",", "\"HOST2\","])
    #expect(try await run("text").contains("\n  3 handles in 3 events, 2024-05-06; users:"))
  }

  @Test func `folders and volumes are read, and what cannot be is reported`() async throws {
    _ = try write("logs/Application.evtx")
    var others = Self.events
    for index in others.indices { others[index].time += 10_000_000 }
    try folder.write(EvtBuilder(others).build(), to: "logs/AppEvent.Evt")
    try folder.write([1, 2, 3], to: "logs/broken.evtx")
    try folder.write([1, 2, 3], to: "logs/notes.txt")
    let outcome = try await Tool.hive.run("events", "--format", "ndjson", folder.path("logs"))
    #expect(outcome.text.split(separator: "\n").count == 6)
    #expect(
      outcome.errors
        == "hive: \(folder.path("logs/broken.evtx")): is not an event log: neither .evtx nor .evt,"
        + " nor an export of events as XML\n")
    #expect(outcome.code == 1)

    try folder.write([], to: "volume/WINDOWS/System32/Config/software")
    _ = try write("volume/WINDOWS/System32/winevt/logs/application.evtx")
    _ = try write("volume/WINDOWS/System32/winevt/logs/Security.evtx")
    let volume = try await Tool.hive.run("events", "--format", "ndjson", folder.path("volume"))
    #expect(volume.text.split(separator: "\n").count == 3)
    #expect(volume.code == 0)
  }

  @Test(arguments: ["ORDERS", "S-1-5-21-1111111111-2222222222-3333333333-1004", ".\\orders"])
  func `a user of a volume is found by name`(user: String) async throws {
    let outcome = try await Tool.hive.run(
      "events", "--format", "csv", "--user", user, testHive("volume"))
    #expect(outcome.text.split(separator: "\r\n").count == 2)
    #expect(outcome.text.contains(",1530,"))
  }

  @Test func `where nothing matches, it says how far the logs reach`() async throws {
    let reach =
      "hive: Application.evtx: 4 records, 2024-05-06 09:10:00 UTC to 2024-05-06 09:30:00 UTC\n"
    let chosen = try await Tool.hive.run("events", "--id", "1529", try write())
    #expect(chosen.text == "")
    #expect(chosen.errors == "hive: no event matches\n" + reach)
    #expect(chosen.code == 0)
    let none = try folder.write(EvtxBuilder([Self.events[2]]).build(), to: "none.evtx")
    let all = try await Tool.hive.run("events", "--format", "json", none)
    #expect(all.text == "[\n]\n")
    #expect(
      all.errors
        == "hive: no event in these logs matters to user profiles\n"
        + "hive: none.evtx: 1 record, 2024-05-06 09:15:00 UTC to 2024-05-06 09:15:00 UTC\n")
    let bad = try await Tool.hive.run("events", "--id", "1530,x", try write())
    #expect(bad.code == 64)
  }

  @Test(
    "Cases of events, by what is shown of them",
    .enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"),
    arguments: [
      ("written-by-system", ["--user", "anna"], [1508, 1533]),
      ("written-by-system", ["--user", "CONTOSO\\anna"], [1508, 1533]),
      ("written-by-system", ["--user", "bert"], []),
      ("windows-2000-group-policy", [], []),
      ("windows-2000-group-policy", ["--id", "1000"], [1000, 1000]),
      ("windows-nt4", [], [1000]), ("locked-at-load", [], [1552, 1545]),
      ("temporary-profile", [], [1500, 1502, 1508, 1511, 1515, 1518]),
      ("swedish-windows-xp", [], [1517, 1000, 1401]),
      ("shut-down-in-order", ["--since", "2024-06-03T18:00"], [1074, 1532, 6006, 13]),
      ("com-server-other-error", [], [10006, 1530]),
    ])
  func cases(name: String, options: [String], events: [Int]) async throws {
    let outcome = try await Tool.hive.run(
      ["events", "--format", "json"] + options + ["\(Corpus.folder ?? "")/cases/\(name)"])
    let objects = try JSONSerialization.jsonObject(with: Data(outcome.bytes)) as? [[String: Any]]
    #expect(objects?.map { $0["event"] as? Int } == events)
  }

  @Test func `a record in several copies of a log is shown once`() async throws {
    _ = try write("logs/Application.evtx")
    _ = try write("logs/Archive-Application-2024-05-07.evtx")
    let outcome = try await Tool.hive.run("events", "--format", "csv", folder.path("logs"))
    #expect(outcome.text.split(separator: "\r\n").count == 4)
  }

  @Test func `all formats give the same events`() async throws {
    let path = try write()
    func run(_ format: String) async throws -> Outcome {
      try await Tool.hive.run("events", "--format", format, path)
    }
    let json = try await run("json")
    let array = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [NSDictionary]
    let lines = try await run("ndjson").text.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary
    }
    #expect(array == lines)
    let rows = try await run("csv").text.split(separator: "\r\n").dropFirst().map {
      $0.split(separator: ",")[2]
    }
    #expect(rows.map { Int($0) } == array?.map { $0["record"] as? Int })
    let text = try await run("text").text
    #expect(
      text.matches(of: #/\(Application\.evtx (\d+)\)/#).map { Int($0.1) } == rows.map { Int($0) })
  }

  @Test func `a path without a log is refused`() async throws {
    try folder.write([], to: "empty/nothing")
    let empty = try await Tool.hive.run("events", folder.path("empty"))
    #expect(
      empty.errors
        == "hive: \(folder.path("empty")): has no registry hive in it, and no event log\n")
    #expect(empty.code == 65)
    #expect(try await Tool.hive.run("events", folder.path("missing")).code == 66)
    let time = try await Tool.hive.run("events", "--since", "yesterday", "x")
    #expect(time.code == 64)
  }

  @Test(.enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"))
  func `real logs give what is in them`() async throws {
    func events(_ name: String) async throws -> [(provider: String?, event: Int?)] {
      let outcome = try await Tool.hive.run(
        "events", "--format", "json", "\(Corpus.folder ?? "")/events/\(name)")
      #expect(outcome.errors == "")
      #expect(outcome.code == 0)
      let objects = try JSONSerialization.jsonObject(with: Data(outcome.bytes))
      return (objects as? [[String: Any]] ?? []).map {
        ($0["provider"] as? String, $0["event"] as? Int)
      }
    }
    #expect(
      try await events("Application.evtx").map(\.event)
        == [1531, 1530, 1530, 1524, 10006, 1508, 1500])
    #expect(try await events("AppEvent.Evt").map(\.event) == [1517, 1524, 1401])
    #expect(try await events("Application_no_crc32.evtx").map(\.event) == [1532, 1531])
    let system = try await events("system.evtx")
    let machine = ["Microsoft-Windows-Kernel-General", "EventLog", "User32"]
    #expect(system.contains { $0.event == 10010 })
    #expect(!system.contains { $0.event == 10016 })
    #expect(system.contains { $0.provider == machine[0] && $0.event == 13 })
    #expect(system.contains { $0.provider == machine[1] && $0.event == 6006 })
    #expect(system.contains { $0.provider == machine[2] && $0.event == 1074 })
  }
}
