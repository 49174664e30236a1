// SPDX-License-Identifier: MIT

import EventLogBuilder
import EventLogs
import Foundation
import HiveBuilder
import Testing

/// The builders' logs, in the eyes of the tools of libevtx and libevt.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct LogPeerTests {
  private static func path(of tool: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return folders.split(separator: ":").map { "\($0)/\(tool)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private func export(_ bytes: [UInt8], with tool: String) throws -> String {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.path(of: tool)))
    process.arguments = [try folder.write(bytes, to: "log")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text
  }

  /// The values of a field in an export.
  private func values(_ field: String, in text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix(field) }
      .map { String($0.dropFirst(field.count).drop { $0 == "\t" || $0 == ":" || $0 == " " }) }
  }

  @Test(.enabled(if: path(of: "evtxexport") != nil, "no evtxexport to compare with"))
  func `evtxexport reads what the builder writes`() throws {
    let text = try export(EvtxBuilder(someEvents, perChunk: 2).build(), with: "evtxexport")
    #expect(
      values("Event identifier", in: text).map { $0.suffix(6) }
        == someEvents.map { "(\($0.event))" })
    #expect(values("Computer name", in: text) == someEvents.map(\.computer))
    #expect(values("User security identifier", in: text) == someEvents.map { _ in "S-1-5-18" })
    #expect(values("String: 3", in: text) == someEvents.map { _ in "Bücher" })
  }

  @Test(.enabled(if: path(of: "evtexport") != nil, "no evtexport to compare with"))
  func `evtexport reads what the builder writes`() throws {
    let text = try export(EvtBuilder(someEvents).build(), with: "evtexport")
    #expect(
      values("Event identifier", in: text).map { $0.suffix(6) }
        == someEvents.map { "(\($0.event))" })
    #expect(values("Source name", in: text) == someEvents.map(\.provider))
    #expect(values("User security identifier", in: text) == someEvents.map { _ in "S-1-5-18" })
    #expect(values("String: 3", in: text) == someEvents.map { _ in "Bücher" })
  }
}
