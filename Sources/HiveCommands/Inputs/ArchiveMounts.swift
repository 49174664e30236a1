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
  private(set) var failed: Set<String> = []
  private var mounts: [(path: String, folder: VirtualFolder)] = []

  /// Unpacks what is evidence of those paths that lead to archives, and leaves the others alone.
  ///
  /// - Parameters:
  ///   - paths: Archives and other paths.
  ///   - onlySystem: Whether the SYSTEM hive alone is wanted.
  init(of paths: [String], onlySystem: Bool = false) {
    for path in paths where Self.isArchive(path) {
      do throws(FileError) {
        let archive = try Archive(path: path) { names in
          if onlySystem { return EvidenceName.mayBeSystem(names) ? .wanted : .unwanted }
          return switch EvidenceName.answer(names) {
          case .evidence: .wanted
          case .perhaps: .ifHive
          case .other: .unwanted
          }
        }
        VirtualFiles.mount(archive.folder, at: path)
        mounts.append((path, archive.folder))
        skipped += archive.skipped.map {
          SkippedItem(at: $0.path, because: $0.reason, isLoss: $0.isLoss)
        }
      } catch {
        failed.insert(path)
        failures.append(CommandFailure(error.description, code: error.code.rawValue))
      }
    }
  }

  /// Frees the memory.
  func unmount() {
    for (path, folder) in mounts { VirtualFiles.unmount(folder, at: path) }
  }

  /// Whether a path leads to an archive.
  static func isArchive(_ path: String) -> Bool {
    fileStatus(of: path)?.kind == .file && Archive.isArchive(path: path)
  }
}
