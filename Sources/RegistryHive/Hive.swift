// SPDX-License-Identifier: MIT

package import FileAccess
package import HiveFormat

/// An offline Windows registry hive, opened read-only.
///
/// A hive is a file such as a user's `NTUSER.DAT`. Opening reads the file into memory, once; what
/// happens to it afterwards does not matter. Nothing is ever written to it or beside it. Keys and
/// values keep their hive in memory.
///
/// Damage does not stop reading: what is wrong with the file as a whole is in ``findings``, what
/// is wrong with a key in ``Key/findings``.
public final class Hive: Sendable {
  /// Where the hive was opened; nil for a hive in memory.
  public let path: String?
  /// What the base block says, as the file has it: replay does not make a dirty hive look clean.
  public let header: HiveHeader
  /// What is wrong with the file as a whole.
  public let findings: [Finding]

  /// Whether the file was complete, and what became of its transaction logs.
  ///
  /// The logs of a clean hive are not looked for. Where the logs were replayed, the keys read here
  /// are those after replay.
  public let state: HiveState

  /// The size of the file in bytes, after replay where that makes it larger.
  public let fileSize: Int
  /// Whether the file has lost its base block: ``header`` is one made for what can be read.
  public let hasSyntheticHeader: Bool

  package let image: HiveImage
  /// The cells as the bins have them.
  package let bins: BinScan
  private let rootNode: KeyNode
  /// Whether the file has no root key: ``root`` leads to the keys that no other leads to.
  package let hasSyntheticRoot: Bool
  /// Whether keys were put below the root that are marked as a root, and nothing led to.
  let joinsRoots: Bool
  /// The hive as libhivex has it open; nil where libhivex refuses it.
  var hivex: HivexHandle? { lazyHivex.handle }
  private let lazyHivex: LazyHivex
  let orderedLists = OrderedLists()
  /// What keeps account of lists and data that several keys share.
  let sharedReads: SharedReads

  /// Opens a hive file.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - logs: Where to look for its transaction logs. They are looked for only where the hive is
  ///     dirty, and replayed in memory.
  /// - Throws: ``HiveError`` where the file cannot be read, is not a hive, or has no readable key,
  ///   or where a log that is named cannot be read.
  public convenience init(path: String, logs: TransactionLogSource = .automatic) throws(HiveError) {
    try self.init(path: path, logs: logs, isShared: false)
  }

  /// Opens a hive file.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - logs: Where to look for its transaction logs.
  ///   - isShared: Whether libhivex will be asked, as a check does. It may be in any case, but costs
  ///     another copy then.
  /// - Throws: ``HiveError`` as ``init(path:logs:)``.
  package convenience init(
    path: String, logs: TransactionLogSource, isShared: Bool
  ) throws(HiveError) {
    let file: OpenFile
    do throws(FileError) {
      file = try OpenFile(path: path)
    } catch {
      throw HiveError(error, path: path)
    }
    try self.init(file, logs: logs, isShared: isShared)
  }

  /// Opens a hive whose file is open.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - logs: Where to look for its transaction logs.
  ///   - folder: The folder that the file is in, for its logs; nil to open the one of its path.
  ///   - isShared: Whether libhivex will be asked.
  /// - Throws: ``HiveError`` as ``init(path:logs:)``.
  package convenience init(
    _ file: OpenFile, logs: TransactionLogSource = .automatic, in folder: Folder? = nil,
    isShared: Bool = false
  ) throws(HiveError) {
    guard file.size > 0 else { throw HiveError(.empty, path: file.path) }
    let read = { () throws(FileError) in try FileBytes(hive: file, isShared: isShared) }
    if logs == .none {
      try self.init(reading: read, path: file.path, logs: nil)
    } else {
      try self.init(reading: read, path: file.path) { () throws(HiveError) in
        try logs.logs(of: file.path, in: folder)
      }
    }
  }

