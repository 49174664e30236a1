// SPDX-License-Identifier: MIT

import Archives
import FileAccess
import RegistryHive

/// Why a command must not write a file: what is there is evidence, or what it writes would be
/// taken for it.
struct EvidenceGuard {
  /// The reason, as a sentence without the path; nil where the file may be written.
  let reason: String?

  /// Looks at a path.
  ///
  /// - Parameters:
  ///   - path: The file that is to be written.
  ///   - inputs: The files and folders that the command reads.
  ///   - isHive: Whether a hive is written, which may have the name of one.
  init(_ path: String, inputs: [String], isHive: Bool = false) {
    if inputs.contains(where: { Self.isSameFile(path, $0) || Self.isLog(path, of: $0) }) {
      reason = "is an input, which is never written to"
    } else if let folder = inputs.first(where: { Self.isInside(path, folder: $0) }) {
      reason = "is inside of \(folder), where nothing is ever written"
    } else if fileStatus(of: path) != nil {
      reason =
        Self.hasNameOfEvidence(path) || Self.beginsLikeEvidence(path)
        ? "is a hive, a log or a policy file, which are never written to" : nil
    } else if let hive = Self.hiveBeside(logNamed: path) {
      reason = "would be read as a transaction log of \(hive)"
    } else if Self.hasNameOfEvidence(path), !(isHive && Self.hasNameOfHive(path)) {
      reason = "has the name of evidence, which it would be taken for"
    } else {
      reason = nil
    }
  }

  private static let logEndings = [".LOG", ".LOG1", ".LOG2"]

  /// The last part of a path, without the dots and blanks at its end, which Windows passes over.
  private static func fileName(of path: String) -> String {
    var name = path.split(separator: "/").last ?? path[...]
    while let last = name.last, last == "." || last == " " { name.removeLast() }
    return String(name)
  }

  private static func isSameFile(_ one: String, _ other: String) -> Bool {
    guard let one = fileStatus(of: one), let other = fileStatus(of: other) else { return false }
    return one.isSameFile(as: other)
  }

  /// Whether standard output is one of the inputs, or a log beside one: a shell may have opened it to
  /// be written over.
  static func isStandardOutput(among inputs: [String]) -> Bool {
    guard let output = standardOutputStatus(), output.kind == .file else { return false }
    return inputs.contains { input in
      ([""] + logEndings).contains {
        fileStatus(of: input + $0)?.isSameFile(as: output) ?? false
      }
    }
  }

  /// Whether a path is that of a transaction log beside a hive, whatever its content.
  private static func isLog(_ path: String, of hive: String) -> Bool {
    logEndings.contains {
      isSameFile(path, hive + $0) || path.lowercased() == (hive + $0).lowercased()
    }
  }

  /// Whether a path leads into a folder that was given as an input.
  private static func isInside(_ path: String, folder: String) -> Bool {
    guard fileStatus(of: folder)?.kind == .folder, let folder = realPath(folder) else {
      return false
    }
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard let parent = realPath(parent) else { return false }
    return parent == folder || parent.hasPrefix(folder == "/" ? folder : folder + "/")
  }

  /// The file that a new file of this name would be a transaction log of.
  private static func hiveBeside(logNamed path: String) -> String? {
    let name = fileName(of: path)
    guard let ending = logEndings.first(where: { name.uppercased().hasSuffix($0) }) else {
      return nil
    }
    let hive = RegistryString(String(name.dropLast(ending.count)))
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard let folder = try? Folder(path: parent), let names = try? folder.list().names else {
      return nil
    }
    return names.first { RegistryString($0).matches(hive) }
  }
}

// MARK: - What is there

extension EvidenceGuard {
  private static let hiveNames: Set<String> = [
    "ntuser.dat", "ntuser.man", "usrclass.dat", "sam", "security", "software", "system", "default",
    "components", "drivers", "bcd", "bcd-template", "elam", "bbi", "schema.dat", "settings.dat",
    "userdiff",
  ]
  private static let endings = [
    ".evtx", ".evt", ".pol", ".blf", ".regtrans-ms", ".log1", ".log2",
  ]

  /// Whether a file has a name that Windows gives to hives.
  private static func hasNameOfHive(_ path: String) -> Bool {
    let name = fileName(of: path).lowercased()
    return hiveNames.contains(name) || name.hasSuffix(".hve")
  }

  /// Whether a file has a name that Windows gives to hives, their logs, event logs and policies:
  /// its first bytes may be damaged.
  private static func hasNameOfEvidence(_ path: String) -> Bool {
    let name = fileName(of: path).lowercased()
    return hasNameOfHive(path) || endings.contains { name.hasSuffix($0) }
  }

  /// Whether a file begins as hives and their logs do, `Registry.pol`, event logs, or exports of
  /// them.
  private static func beginsLikeEvidence(_ path: String) -> Bool {
    guard let file = try? OpenFile(path: path), let start = try? file.bytes(at: 0, count: 8192)
    else { return false }
    func has(_ text: String, at offset: Int) -> Bool {
      start.dropFirst(offset).starts(with: text.utf8)
    }
    return ["regf", "PReg", "ElfF", "ElfC"].contains { has($0, at: 0) }
      || has("LfLe", at: 4) || has("hbin", at: 4096) || has("ElfC", at: 4096)
      || has("DIRT", at: 512) || has("HvLE", at: 512) || Archive.isArchive(path: path)
      || hasBin(file) || isExport(file)
  }

  /// How far into a file is looked for a bin, in bytes.
  private static let longestLostStart = 1 << 20

  /// Whether a bin stands where one may stand in a hive, however much in front of it is lost.
  private static func hasBin(_ file: OpenFile) -> Bool {
    stride(from: 4096, to: min(file.size, longestLostStart), by: 4096).contains { offset in
      guard let bytes = try? file.bytes(at: offset, count: 8), bytes.count == 8 else {
        return false
      }
      // Behind the signature stands where the bin is among the others.
      let place = bytes[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
      return bytes.starts(with: "hbin".utf8) && place == offset - 4096
    }
  }

  /// How far into a file is looked for something else than blanks, in bytes.
  private static let longestBlank = 64 << 20

  /// Whether a file is one of events as XML, in UTF-8, UTF-16 or UTF-32, or is nothing but blanks as
  /// far as it is looked at.
  private static func isExport(_ file: OpenFile) -> Bool {
    var offset = 0
    while offset < file.size {
      guard offset < longestBlank else { return true }
      guard let block = try? file.bytes(at: offset, count: 65_536), !block.isEmpty else { break }
      if block.contains(where: { $0 > 0x20 && $0 < 0x80 }) { return hasEvents(file, from: offset) }
      offset += block.count
    }
    return false
  }

  private static func hasEvents(_ file: OpenFile, from offset: Int) -> Bool {
    guard let start = try? file.bytes(at: offset, count: 131_072) else { return false }
    // Without the zeros, UTF-16 and UTF-32 are ASCII in either order of their bytes.
    let text = start.filter { $0 != 0 }
    return ["<Event ", "<Event>", "<Events>", "<Events "].contains { tag in
      text.contains([UInt8](tag.utf8))
    }
  }
}
