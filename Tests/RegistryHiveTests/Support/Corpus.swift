// SPDX-License-Identifier: MIT

import Foundation

/// The real hives that are not part of the package.
enum Corpus {
  /// The folder that holds `hives/`, as the environment names it.
  static let folder = ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"]

  static func path(_ name: String) -> String { "\(folder ?? "")/hives/\(name)" }

  /// All hives of the corpus; empty where it is missing.
  static let names: [String] = {
    let folder = path("")
    guard folder != "/hives/",
      let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder)
    else { return [] }
    return paths.filter { name in
      let file = FileHandle(forReadingAtPath: folder + name)
      let isHive = (try? file?.read(upToCount: 4)) == Data("regf".utf8)
      return isHive && !name.contains(".LOG")
    }.sorted()
  }()
}
