// SPDX-License-Identifier: MIT

import HiveFormat

extension Hive {
  /// Compares everything in the hive with what the format calls for, the most serious results
  /// first.
  ///
  /// Unlike reading, a check looks at what a reader can do without too: the order of subkeys, their
  /// parents, hashes, counters, and cells that nothing leads to. Nothing stops it. What was mended
  /// or replayed when the hive was opened is among the results, and the rest is judged as it was
  /// after that.
  ///
  /// Everything is counted; of each kind, the first thousand cases have ``CheckResult/evidence``.
  public func check() -> [CheckResult] { check(comparing: hivex) }

  /// Checks the hive, and compares its lists with those that libhivex gives.
  func check(comparing hivex: HivexHandle?) -> [CheckResult] {
    // Where the file's own header is lost, the one that a log brought goes with the keys.
    let ownBlock = state.recovery?.headerLogName == nil
    let block = (ownBlock ? nil : try? BaseBlock(parsing: image)) ?? header.block
    var comparison = HivexComparison(of: self, with: hivex)
    let pass = StructureRules(
      image, bins: bins, root: root.offset, minorVersion: block.minorVersion,
      ignoresRoot: hasSyntheticRoot || joinsRoots
    ) { comparison.compare($0, $1) }
    let keys = CheckedKeys(self, pass)
    var results = checkState()
    var tally = FaultTally()
    addFileFaults(of: HiveHeader(block), to: &tally, besides: pass.faults)
    tally.add(contentsOf: pass.faults)
    tally.add(contentsOf: comparison.found)
    // The order of the catalogue is that of the file's parts: header, bins, keys, values.
    for rule in CheckRule.hiveRules {
      guard let entry = tally.entries.first(where: { $0.code.rawValue == rule.id }) else {
        continue
      }
      let evidence = entry.faults.map { fault in
        let fact = "expected \(fault.error.expected), found \(fault.error.found)"
        return fault.key >= 0
          ? CheckEvidence(keys, Int(fault.key), offset: fault.error.offset, fact: fact)
          : CheckEvidence(
            source: RegistryString(keys.hiveName), offset: fault.error.offset, fact: fact)
      }
      results.append(
        CheckResult(rule, subject: checkedName, evidence: evidence, count: entry.count))
    }
    return results.mostSeriousFirst
  }

  private var checkedName: String { path ?? "hive" }

  /// Adds what is wrong with the file as a whole, as opening it found out.
  private func addFileFaults(
    of header: HiveHeader, to tally: inout FaultTally, besides found: FaultTally
  ) {
    struct Place: Hashable {
      let id: String
      let offset: Int
    }
    var known: Set<Place> = []
    for entry in found.entries {
      for fault in entry.faults {
        known.insert(Place(id: fault.error.code.rawValue, offset: fault.error.offset))
      }
    }
    for finding in findings where !known.contains(Place(id: finding.id, offset: finding.offset)) {
      tally.add(
        FormatError(
          FormatError.Code(rawValue: finding.id), at: finding.offset, expected: finding.expected,
          found: finding.found))
    }
    func check(
      _ code: FormatError.Code, at offset: Int, _ isRight: Bool, _ expected: String, _ found: String
    ) {
      guard !isRight else { return }
      tally.add(FormatError(code, at: offset, expected: expected, found: found))
    }
    check(
      .headerVersion, at: 20,
      header.block.majorVersion == 1 && (3...6).contains(header.minorVersion),
      "a version from 1.3 to 1.6", header.version)
    check(.headerFileType, at: 28, header.fileType == .hive, "0, a hive", "\(header.rawFileType)")
    check(.headerFileFormat, at: 32, header.fileFormat == 1, "1", "\(header.fileFormat)")
  }

  /// Judges whether the file is complete.
  private func checkState() -> [CheckResult] {
    let rule: CheckRule
    switch state.conclusion {
    case .clean: return []
    case .recoverable: rule = state.isComplete ? .dirtyReplayed : .replayIncomplete
    case .unrecoverable, .logsIgnored: rule = .dirty
    }
    let source = RegistryString(CheckedKeys.name(of: self))
    let evidence = [CheckEvidence(source: source, fact: state.description)]
    return [CheckResult(rule, subject: checkedName, evidence: evidence)]
  }
}

/// The keys that a check went through, so that paths need be made only for those that are reported.
final class CheckedKeys: Sendable {
  /// What to call the hive: the name of its file.
  let hiveName: String
  private let image: HiveImage
  private let keys: [(node: CellReference, parent: Int32)]

  init(_ hive: Hive, _ pass: StructureRules) {
    hiveName = Self.name(of: hive)
    image = hive.image
    keys = pass.keys
  }

  static func name(of hive: Hive) -> String {
    hive.path?.split(separator: "/").last.map(String.init) ?? "hive"
  }

  func path(of index: Int) -> RegistryPath {
    // A key may be reported a thousand times for each rule.
    RegistryPath(of: index, in: image, upTo: 1000) { [keys] index in
      (keys[index].node, Int(keys[index].parent))
    }
  }
}
