// SPDX-License-Identifier: MIT

import FileAccess

/// The file that keeps which items are done, so that an interrupted run can go on.
///
/// Its first line says what it is; each other one names an item. A `\` in a name is written as `\\`,
/// and the ends of lines as `\n` and `\r`, so that no two names have one line.
struct ResumeList {
  /// Where the list is.
  let path: String
  private let file: AppendedFile
  /// Whether the list was begun when one sign stood for all three.
  private let isOld: Bool
  /// The items that were done before.
  let done: Set<ExactText>

  /// Reads the list, or begins one.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - command: The command, such as `check`.
  ///   - inputs: The paths that are read.
  /// - Throws: ``CommandFailure`` where the file is something else, or cannot be written.
  init(_ path: String, command: String, inputs: [String]) throws(CommandFailure) {
    if let reason = EvidenceGuard(path, inputs: inputs).reason {
      throw CommandFailure(exitCode: .cannotCreate, message: "\(path): \(reason)")
    }
    let title = "# hive \(command): done items"
    let oldTitle = "# hive \(command): done"
    self.path = path
    do throws(FileError) {
      var lines: [String] = []
      if fileStatus(of: path) != nil {
        let bytes = try OpenFile(path: path).contents(limit: 1 << 30)
        // A line that was not written to its end names nothing.
        let whole = bytes.prefix((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
        guard bytes.isEmpty || lines.first == title || lines.first == oldTitle else {
          throw FileError(
            .exists, path: path, reason: "is not a list of \"hive \(command) --resume\"")
        }
        file = try AppendedFile(path)
        if bytes.isEmpty { try file.append(title + "\n") }
        if whole.count < bytes.count { try file.append("\n") }
      } else {
        file = try AppendedFile(path)
        try file.append(title + "\n")
      }
      done = Set(lines.dropFirst().map { ExactText($0) })
      isOld = lines.first == oldTitle
    } catch {
      throw CommandFailure(
        exitCode: error.code == .inputOutput ? .inputOutput : .cannotCreate,
        message: error.description)
    }
  }

  /// The line that names an item.
  private func line(of name: String) -> String {
    var line = String.UnicodeScalarView()
    for character in name.unicodeScalars {
      switch character {
      case "\\", "\n", "\r":
        line.append("\\")
        if !isOld { line.append(character == "\n" ? "n" : character == "\r" ? "r" : "\\") }
      default: line.append(character)
      }
    }
    return String(line)
  }

  /// Whether an item was done before.
  func contains(_ name: String) -> Bool { done.contains(ExactText(line(of: name))) }

  /// Takes note of an item that is done.
  func add(_ name: String) throws(CommandFailure) {
    do throws(FileError) {
      try file.append(line(of: name) + "\n")
    } catch {
      throw CommandFailure(exitCode: .inputOutput, message: error.description)
    }
  }
}
