// SPDX-License-Identifier: MIT

import Foundation

/// The real hives that are not part of the package.
enum Corpus {
  /// The folder that holds `hives/`, as the environment names it.
  static let folder = ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"]
  static let isMissing = "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"

  static let listingOneKeyTwice = "damaged/BadSubkeyHive"

  /// What another reader found in a hive.
  struct Expectation: Decodable {
    struct Counts: Decodable {
      let keys: Int
      let values: Int
    }

    let keys: Int?
    let values: Int?
    let damaged: Bool?
    let dirty: Bool
    let checksumValid: Bool
    let afterReplay: Counts?
  }

  static func path(_ name: String) -> String { "\(folder ?? "")/hives/\(name)" }

  /// All hives with their expected figures, those marked as damaged left out.
  ///
  /// So is a hive in which one key is listed twice: the other reader counts it twice.
  static func expectations() throws -> [String: Expectation] {
    let data = try Data(contentsOf: URL(filePath: path("expected.json")))
    return try JSONDecoder().decode([String: Expectation].self, from: data)
      .filter { $0.value.damaged != true && $0.key != listingOneKeyTwice }
  }

  /// The names of the hives, for parameters of tests; empty where the corpus is missing.
  static let names = ((try? expectations()) ?? [:]).keys.sorted()
}
