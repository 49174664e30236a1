// SPDX-License-Identifier: MIT

package import HiveFormat

/// What every byte of a hive file is used for, and how much each key takes up.
///
/// All sizes are those of whole cells, as the file has them: a cell's size field, its record and
/// the padding to a multiple of 8. They sum to the file's size, which sizes of names and data never
/// do.
///
/// ```swift
/// let usage = hive.usage()
/// for key in usage.root.largest(10, depth: 3) {
///   print(key.bytes, key.path)
/// }
/// ```
///
/// A cell counts where the first reference leads to it, in stored order; further references, which
/// only damaged hives have, add nothing. Cells shared by design, those with security descriptors,
/// belong to the hive and not to any key.
public final class HiveUsage: Sendable {
  /// The hive.
  public let hive: Hive
  /// The bytes of the file by what they are used for.
  public let bytes: HiveBytes
  /// How many things of each kind there are.
  public let counts: HiveCounts
  /// The largest runs of free cells, the largest first; no more than ten.
  public let largestFreeRuns: [FreeRun]
  /// How many findings there are in all.
  public let findingCount: Int

  // In the order of a walk: the keys below a key follow it without a gap.
  package let accounts: [KeySpace]
  private let found: [(key: Int?, finding: Finding)]

  init(_ hive: Hive) {
    let space = SpaceFold(hive.image, bins: hive.bins, root: hive.root.offset)
    self.hive = hive
    bytes = HiveBytes(space, fileSize: hive.fileSize, heldSize: hive.image.count)
    counts = HiveCounts(space)
    largestFreeRuns = space.bins.largestFreeRuns.map { FreeRun(offset: $0.offset, size: $0.size) }
    accounts = space.keys
    let faults = Self.checkSums(space, bytes)
    found =
      faults.map { (nil, Finding($0)) }
      + space.faults.map { ($0.key < 0 ? nil : Int($0.key), Finding($0.error)) }
    findingCount = faults.count + space.faultCount
  }

  /// What is wrong with keys and sums: the first thousand findings or so.
  ///
  /// What is wrong with the file as a whole is in ``Hive/findings``.
  public var findings: [KeyFinding] {
    found.map { found in
      KeyFinding(
        key: found.key.map { KeyUsage(usage: self, index: $0) }, finding: found.finding)
    }
  }

  /// The root key's account: that of all keys.
  public var root: KeyUsage { KeyUsage(usage: self, index: 0) }

  /// The account of the key at a path; nil where there is none.
  public func key(at path: RegistryPath) -> KeyUsage? {
    var key = root
    for name in path.names {
      let target = name.upcased
      guard
        let next = key.subkeys.first(where: {
          hive.image.matches($0.storedName, upcased: target)
        })
      else { return nil }
      key = next
    }
    return key
  }

  /// What a compacted copy of the hive would save in bytes, at the most: free cells, used cells
  /// that nothing leads to, and what stands behind the last bin.
  ///
  /// The copy's last bin and the padding of its file take some of it back.
  public var reclaimableBytes: Int { bytes.free + bytes.unreferenced + bytes.trailing }

  func path(of index: Int) -> RegistryPath {
    RegistryPath(of: index, in: hive.image) { [accounts] index in
      (accounts[index].node, Int(accounts[index].parent))
    }
  }
}

extension Hive {
  /// Counts what every byte of the hive is used for.
  ///
  /// The whole file is read once. The result is about as large as the key nodes in the file.
  public func usage() -> HiveUsage { HiveUsage(self) }
}

/// A finding, and the key that it was met at.
public struct KeyFinding: Sendable {
  /// Where a finding belongs; of keys with an account, the path is worked out only when asked for.
  private enum Place {
    case hive
    case path(RegistryPath)
    case account(KeyUsage)
  }

  private let place: Place
  /// What was found.
  public let finding: Finding

  init(key: KeyUsage?, finding: Finding) {
    place = key.map(Place.account) ?? .hive
    self.finding = finding
  }

  init(path: RegistryPath, finding: Finding) {
    place = .path(path)
    self.finding = finding
  }

  /// The key's path; nil where the finding belongs to no key.
  public var path: RegistryPath? {
    switch place {
    case .hive: nil
    case .path(let path): path
    case .account(let key): key.path
    }
  }
}

extension KeyFinding: CustomStringConvertible {
  /// One line for the person at the terminal: the key, then what was found.
  public var description: String {
    path.map { "\($0.isRoot ? "root key" : "key \($0)"): \(finding)" } ?? finding.description
  }
}

/// A run of free cells next to each other, in one bin.
public struct FreeRun: Sendable, Hashable {
  /// Where the run begins in the file.
  public let offset: Int
  /// Its size in bytes.
  public let size: Int
}

// MARK: - Sums

extension HiveUsage {
  /// Checks the sums that hold in every undamaged hive.
  private static func checkSums(_ space: SpaceFold, _ bytes: HiveBytes) -> [FormatError] {
    var faults: [FormatError] = []
    func check(_ code: FormatError.Code, at offset: Int, _ what: String, _ sum: Int, is found: Int)
    {
      guard sum != found else { return }
      faults.append(
        FormatError(
          code, at: offset, expected: "\(what), \(found) bytes",
          found: "\(sum) bytes, a difference of \(found - sum)"))
    }
    let (bins, cells) = (space.bins, space.cells)
    check(
      .sumOfBins, at: BaseBlock.size, "bin headers, used and free cells to fill the bins",
      bytes.binHeaders + cells.allocatedBytes - cells.recoveredTrailingBytes + bins.freeBytes,
      is: bins.lastBinEnd - BaseBlock.size)
    check(
      .sumOfCells, at: BaseBlock.size,
      "cells in the tree and unreferenced ones to be all used cells",
      space.kinds.total + space.unreferenced.bytes, is: cells.allocatedBytes)
    check(.sumOfFile, at: 0, "the parts to sum to the file", bytes.sum, is: bytes.file)
    return faults
  }
}
