// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import Testing

/// Event logs that are made to hide an event from the commands that read logs.
@Suite(.enabled(if: readsEventLogs, "libevtx or expat is not installed"))
struct HostileLogTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  private static let service = "Microsoft-Windows-User Profiles Service"
  private static let user = "S-1-5-21-1111111111-2222222222-3333333333-1001"
  private static let events = [1531, 1530, 1532].enumerated().map { minute, event in
    EventDescription(
      time: filetime(2024, 5, 6, 9, minute), provider: service, event: UInt16(event),
      data: [
        (
          "Detail",
          "1 user registry handles leaked from \\Registry\\User\\\(user):\n"
            + "Process 7 (\\Device\\HarddiskVolume1\\app.exe) has opened key "
            + "\\REGISTRY\\USER\\\(user)\n"
        )
      ])
  }

  /// Puts a size of zero into the second record of a log.
  private static func hiding(
    _ bytes: [UInt8], signature: [UInt8], sizeAt: Int
  ) throws -> (log: [UInt8], offset: Int) {
    let starts = stride(from: 48, to: bytes.count - 8, by: 4).filter {
      bytes[$0..<$0 + 4].elementsEqual(signature)
    }
    let place = try #require(starts.dropFirst().first) + sizeAt
    var log = bytes
    log.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0])
    return (log, sizeAt < 0 ? place : place - sizeAt)
  }

  @Test("An event is shown, and what was done to it is reported", arguments: ["evtx", "evt"])
  func hidden(ending: String) async throws {
    let (log, offset) =
      ending == "evtx"
      ? try Self.hiding(
        EvtxBuilder(Self.events).build(), signature: [0x2A, 0x2A, 0, 0], sizeAt: 4)
      : try Self.hiding(EvtBuilder(Self.events).build(), signature: Array("LfLe".utf8), sizeAt: -4)
    let bytes = ending == "evtx" ? EvtxBuilder.withRightChecksums(log) : log
    let path = try folder.write(bytes, to: "log.\(ending)")
    let finding =
      "hive: \(path): the record at offset \(offset) has a wrong size or signature; where a record"
      + " ends was found by what is left\n"
    let events = try await Tool.hive.run("events", "--format", "csv", "--id", "1530", path)
    #expect(events.text.contains(",1530,"))
    #expect(events.errors == finding)
    #expect(events.code == 1)
    let check = try await Tool.hive.run("check", path)
    #expect(check.text.contains("app.exe"))
    #expect(check.errors.hasSuffix(finding))
    #expect(check.code == 1)
    let timeline = try await Tool.hive.run("timeline", path)
    #expect(timeline.text.contains("(log.\(ending) 2)"))
    #expect(timeline.errors.contains(finding))
    #expect(timeline.code == 1)
  }
}
