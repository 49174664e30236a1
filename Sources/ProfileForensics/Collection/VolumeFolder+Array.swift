// SPDX-License-Identifier: MIT

extension [VolumeFolder] {
  /// The folders at a path below any of these.
  func folders(at path: [String], ownLinks: Set<String> = []) -> [VolumeFolder] {
    flatMap { $0.folders(at: path, ownLinks: ownLinks) }
  }

  /// The file of a name in the first folder that has one.
  func firstFile(named name: String) -> EvidenceFile? {
    for folder in self {
      if let file = folder.file(named: name) { return file }
    }
    return nil
  }

  /// The files of a name in all of them, one for every spelling there is.
  func spelledFiles(_ name: String) -> [EvidenceFile] { flatMap { $0.spelledFiles(name) } }
}
