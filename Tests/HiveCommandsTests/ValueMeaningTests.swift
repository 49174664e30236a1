// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// Times in values and device properties, in every format that can carry them.
@Suite struct ValueMeaningTests {
  private static let time: UInt64 = 131_480_000_000_000_000
  private static let timeBytes = (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
  private static let timeText = "2017-08-23T22:13:20.0000000Z"

  /// A hive with a time as bytes, one as a number, a local one, and two device properties.
  private static var hive: HiveDescription {
    var hive = HiveDescription()
    hive.set(
      "Key", .binary("ShutdownTime", timeBytes), .qword("InstallTime", time),
      .binary("TimeStamp", [0xDF, 7, 12, 0, 0, 0, 6, 0, 19, 0, 7, 0, 0, 0, 144, 0]),
      .binary("Other", timeBytes))
    hive.set(
      "Properties", ValueDescription("", type: 0xFFFF_0010, data: timeBytes),
      ValueDescription("en-US", type: 0xFFFF_0012, data: [0x55, 0, 0x53, 0, 0x42, 0, 0, 0]),
      ValueDescription("odd", type: 0xFFFF_0007, data: [1]))
    return hive
  }

  private func lines(_ arguments: String...) async throws -> [String] {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.hive)
    let empty = try folder.write(HiveDescription(), as: "empty")
    let outcome = try await Tool.hive.run(
      arguments.map { $0 == "HIVE" ? path : $0 == "EMPTY" ? empty : $0 })
    return outcome.text.split(whereSeparator: \.isNewline).map(String.init)
  }

  @Test func `JSON has the time and the property behind the data`() async throws {
    let lines = try await lines("dump", "--format", "ndjson", "HIVE")
    #expect(
      lines[1].hasSuffix(
        #""values":[{"name":"ShutdownTime","type":"REG_BINARY","typeCode":3,"size":8,"#
          + #""data":"008011075d1cd301","time":"\#(Self.timeText)"},"#
          + #"{"name":"InstallTime","type":"REG_QWORD","typeCode":11,"size":8,"#
          + #""data":131480000000000000,"time":"\#(Self.timeText)"},"#
          + #"{"name":"TimeStamp","type":"REG_BINARY","typeCode":3,"size":16,"#
          + #""data":"df070c00000006001300070000009000","time":"2015-12-06T19:07:00.144"},"#
          + #"{"name":"Other","type":"REG_BINARY","typeCode":3,"size":8,"data":"008011075d1cd301"}]}"#
      ), "\(lines[1])")
    #expect(
      lines[2].hasSuffix(
        #""values":[{"name":"","type":"0xffff0010","typeCode":4294901776,"size":8,"#
          + #""data":"008011075d1cd301","time":"\#(Self.timeText)","#
          + #""property":{"type":"DEVPROP_TYPE_FILETIME","data":"\#(Self.timeText)"}},"#
          + #"{"name":"en-US","type":"0xffff0012","typeCode":4294901778,"size":8,"#
          + #""data":"5500530042000000","#
          + #""property":{"type":"DEVPROP_TYPE_STRING","data":"USB"}},"#
          + #"{"name":"odd","type":"0xffff0007","typeCode":4294901767,"size":1,"data":"01","#
          + #""property":{"type":"DEVPROP_TYPE_UINT32"}}]}"#), "\(lines[2])")
  }

  @Test func `CSV has them in its last columns`() async throws {
    let lines = try await lines("dump", "--format", "csv", "HIVE")
    #expect(lines[0].hasSuffix(",data,time,property.type,property.data,class,link,layer"))
    #expect(lines[2].hasSuffix(",008011075d1cd301,\(Self.timeText),,,,,"))
    #expect(lines[5].hasSuffix(",008011075d1cd301,,,,,,"))
    #expect(
      lines[6].hasSuffix(
        ",008011075d1cd301,\(Self.timeText),DEVPROP_TYPE_FILETIME,\(Self.timeText),,,"))
    #expect(lines[7].hasSuffix(#",5500530042000000,,DEVPROP_TYPE_STRING,"USB",,,"#))
    #expect(lines[8].hasSuffix(",01,,DEVPROP_TYPE_UINT32,,,,"))
    let columns = lines.map { $0.count { $0 == "," } }
    #expect(Set(columns).count == 1, "\(lines)")
  }

  @Test func `text shows them`() async throws {
    let lines = try await lines("dump", "HIVE")
    #expect(
      lines.contains("  ShutdownTime  REG_BINARY  00 80 11 07 5d 1c d3 01 (\(Self.timeText))"),
      "\(lines)")
    #expect(
      lines.contains(
        "  InstallTime   REG_QWORD   131480000000000000 (0x01d31c5d07118000) (\(Self.timeText))"))
    #expect(lines.contains("  (Default)  DEVPROP_TYPE_FILETIME  \(Self.timeText)"))
    #expect(lines.contains("  en-US      DEVPROP_TYPE_STRING    \"USB\""))
    #expect(lines.contains("  odd        DEVPROP_TYPE_UINT32    01"))
  }

  @Test func `what is found has them`() async throws {
    let json = try await lines("find", "Time", "HIVE", "--format", "ndjson")
    #expect(json.allSatisfy { $0.contains(",\"time\":\"") })
    #expect(json.count == 3)
    let csv = try await lines("find", "en-US", "HIVE", "--format", "csv")
    #expect(
      csv.last?.hasSuffix(#",5500530042000000,,,DEVPROP_TYPE_STRING,"USB""#) == true, "\(csv)")
    let text = try await lines("find", "en-US", "HIVE")
    #expect(text == [#"Properties: en-US DEVPROP_TYPE_STRING "USB""#])
    let time = try await lines("find", "Shutdown", "HIVE")
    #expect(
      time == ["Key: ShutdownTime REG_BINARY 00 80 11 07 5d 1c d3 01 (\(Self.timeText))"])
  }

  @Test func `differences have them`() async throws {
    let json = try await lines("diff", "EMPTY", "HIVE", "--format", "ndjson")
    #expect(
      json.contains { $0.contains(#""after":{"type":"REG_QWORD""#) && $0.contains("\"time\"") })
    let csv = try await lines("diff", "EMPTY", "HIVE", "--format", "csv")
    #expect(csv.contains { $0.hasSuffix(#",,,,,DEVPROP_TYPE_STRING,"USB",,,,,,,,,,"#) }, "\(csv)")
    let text = try await lines("diff", "EMPTY", "HIVE")
    #expect(text.contains("  + en-US  DEVPROP_TYPE_STRING \"USB\""), "\(text)")
    #expect(
      text.contains("  + ShutdownTime  REG_BINARY 00 80 11 07 5d 1c d3 01 (\(Self.timeText))"))
  }
}