  /// Opens a hive in memory.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of a hive file.
  ///   - logs: The bytes of its transaction logs, in the order of their names.
  /// - Throws: ``HiveError`` where the bytes are not a hive, or hold no readable key.
  public convenience init(bytes: [UInt8], logs: [[UInt8]] = []) throws(HiveError) {
    guard !bytes.isEmpty else { throw HiveError(.empty, path: nil) }
    let read = { () throws(FileError) in try FileBytes(copying: bytes) }
    try self.init(reading: read, path: nil) { () throws(HiveError) in
      logs.enumerated().map { LogFile(name: "log \($0 + 1)", image: HiveImage($1)) }
    }
  }

  private init(
    reading read: @escaping () throws(FileError) -> FileBytes, path: String?,
    logs: (() throws(HiveError) -> [LogFile])?
  ) throws(HiveError) {
    let opening = try HiveOpener(reading: read, path: path, logs: logs)
    self.path = path
    header = HiveHeader(opening.block)
    image = opening.image
    sharedReads = SharedReads(opening.image, bins: opening.bins)
    fileSize = max(opening.file.fileSize, opening.image.count)
    rootNode = opening.root
    hasSyntheticRoot = opening.hasSyntheticRoot
    joinsRoots = opening.joinsRoots
    hasSyntheticHeader = opening.hasSyntheticBlock
    lazyHivex = LazyHivex(opening.file)
    state = opening.state
    bins = opening.bins
    findings = (opening.faults + bins.faults).map(Finding.init)
  }

  /// Whether libhivex opens the hive, as it is after replay and mending.
  ///
  /// Where it does not, everything is read all the same. The first call lets libhivex look through
  /// the whole file.
  public func isOpenedByLibhivex() -> Bool { hivex != nil }

  /// Lends the bytes of the hive.
  ///
  /// They are those that its keys are read from: after replay of its logs, and with wrong sizes of
  /// cells mended. Written to a file, they are a clean hive.
  ///
  /// - Parameter body: What is done with the bytes, which must not be kept.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe image.withUnsafeBytes(body)
  }

  /// The key that holds all others.
  ///
  /// Where the root key itself is lost, this is one made up in its place: its subkeys are the keys
  /// that no other leads to, and the finding `root-cell` says so.
  public var root: Key { Key(hive: self, node: rootNode) }

  /// The key at a path below the root, found as Windows finds it: case does not matter.
  ///
  /// Returns nil where there is none. ``existingKey(at:)`` says why.
  public func key(at path: RegistryPath) -> Key? {
    root.key(at: path)
  }
}

// MARK: - Lists

extension Hive {
  /// The file offsets of a key's subkeys, in stored order.
  ///
  /// libhivex gives the list; where it refuses, the list is read from the file, and what is wrong
  /// with it is reported.
  func subkeys(
    of node: KeyNode, from hivex: HivexHandle?, reporting faults: inout [FormatError]
  ) -> [Int] {
    if let limited = sharedReads.subkeyElements(of: node) {
      faults.report(
        SharedReads.fault(node.subkeyList, "list of subkeys", reading: limited.count))
      return ListReader(image, elements: limited).keyOffsets(reporting: &faults)
    }
    var reader = ListReader(image, isWhole: false)
    reader.readSubkeys(of: node, reporting: &faults)
    // libhivex follows lists of lists 32 deep without noticing that it comes back to the same
    // ones: only lists without a fault are safe to hand over.
    if faults.isEmpty, node.subkeyCount > 0, let hivex, let list = hivex.subkeys(of: node.offset) {
      return list
    }
    return reader.keyOffsets(reporting: &faults)
  }

  /// The file offsets of a key's values, in stored order, as those of its subkeys.
  func values(
    of node: KeyNode, from hivex: HivexHandle?, reporting faults: inout [FormatError]
  ) -> [Int] {
    guard node.valueCount > 0 else { return [] }
    if let limited = sharedReads.valueElements(of: node) {
      faults.report(SharedReads.fault(node.valueList, "list of values", reading: limited.count))
      return ListReader(image, elements: limited).valueOffsets(reporting: &faults)
    }
    if let hivex, let list = hivex.values(of: node.offset) { return list }
    var reader = ListReader(image, isWhole: false)
    _ = reader.readValues(of: node, repeatable: 0, reporting: &faults)
    return reader.valueOffsets(reporting: &faults)
  }
}
