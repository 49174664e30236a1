// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveBuilder

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TestHives {
  struct Seeds: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the inputs that the fuzzers begin with.")

    /// Strings of events, with the byte 1 between them.
    private static let texts = [
      "1 user registry handles leaked from \\Registry\\User\\S-1-5-21-1-2-3-500_Classes:\n"
        + "Process 8 (\\Device\\a (x86)\\b.exe) has opened key \\REGISTRY\\USER\\S-1-5-21-1-2-3-500\\A\n",
      "XP1\\joe (S-1-5-21-1-2-3-1004)\r\n\u{1}  spool.exe (12)\r\n    HKCU\\Software (0x3c)\r\n",
      "5\u{1}SRV1\u{1}{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}\u{1}2024-05-06T09:15:00.5Z",
    ]

    /// Files of rules, and hives with keys that decoders read.
    private static var extractions: [[UInt8]] {
      let explorer = "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\"
      let computer: [UInt8] = [
        20, 0, 0x1F, 0x50, 0xE0, 0x4F, 0xD0, 0x20, 0xEA, 0x3A, 0x69, 0x10, 0xA2, 0xD8, 8, 0, 0x2B,
        0x30, 0x30, 0x9D, 0, 0,
      ]
      let folder: [UInt8] =
        [30, 0, 0x31, 0] + [UInt8](repeating: 0, count: 10) + [0x61, 0, 12, 0, 9, 0, 4, 0, 0xEF]
        + [0xBE, 0, 0, 0, 0, 16, 0, 0, 0]
      var user = HiveDescription()
      user.makeKey("Control Panel")
      user.set(
        "Software\\Microsoft\\Windows\\Shell\\BagMRU", .binary("0", computer),
        .binary("MRUListEx", [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]))
      user.set("Software\\Microsoft\\Windows\\Shell\\BagMRU\\0", .binary("0", folder))
      user.set(explorer + "ComDlg32\\OpenSavePidlMRU\\*", .binary("0", computer))
      user.set(
        explorer + "UserAssist\\{X}\\Count", .binary("n", [UInt8](repeating: 1, count: 72)))
      var system = HiveDescription()
      system.set("Select", .dword("Current", 1))
      for head: [UInt8] in [[0x34], [0x80], [0xEE, 0x0F, 0xDC, 0xBA], [0xEF, 0xBE, 0xAD, 0xDE]] {
        system.set(
          "ControlSet00\(head[0])\\Control\\Session Manager\\AppCompatCache",
          .binary("AppCompatCache", head + [UInt8](repeating: 2, count: 200)))
      }
      let batch = "Keys:\n- {HiveType: NTUSER, KeyPath: 'Software\\*', Recursive: true}\n"
      let artifact =
        "name: A\nsources:\n- type: REGISTRY_KEY\n  attributes: {keys: ['HKEY_USERS\\%%users.sid%%\\**']}\n"
      let hive = user.build().bytes
      return [hive, system.build().bytes, Array(batch.utf8) + hive, Array(artifact.utf8) + hive]
    }

    /// What to look for, and a hive.
    private static var searches: [[UInt8]] {
      let hive = (Fixture.all.first { $0.name == "format/deleted" } ?? Fixture.all[0]).files[0]
      return [
        [0] + Array("still".utf8), [8] + Array("e".utf8), [1, 0x65, 0], [14, 0x3D, 0xD8, 0x65, 0],
        [11, 2],
      ].map { $0 + hive }
    }

    /// Two hives: the size of the first in units of 512 bytes, then both.
    private static var pairs: [[UInt8]] {
      func files(_ name: String) -> [UInt8] { Fixture.named(name).build().bytes }
      return [
        ("NTUSER-earlier.DAT", "NTUSER.DAT"), ("format/deleted", "format/names"),
        ("damaged/data-size", "damaged/subkey-twice"),
      ].map { old, new in
        let (old, new) = (files(old), files(new))
        let units = old.count / 512
        return [UInt8(truncatingIfNeeded: units), UInt8(truncatingIfNeeded: units >> 8)] + old + new
      }
    }

    @Argument(
      help: """
        The folder to write to: events/, extract/, find/, hives/, pairs/ and replays/ are made in \
        it.
        """)
    var folder: String

    func run() throws {
      let root = URL(filePath: folder)
      let hives = root.appending(path: "hives")
      let replays = root.appending(path: "replays")
      let events = root.appending(path: "events")
      let extract = root.appending(path: "extract")
      let find = root.appending(path: "find")
      let pairs = root.appending(path: "pairs")
      for folder in [events, extract, find, hives, pairs, replays] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      for (index, text) in Self.texts.enumerated() {
        try Data(text.utf8).write(to: events.appending(path: "\(index)"))
      }
      for (index, input) in Self.extractions.enumerated() {
        try Data(input).write(to: extract.appending(path: "\(index)"))
      }
      for (folder, inputs) in [(find, Self.searches), (pairs, Self.pairs)] {
        for (index, input) in inputs.enumerated() {
          try Data(input).write(to: folder.appending(path: "\(index)"))
        }
      }
      for fixture in Fixture.all {
        let name = fixture.name.replacing("/", with: "-")
        let files = fixture.files
        try Data(files[0]).write(to: hives.appending(path: name))
        guard files.count > 1 else { continue }
        try Data(Self.replay(files)).write(to: replays.appending(path: name))
      }
    }

    /// A hive and its logs as one input: the number of 512-byte units of the hive and of the first
    /// log, then the files, each filled up to whole units.
    private static func replay(_ files: [[UInt8]]) -> [UInt8] {
      let padded = files.map { $0 + [UInt8](repeating: 0, count: (512 - $0.count % 512) % 512) }
      let units = (0..<2).map { index in index < padded.count ? padded[index].count / 512 : 0 }
      return units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        + padded.flatMap(\.self)
    }
  }
}
