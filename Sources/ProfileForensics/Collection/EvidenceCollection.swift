// SPDX-License-Identifier: MIT

/// The machines whose files are below some paths, however they were gathered: mounted volumes,
/// folders of collected files, hives.
///
/// ```swift
/// let collection = EvidenceCollection(paths: ["/mnt", "/cases/7"])
/// for machine in collection.machines { print(machine.label, machine.live.profiles.map(\.name)) }
/// for item in collection.skipped { print(item) }
/// ```
public struct EvidenceCollection: Sendable {
  /// The paths, as they were given.
  public let paths: [String]
  /// The machines, in the order in which they were found.
  public let machines: [Machine]
  /// What was found and not used, each with the reason.
  public let skipped: [SkippedItem]
  /// Paths that could not be read at all.
  public let failures: [ForensicsError]

  /// Looks through paths; one that cannot be read does not keep the others from it.
  ///
  /// - Parameter paths: Folders and hives.
  public init(paths: [String]) {
    self.paths = paths
    var machines: [Machine] = []
    var skipped: [SkippedItem] = []
    var failures: [ForensicsError] = []
    for path in paths {
      do throws(ForensicsError) {
        let capture = try Capture(path: path)
        skipped += capture.notes
        machines.append(Machine(name: nil, label: path, captures: [capture]))
      } catch {
        failures.append(error)
      }
    }
    self.machines = machines
    self.skipped = skipped
    self.failures = failures
  }
}
