// SPDX-License-Identifier: MIT

import FileAccess

// What is at the paths of an archive.
extension Unpacking {
  /// At how many paths besides its own a member is read whose bytes others have.
  private static let linkLimit = 16
  /// How many folders are kept, and how deep.
  private static let folderLimits = (count: 100_000, depth: 6)

  /// Keeps a file.
  ///
  /// Of several with one path the last has it, as where they are written to a disk.
  mutating func keep(_ file: MemoryFile, at names: [String], path: String) {
    let key = ExactText(path: names)
    if let index = places[key] { earlier.append((index, path)) }
    places[key] = files.count
    files.append((names, file))
  }

  /// Keeps a file that has the bytes of another one, unless there are too many such.
  mutating func keepLink(
    to file: MemoryFile, _ target: String, at names: [String], path: String
  ) {
    let count = linkCounts[ObjectIdentifier(file), default: 0] + 1
    linkCounts[ObjectIdentifier(file)] = count
    guard count <= Self.linkLimit else {
      return skip(
        path,
        "has the bytes of \(target), which were read at \(Self.linkLimit) other paths, and was not"
          + " read again")
    }
    keep(file, at: names, path: path)
  }

  /// Gives names that no member has to the files whose paths later ones have.
  mutating func nameEarlier() {
    var numbers: [ExactText: Int] = [:]
    for (index, path) in earlier {
      let names = files[index].names
      var number = numbers[ExactText(path: names), default: 0]
      var renamed = names
      repeat {
        number += 1
        renamed[names.count - 1] = Self.numbered(names[names.count - 1], number)
      } while places[ExactText(path: renamed)] != nil
      numbers[ExactText(path: names)] = number
      places[ExactText(path: renamed)] = index
      files[index].names = renamed
      let name = renamed[names.count - 1]
      let isLog = Self.endings(ofLogs: true).contains { name.lowercased().hasSuffix($0) }
      skip(
        path,
        "is in the archive more than once; the earlier one is called \(name) here"
          + (isLog ? ", and is used with a hive of that name alone" : ""))
    }
    earlier = []
  }

  /// A name with a number, so that its extension is still that of a log.
  static func numbered(_ name: String, _ number: Int) -> String {
    let ending = (endings(ofLogs: true) + endings(ofLogs: false)).first {
      name.lowercased().hasSuffix($0)
    }
    let count = ending?.count ?? 0
    return "\(name.dropLast(count)) (\(number))\(name.suffix(count))"
  }

  /// The extensions of the logs of hives, or those of logs of events.
  static func endings(ofLogs isOfHives: Bool) -> [String] {
    isOfHives ? [".log", ".log1", ".log2"] : [".evtx", ".evt", ".xml"]
  }

  /// Reports files whose path is that of a folder too.
  mutating func reportFoldersOverFiles(in path: String) {
    for (names, _) in files {
      for count in 1..<max(1, names.count) where places[ExactText(path: names[..<count])] != nil {
        skip(
          "\(path)/\(names[..<count].joined(separator: "/"))",
          "is a file and a folder in the archive; both were read")
      }
    }
  }

  static func parts(of path: String) -> [String] {
    path.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
      .map { String(Substring($0)) }.filter { $0 != "." }
  }

  mutating func note(folder names: some Sequence<String>) {
    let names = Array(names.prefix(Self.folderLimits.depth))
    guard !names.isEmpty, !names.contains(".."),
      foldersByPath.count < Self.folderLimits.count
    else { return }
    foldersByPath[ExactText(path: names)] = names
  }
}
