// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Times in values, and the data as types of Swift.
@Suite struct ValueTimeTests {
  private static let time = FileTime(rawValue: 131_480_000_000_000_000)
  private static let timeBytes = (0..<8).map {
    UInt8(truncatingIfNeeded: time.rawValue >> (8 * $0))
  }
  /// 2015-12-06, a Sunday, 19:07:00.144.
  private static let systemTime: [UInt8] = [
    0xDF, 7, 12, 0, 0, 0, 6, 0, 19, 0, 7, 0, 0, 0, 144, 0,
  ]

  private func value(_ description: ValueDescription) throws -> Value {
    var hive = HiveDescription()
    hive.set("Key", description)
    let key = try #require(try Hive(bytes: hive.build().bytes).key(at: "Key"))
    return try #require(key.values.first)
  }

  @Test(arguments: [
    "ShutdownTime", "InstallDate", "LASTUSED", "Timestamp", "WbemAdapFileTime", "time",
  ])
  func `a name says that 8 bytes are a time`(name: String) throws {
    let name = NameDescription(stringLiteral: name)
    #expect(try value(.binary(name, Self.timeBytes)).time == .fileTime(Self.time))
    #expect(try value(.qword(name, Self.time.rawValue)).time == .fileTime(Self.time))
    #expect(try value(.none(name, Self.timeBytes)).time == .fileTime(Self.time))
  }

  @Test func `16 bytes are a date without a time zone`() throws {
    let value = try value(.binary("InstallTimeStamp", Self.systemTime))
    #expect(value.time?.description == "2015-12-06T19:07:00.144")
    // The wrong day of the week, month 0, and a day that February does not have.
    for (index, byte) in [(4, 1), (2, 0), (2, 2), (6, 32), (8, 24), (15, 4)] as [(Int, UInt8)] {
      var bytes = Self.systemTime
      bytes[index] = byte
      #expect(SystemTime(bytes) == nil, "\(index)")
    }
    #expect(SystemTime(Self.systemTime.dropLast()) == nil)
    #expect(SystemTime(Self.systemTime + [0]) == nil)
  }

  @Test func `what no name calls a time, and what cannot be one, is none`() throws {
    #expect(try value(.binary("Wallpaper", Self.timeBytes)).time == nil)
    #expect(try value(.binary("Tim", Self.timeBytes)).time == nil)
    #expect(try value(.binary("", Self.timeBytes)).time == nil)
    #expect(try value(.qword("LastUpdateTime", 1_629_900_031_866)).time == nil)
    #expect(try value(.qword("InstallTime", 0)).time == nil)
    #expect(try value(.dword("InstallTime", 1_629_900_031)).time == nil)
    #expect(try value(.string("Time", "abc")).time == nil)
    #expect(try value(.binary("Time", Self.timeBytes + [0])).time == nil)
    #expect(try value(.binary("Time", Self.timeBytes.dropLast())).time == nil)
    let property = ValueDescription("", type: 0xFFFF_0010, data: Self.timeBytes)
    #expect(try value(property).time == .fileTime(Self.time))
    let other = ValueDescription("Time", type: 0xFFFF_0009, data: Self.timeBytes)
    #expect(try value(other).time == nil)
  }

  @Test func `the first and the last plausible times are times`() throws {
    for (text, isTime) in [
      ("1989-12-31T23:59:59.9999999Z", false), ("1990-01-01T00:00:00.0000000Z", true),
      ("2099-12-31T23:59:59.9999999Z", true), ("2100-01-01T00:00:00.0000000Z", false),
    ] {
      let time = try #require(FileTime(text))
      #expect((try value(.qword("Time", time.rawValue)).time != nil) == isTime, "\(text)")
    }
  }

  // MARK: - Types of Swift

  @Test func `text is a string`() throws {
    #expect(try value(.string("a", "text")).string == "text")
    #expect(try value(.expandString("a", "%TEMP%")).string == "%TEMP%")
    #expect(try value(.link("a", "\\Registry")).string == "\\Registry")
    #expect(try value(.multiString("a", ["one"])).string == nil)
    #expect(
      try value(ValueDescription("a", type: 1, data: [0x61, 0, 0x3D, 0xD8])).string == "a\u{FFFD}")
    #expect(try value(ValueDescription("a", type: 1, data: [0x61])).string == nil)
  }

  @Test func `a list is strings`() throws {
    #expect(try value(.multiString("a", ["one", "two"])).strings == ["one", "two"])
    #expect(try value(.multiString("a", [])).strings == [])
    #expect(try value(.string("a", "one")).strings == nil)
  }

  @Test func `a number is an integer`() throws {
    #expect(try value(.dword("a", .max)).integer == 4_294_967_295)
    #expect(try value(.dwordBigEndian("a", 1)).integer == 1)
    #expect(try value(.qword("a", .max)).integer == .max)
    #expect(try value(.binary("a", [1, 2, 3, 4])).integer == nil)
    #expect(try value(ValueDescription("a", type: 4, data: [1])).integer == nil)
  }

  @Test func `8 bytes are a FILETIME for who knows that they are one`() throws {
    #expect(try value(.binary("a", Self.timeBytes)).fileTime == Self.time)
    #expect(try value(.qword("a", 1)).fileTime == FileTime(rawValue: 1))
    #expect(try value(.qword("a", 0)).fileTime == nil)
    #expect(try value(.dword("a", 1)).fileTime == nil)
    #expect(FileTime([1, 0, 0, 0, 0, 0, 0, 0x80]) == FileTime(rawValue: 0x8000_0000_0000_0001))
    #expect(FileTime([UInt8](repeating: 0, count: 7)) == nil)
    #expect(FileTime([UInt8](repeating: 0, count: 9)) == nil)
  }
}
