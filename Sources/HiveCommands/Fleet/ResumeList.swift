// SPDX-License-Identifier: MIT

import FileAccess

/// The file that keeps which items are done, so that an interrupted run can go on.
///
/// Its first line says what it is; each other one names an item.
struct ResumeList {
  private let file: AppendedFile
  /// The items that were done before.
  let done: Set<String>

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
    let title = "# hive \(command): done"
    do throws(FileError) {
      var lines: [String] = []
      if fileStatus(of: path) != nil {
        let bytes = try OpenFile(path: path).contents(limit: 1 << 30)
        // A line that was not written to its end names nothing.
        let whole = bytes.prefix((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
        guard bytes.isEmpty || lines.first == title else {
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
      done = Set(lines.dropFirst())
    } catch {
      throw CommandFailure(
        exitCode: error.code == .inputOutput ? .inputOutput : .cannotCreate,
        message: error.description)
    }
  }

  /// The line that names an item.
  static func line(of name: String) -> String {
    String(name.unicodeScalars.map { "\n\r\\".unicodeScalars.contains($0) ? "\\" : Character($0) })
  }

  /// Whether an item was done before.
  func contains(_ name: String) -> Bool { done.contains(Self.line(of: name)) }

  /// Takes note of an item that is done.
  func add(_ name: String) throws(CommandFailure) {
    do throws(FileError) {
      try file.append(Self.line(of: name) + "\n")
    } catch {
      throw CommandFailure(exitCode: .inputOutput, message: error.description)
    }
  }
}
