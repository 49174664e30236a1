// SPDX-License-Identifier: MIT

import Archives
import FileAccess
import ProfileForensics

/// Archives that are read as if they were folders, until they are put away.
struct ArchiveMounts: Sendable {
  /// What was not unpacked.
  private(set) var skipped: [SkippedItem] = []
  /// Why archives cannot be read.
  private(set) var failures: [CommandFailure] = []
  /// The archives that cannot be read.
  private(set) var failed: Set<ExactText> = []
  private var mounts: [(path: String, folder: VirtualFolder)] = []

  /// Unpacks what is evidence of those paths that lead to archives, and leaves the others alone.
  ///
  /// - Parameters:
  ///   - paths: Archives and other paths.
  ///   - hives: The names of the machine's hives that alone are wanted, in upper case; nil for all
  ///     evidence.
  init(of paths: [String], only hives: [String]? = nil) {
    var heldCount = 0
    for path in paths where Self.isArchive(path) {
      do throws(FileError) {
        var limits = Archive.Limits()
        limits.heldBytes = max(0, limits.heldBytes - heldCount)
        if let hives { limits.heldBytes = hives.count * 256 << 20 }
        let archive = try Archive(path: path, limits: limits) { names in
          if let hives {
            return EvidenceName.mayBeHive(names, of: hives) ? .wanted : .unwanted
          }
          return switch EvidenceName.answer(names) {
          case .evidence: .wanted
          case .perhaps: .perhaps(startSize: EvidenceName.startSize(names.last ?? ""))
          case .other: .unwanted
          }
        } look: { start in
          if EvidenceName.isEvidence(start) { return .wanted }
          return OtherEvidence.reason(start).map { Archive.Look.other($0) } ?? .unwanted
        }
        heldCount += archive.heldCount
        if archive.isEncrypted {
          throw FileError(.notAFile, path: path, reason: Archive.encryptedReason)
        }
        if archive.fileCount == 0, let loss = archive.skipped.first(where: \.isLoss) {
          throw FileError(.notAFile, path: loss.path, reason: loss.reason)
        }
        VirtualFiles.mount(archive.folder, at: path)
        mounts.append((path, archive.folder))
        skipped += archive.skipped.map {
          SkippedItem(at: $0.path, because: $0.reason, isLoss: $0.isLoss)
        }
      } catch {
        failed.insert(ExactText(path))
        failures.append(CommandFailure(error.description, code: error.code.rawValue))
      }
    }
  }

  /// Frees the memory.
  func unmount() {
    for (path, folder) in mounts { VirtualFiles.unmount(folder, at: path) }
  }

  /// Whether a path leads to an archive, or to what has the name of one and is no hive.
  static func isArchive(_ path: String) -> Bool {
    guard fileStatus(of: path)?.kind == .file else { return false }
    if Archive.isArchive(path: path) { return true }
    let start = (try? OpenFile(path: path))?.start
    return Archive.isArchive(named: path) && start != Array("regf".utf8)
  }
}

extension OpenFile {
  /// The first bytes, which say what kind of file it is.
  fileprivate var start: [UInt8]? { try? bytes(at: 0, count: 4) }
}
