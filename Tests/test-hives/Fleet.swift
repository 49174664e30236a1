// SPDX-License-Identifier: MIT

import ArgumentParser
import EventLogBuilder
import HiveBuilder
import VolumeBuilder

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TestHives {
  struct Fleet: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the files of many small machines, one of a hundred of them broken.")

    @Argument(help: "The folder to write to; each machine gets a folder in it.")
    var folder: String

    @Option(help: "The number of machines.")
    var machines = 500

    func validate() throws {
      guard machines >= 1 else { throw ValidationError("A fleet has at least one machine.") }
    }

    func run() throws {
      for number in 1...machines {
        let digits = String(number)
        let name = "PC" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        for (path, bytes) in Self.files(number, name: name) {
          let file = URL(filePath: folder).appending(path: "\(name)/C/\(path)")
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(bytes).write(to: file)
        }
      }
    }

    /// The files of a machine: each hundredth is broken in one of several ways.
    private static func files(_ number: Int, name: String) -> [(path: String, bytes: [UInt8])] {
      var volume = VolumeDescription(.windows10)
      volume.computerName = name
      let user = "S-1-5-21-1-2-\(number)-1001"
      volume.users[0].sid = user
      volume.isRunning = number.isMultiple(of: 5)
      if number.isMultiple(of: 3) {
        volume.applicationEvents = [
          .handlesLeaked(
            by: user, at: filetime(2024, 6, 21, 17, 0),
            [(8, "C:\\Program Files\\Agent \(number % 7)\\agent\(number % 7).exe", "\\Environment")]
          )
        ]
        volume.applicationEvents[0].computer = name
      }
      let files = volume.files
      guard number.isMultiple(of: 100) else { return files }
      switch number / 100 % 3 {
      case 0: return [("Windows/readme.txt", Array("no hive".utf8))]
      case 1: return files.map { ($0.path, Array($0.bytes.prefix(5000))) }
      default:
        var random = SplitMix(state: UInt64(number))
        return files.map { path, bytes in
          (path, bytes.map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
      }
    }
  }
}
