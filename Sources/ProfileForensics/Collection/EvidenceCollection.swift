// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// The machines whose files are below some paths, however they were gathered: mounted volumes,
/// folders of collected files, hives.
///
/// ```swift
/// let collection = EvidenceCollection(paths: ["/mnt", "/cases/7"])
/// for machine in collection.machines { print(machine.label, machine.live.profiles.map(\.name)) }
/// for item in collection.skipped { print(item) }
/// ```
///
/// Machines are distinguished by their folders, by the computer's name in SYSTEM, and by
/// the users in the profile list. Another state of a machine, such as a shadow copy, becomes a
/// ``Capture`` of it. Hives are known by their contents, links are not followed, and no file is held
/// open.
public struct EvidenceCollection: Sendable {
  /// The paths, as they were given.
  public let paths: [String]
  /// The machines, in the order in which they were found.
  public let machines: [Machine]
  /// What was found and not used, each with the reason.
  public let skipped: [SkippedItem]
  /// Paths that could not be read at all, or that nothing of a machine is in.
  public let failures: [ForensicsError]

  /// Looks through a path.
  ///
  /// - Parameter path: The root of a volume, any other folder, or a hive.
  /// - Throws: ``ForensicsError`` where it cannot be read, or nothing of a machine is in it.
  public init(path: String) throws(ForensicsError) {
    self.init(paths: [path])
    if machines.isEmpty, let failure = failures.first { throw failure }
  }

  /// Looks through paths; one that cannot be read does not keep the others from it.
  ///
  /// - Parameter paths: Folders and files.
  public init(paths: [String]) {
    self.paths = paths
    let log = SkippedItems()
    var failures: [ForensicsError] = []
    var found: [[MachineDraft]] = []
    var search = CollectionSearch(log: log)
    let files = NamedFiles(paths, &failures)
    for path in files.folders {
      do throws(ForensicsError) {
        let drafts = search.machines(
          in: try VolumeFolder(root: path, log: log),
          CollectionSearch.Place(name: path.lastPathPart, isInput: true))
        if drafts.isEmpty {
          failures.append(Self.nothing(in: path, log))
        } else {
          found.append(drafts)
        }
      } catch {
        failures.append(error)
      }
    }
    for (folder, names) in files.names {
      do throws(ForensicsError) {
        let drafts = search.looseFiles(
          names, in: try VolumeFolder(root: folder, log: log),
          CollectionSearch.Place(name: folder.lastPathPart))
        let known = drafts.contains { $0.captures.contains { !$0.isEmpty } }
        if known {
          found.append(drafts)
        } else {
          failures += names.map { Self.nothing(in: Self.join(folder, $0), log, isFile: true) }
        }
      } catch {
        failures.append(error)
      }
    }
    machines = Machine.all(
      MachineUnion(log: log).union(found).map { machine in
        let software = machine.draft.hive(.software)
        let drafts = RoamingStore(software: software, log: log).split(machine.draft.captures)
        let captures = drafts.enumerated().map { index, capture in
          Capture(
            capture, software: software, log: log,
            notes: index > 0 ? [] : log.notes.filter { $0.path.hasPrefix(machine.draft.path) })
        }
        return (machine.name, machine.draft.path, captures)
      })
    skipped = log.notes
    self.failures = failures
  }

  /// Archives are unpacked by the commands, not here.
  private static func archiveNote(_ path: String) -> String {
    let isArchive = [".zip", ".7z", ".tar", ".gz", ".tgz"].contains {
      path.lowercased().hasSuffix($0)
    }
    return isArchive ? ": unpack the archive first" : ""
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  private static func nothing(
    in path: String, _ log: SkippedItems, isFile: Bool = false
  ) -> ForensicsError {
    var reason =
      isFile
      ? "is no registry hive, and no event log" + Self.archiveNote(path)
      : "has no registry hive in it, and no event log"
    for item in log.notes.filter({ $0.path.hasPrefix(path) }).prefix(3) { reason += "; \(item)" }
    return ForensicsError(code: .notAVolume, path: path, reason: reason)
  }
}

/// The paths that were given: folders, and files by the folders that they are in.
private struct NamedFiles {
  private(set) var folders: [String] = []
  private(set) var names: [(folder: String, names: [String])] = []

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  init(_ paths: [String], _ failures: inout [ForensicsError]) {
    var places: [ExactText: Int] = [:]
    for path in paths {
      do throws(ForensicsError) {
        switch try PathTarget(path: path) {
        case .folder: folders.append(path)
        case .file:
          let folder = Self.folder(of: path)
          if let index = places[ExactText(folder)] {
            names[index].names.append(path.lastPathPart)
          } else {
            places[ExactText(folder)] = names.count
            names.append((folder, [path.lastPathPart]))
          }
        }
      } catch {
        failures.append(error)
      }
    }
  }
}
