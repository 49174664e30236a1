// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import HiveFormat

/// The folder of real hives that tests may use, or nil.
let corpusFolder = ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"]

func corpusFile(_ name: String) throws -> [UInt8] {
  let folder = corpusFolder ?? ""
  return [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/hives/\(name)")))
}

/// A dirty hive of the corpus, its logs in the order of their names.
func corpusPlan(_ hive: String, logs: [String] = ["LOG1", "LOG2"]) throws -> ReplayPlan {
  ReplayPlan(
    primary: HiveImage(try corpusFile(hive)),
    logs: try logs.map { LogFile(name: $0, image: HiveImage(try corpusFile("\(hive).\($0)"))) })
}

extension ReplayPlan {
  /// A plan for a hive and logs in memory; the logs are called LOG1, LOG2 and so on.
  init(_ primary: [UInt8], logs: [UInt8]...) {
    self.init(
      primary: HiveImage(primary),
      logs: logs.enumerated().map { LogFile(name: "LOG\($0 + 1)", image: HiveImage($1)) })
  }

  /// The bytes of the file after replay.
  func recovered() throws -> [UInt8] {
    var bytes = try primary.bytes(at: 0, count: primary.count)
    // Not zeros: a plan must fill the growth itself.
    bytes += repeatElement(0xEE, count: resultingSize - bytes.count)
    var span = bytes.mutableSpan
    try apply(to: &span)
    return bytes
  }

  var verdicts: [Verdict] { logs.map(\.verdict) }

  /// The code of the reason why a log is refused, or what else is said of it.
  func verdict(of log: Int) -> String {
    switch logs[log].verdict {
    case .empty: "empty"
    case .applied: "applied"
    case .refused(let fault): fault.code.rawValue
    case .notNeeded: "not-needed"
    case .passedOver(let other): "passed-over-for-\(other)"
    }
  }
}

/// How many keys and values a hive has, and how many faults were met on the way.
func countTree(_ bytes: [UInt8]) throws -> (keys: Int, values: Int, faults: Int) {
  let image = HiveImage(bytes)
  let base = try BaseBlock(parsing: image)
  let bins = image.limited(toBinsEnd: BaseBlock.size + Int(base.binsSize))
  var faults: [FormatError] = []
  var values: [Int] = []
  var seen: Set<Int> = []
  var pending = [base.rootCell.fileOffset]
  while let offset = pending.popLast() {
    guard seen.insert(offset).inserted else { continue }
    let node = try KeyNode(parsing: bins, at: offset)
    for list in [bins.values(of: node), bins.subkeys(of: node)] { faults += list.faults }
    values += bins.values(of: node).offsets
    pending += bins.subkeys(of: node).offsets
  }
  return (seen.count, values.count, faults.count)
}
