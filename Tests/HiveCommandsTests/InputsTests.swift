// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import HiveCommands
import Testing
import VolumeBuilder

/// What PATH means: the same in every command.
@Suite struct InputsTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
    for (host, sid) in [("HOST1", "S-1-5-21-1-2-3-1001"), ("HOST2", "S-1-5-21-4-5-6-1001")] {
      var volume = VolumeDescription(.windows10)
      volume.computerName = host
      volume.users[0].sid = sid
      volume.applicationEvents = [
        .handlesLeaked(
          by: sid, at: filetime(2024, 6, 21, 17, host == "HOST1" ? 0 : 30),
          [(1, "C:\\\(host).exe", "\\Environment")])
      ]
      for (path, bytes) in volume.files {
        try folder.write(bytes, to: "\(host.lowercased())/C/\(path)")
      }
    }
  }

  private var volume: String { folder.path("host1/C") }

  @Test func `each record of a dump says which machine and hive it is from`() async throws {
    let run = try await Tool.hive.run("dump", "--format", "ndjson", "--depth", "0", folder.path)
    #expect(run.code == 0)
    #expect(run.errors.isEmpty)
    let lines = run.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 12)
    let hive = folder.path("host1/C/Windows/System32/config/SOFTWARE")
    #expect(
      lines.contains { $0.hasPrefix(#"{"machine":"HOST1","hive":"\#(hive)","path":"","#) })
    let json = try await Tool.hive.run("dump", "--format", "json", "--depth", "0", folder.path)
    #expect(json.text.hasPrefix("[\n{\"machine\":\"HOST1\""))
    #expect(json.text.hasSuffix("}\n]\n"))
    #expect(json.text.split(separator: "\n").count == 14)
    let csv = try await Tool.hive.run("dump", "--format", "csv", "--depth", "0", folder.path)
    let rows = csv.text.split(separator: "\r\n").map(String.init)
    #expect(rows.first?.hasPrefix("machine,hive,path,lastWritten,name,type,") == true)
    #expect(rows.count { $0.hasPrefix("\"HOST2\",\"\(folder.path("host2/C"))/") } == 6)
  }

  @Test func `a full path chooses the hive, and a near miss is named`() async throws {
    let key = try await Tool.hive.run(
      "dump", "--key", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName",
      "--format", "reg", volume)
    #expect(key.code == 0)
    #expect(key.errors.isEmpty)
    let near = try await Tool.hive.run(
      "dump", "--key", "Select\\Curent", folder.path("host1/C/Windows/System32/config/SYSTEM"))
    #expect(near.code == 1)
    #expect(
      near.errors.hasSuffix(
        "SYSTEM: has no key \"Select\\Curent\": \"Select\" exists, but has no subkey"
          + " \"Curent\"\n"))
    let value = try await Tool.hive.run(
      "dump", "--key", "Select/Current", folder.path("host1/C/Windows/System32/config/SYSTEM"))
    #expect(
      value.errors.hasSuffix(
        "SYSTEM: \"Select/Current\" is not a key: Current is a value of the key \"Select\"\n"))
    let none = try await Tool.hive.run("dump", "--key", "HKLM\\SOFTWARE\\Nothing", volume)
    #expect(none.code == 1)
    #expect(none.text.isEmpty)
    let several = try await Tool.hive.run("dump", "--format", "reg", volume)
    #expect(several.code == 64)
  }

  @Test func `one damaged hive does not keep the others from being read`() async throws {
    try folder.write([1, 2, 3], to: "host1/C/Windows/System32/config/SOFTWARE")
    for command in ["dump", "info", "growth"] {
      let run = try await Tool.hive.run(command, volume)
      #expect(run.code == 1, "\(command)")
      #expect(run.errors.contains("config/SOFTWARE: "), "\(command)")
      #expect(run.text.contains("NTUSER.DAT"), "\(command)")
    }
  }

  @Test func `events, policies and sizes of a collection of two machines`() async throws {
    let events = try await Tool.hive.run("events", "--format", "ndjson", folder.path)
    #expect(events.text.split(separator: "\n").count == 2)
    let policy = try await Tool.hive.run("policy", "--format", "ndjson", folder.path)
    #expect(policy.code == 0)
    let machines = policy.text.split(separator: "\n").map { $0.prefix(18) }
    #expect(machines == [#"{"machine":"HOST1""#, #"{"machine":"HOST2""#])
    let csv = try await Tool.hive.run("policy", "--format", "csv", folder.path)
    #expect(csv.text.hasPrefix("machine,policy,"))
    let growth = try await Tool.hive.run("growth", "--format", "json", folder.path)
    #expect(growth.code == 0)
    let start = #"{"volume":"\#(folder.path("host1/C"))","machine":"HOST1""#
    #expect(growth.text.hasPrefix("[\n\(start)"))
  }

  @Test func `hives that were named one by one`() async throws {
    let user = folder.path("host1/C/Users/anna/NTUSER.DAT")
    let system = folder.path("host1/C/Windows/System32/config/SYSTEM")
    let info = try await Tool.hive.run("info", "--format", "json", user, system)
    #expect(info.code == 0)
    #expect(info.text.hasPrefix("[\n{\"hive\":\"\(user)\""))
    let growth = try await Tool.hive.run("growth", "--format", "csv", user, system)
    #expect(growth.text.split(separator: "\r\n").count == 3)
    let missing = try await Tool.hive.run("dump", user, folder.path("nowhere"))
    #expect(missing.code == 1)
    #expect(missing.text.contains("[Environment]"))
    #expect(missing.errors.hasSuffix("nowhere: no such file\n"))
  }

  #if os(Linux)
  @Test func `a folder whose name is not UTF-8 is read, and shown as what it is`() async throws {
    let other = try HiveBuilder.TemporaryFolder()
    try other.write(VolumeUser("anna", 1001).hive.build().bytes, to: "dir/NTUSER.DAT")
    let name = other.path.utf8CString.dropLast() + [0x2F, CChar(bitPattern: 0xFF), 0]
    #expect(unsafe rename(other.path("dir"), Array(name)) == 0)
    let text = try await Tool.hive.run("info", other.path)
    #expect(text.code == 0)
    #expect(text.errors.isEmpty)
    #expect(text.text.hasPrefix("\(other.path)/‹U+EFFF›/NTUSER.DAT: "))
    let json = try await Tool.hive.run("info", "--format", "json", other.path)
    #expect(json.text.contains(#""hive":"\#(other.path)/\uEFFF/NTUSER.DAT""#))
  }
  #endif

  @Test func `a hive from standard input`() async throws {
    let bytes = VolumeUser("anna", 1001).hive.build().bytes
    let rules = try folder.write(
      Array("Keys:\n- {HiveType: NTUSER, KeyPath: Environment}\n".utf8), to: "r.reb")
    let commands = [
      ["check", "-"], ["diff", "-", testHive("NTUSER.DAT")], ["dump", "-"],
      ["extract", rules, "-"], ["find", "e", "-"], ["growth", "-"], ["info", "-"],
      ["policy", "--all", "-"], ["policy", "--all", "--format", "ndjson", "-"],
      ["recover", "--list", "-"], ["timeline", "-"],
    ]
    for command in commands {
      let run = try await runProgram(Tool.hive.path, command, input: bytes)
      #expect([0, 1].contains(run.code), "\(command)")
      #expect(!run.text.isEmpty, "\(command)")
      #expect(!(run.text + run.errors).contains("/proc/"), "\(command)")
      let broken = try await runProgram(Tool.hive.path, command, input: [1, 2, 3])
      #expect(broken.errors.contains("hive: -: "), "\(command): \(broken.errors)")
      #expect(!broken.errors.contains("/proc/"), "\(command): \(broken.errors)")
      #expect(broken.code == 65, "\(command)")
    }
    let named = try await Tool.hive.run("policy", "--all", "--format", "ndjson", volume)
    #expect(named.text.contains(#""source":"\#(volume)/"#))
  }

  @Test func `a dirty hive from standard input is recovered with logs that are named`() async throws
  {
    let hive = testHive("damaged/dirty-new-format")
    let logs = ["--logs", "\(hive).LOG1", "--logs", "\(hive).LOG2"]
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: hive)))
    let run = try await runProgram(
      Tool.hive.path, ["recover", "-", "-o", folder.path("piped")] + logs, input: bytes)
    #expect(run.code == 0, "\(run.errors)")
    let named = try await Tool.hive.run(["recover", hive, "-o", folder.path("named")] + logs)
    #expect(named.code == 0)
    #expect(
      try Data(contentsOf: URL(filePath: folder.path("piped")))
        == Data(contentsOf: URL(filePath: folder.path("named"))))
  }

  @Test(
    .enabled(if: readsEventLogs, "libevtx is not installed"), arguments: ["events", "timeline"])
  func `an event log from standard input`(command: String) async throws {
    let log = testHive("volume/Windows/System32/winevt/Logs/Application.evtx")
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: log)))
    let arguments = [command, "--format", "ndjson"]
    let run = try await runProgram(Tool.hive.path, arguments + ["-"], input: bytes)
    #expect(run.code == 0, "\(run.errors)")
    let named = try await Tool.hive.run(arguments + [log])
    #expect(run.text == named.text.replacing(#""log":"Application.evtx""#, with: #""log":"-""#))
    #expect(run.text.contains(#""log":"-""#))
  }

  @Test func `a path below HKEY_USERS chooses the hive of that user alone`() async throws {
    let key = "HKU\\S-1-5-21-1111111111-2222222222-3333333333-1002\\Environment"
    let keys = try await Tool.hive.run(
      "dump", "--format", "ndjson", "--key", key, testHive("volume"))
    #expect(keys.text.split(separator: "\n").count == 1)
    #expect(keys.text.contains("/Users/bernd/NTUSER.DAT"))
    let reg = try await Tool.hive.run("dump", "--format", "reg", "--key", key, testHive("volume"))
    #expect(reg.code == 0, "\(reg.errors)")
  }

  @Test(arguments: HiveCommand.commandNames)
  func `the help says that a path may be standard input`(command: String) async throws {
    let help = try await Tool.hive.run(command, "--help").text
      .split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(help.contains("from standard input"))
  }

  @Test(arguments: ["dump", "growth", "recover --list", "find x", "check"])
  func `standard input without a byte is refused`(command: String) async throws {
    let run = try await Tool.hive.run(command.split(separator: " ").map(String.init) + ["-"])
    #expect(run.errors == "hive: -: standard input is empty\n")
    #expect(run.code == 65)
  }

  @Test func `the command is named that reads what is not a hive`() async throws {
    let log = "volume/Windows/System32/winevt/Logs/Application.evtx"
    for (file, reason) in [
      (log, "is an event log, not a hive: 'hive events' reads it"),
      ("Registry.pol", "is a policy file, not a hive: 'hive policy' reads it"),
    ] where readsEventLogs || file != log {
      let run = try await Tool.hive.run("dump", testHive(file))
      #expect(run.errors == "hive: \(testHive(file)): \(reason)\n")
      #expect(run.code == 65)
    }
  }

  @Test(arguments: ["dump", "growth", "recover --list", "find x", "check"])
  func `an empty path is refused`(command: String) async throws {
    let run = try await Tool.hive.run(command.split(separator: " ").map(String.init) + [""])
    #expect(run.errors == "hive: '': an empty path names no file\n")
    #expect(run.code == 66)
  }
}
