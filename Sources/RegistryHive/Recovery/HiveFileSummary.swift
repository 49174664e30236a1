// SPDX-License-Identifier: MIT

package import FileAccess
import HiveFormat

/// A file that begins like a hive, examined without reading its keys.
///
/// This works for files that cannot be opened as ``Hive``: those whose keys are damaged or lost,
/// and transaction logs. Nothing is changed, and nothing is replayed.
///
/// ```swift
/// let summary = try HiveFileSummary(path: "NTUSER.DAT")
/// if case .hive(let state) = summary.content { print(state) }
/// ```
public struct HiveFileSummary: Sendable {
  /// What a file is.
  public enum Content: Sendable {
    /// A hive, and whether it is complete.
    case hive(HiveState)
    /// A transaction log.
    case log(TransactionLog)
  }

  /// The file's size in bytes.
  public let fileSize: Int
  /// What the base block says, as it is in the file; nil where there is none.
  public let header: HiveHeader?
  /// What the file is.
  public let content: Content
  /// How many bytes the bins at the beginning of the file fill, by their own headers; 0 in a log.
  ///
  /// Where this is not ``HiveHeader/binsSize``, the file was cut, a bin is damaged, or bins of a
  /// larger state are left behind the last one.
  public let readableBinsSize: Int

  /// Examines a file.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - logs: Where to look for transaction logs. Unlike by ``Hive``, those of a clean hive are
  ///     looked at too.
  /// - Throws: ``HiveError`` where the file cannot be read, or is neither hive nor log, or where a
  ///   log that is named cannot be read.
  public init(path: String, logs: TransactionLogSource = .automatic) throws(HiveError) {
    let file: OpenFile
    do throws(FileError) {
      file = try OpenFile(path: path)
    } catch {
      throw HiveError(error, path: path)
    }
    try self.init(file, logs: logs)
  }

  /// Examines a file that is open.
  package init(_ file: OpenFile, logs: TransactionLogSource = .automatic) throws(HiveError) {
    guard file.size > 0 else { throw HiveError(.empty, path: file.path) }
    let bytes: FileBytes
    do throws(FileError) {
      bytes = try FileBytes(hive: file)
    } catch {
      throw HiveError(error, path: file.path)
    }
    let image = HiveImage(bytes)
    let block: BaseBlock?
    do throws(FormatError) {
      block = try BaseBlock(parsing: image)
    } catch {
      guard LostBaseBlock.hasBins(image) else {
        throw HiveError(error, path: file.path).orUnreadable(bytes.flaws)
      }
      block = nil
    }
    fileSize = bytes.fileSize
    header = block.map { HiveHeader($0) }
    if let block, HiveOpener.isLog(image, block) {
      content = .log(TransactionLog(LogFile(name: file.name, image: image)))
      readableBinsSize = 0
      return
    }
    let plan = ReplayPlan(primary: image, logs: try logs.logs(of: file.path))
    content = .hive(HiveState(plan, ignoringLogs: logs == .none))
    var end = BaseBlock.size
    while end < image.count, let bin = try? Bin(parsing: image, at: end) { end = bin.end }
    readableBinsSize = end - BaseBlock.size
  }
}
