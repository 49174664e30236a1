// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension Output {
  /// Opens the place for a command's result: a file, or standard output where none is named.
  ///
  /// - Parameters:
  ///   - path: The file to create; one that is there already is replaced.
  ///   - inputs: Files that must not be replaced, and folders that must not be written into.
  /// - Returns: The place to write to.
  /// - Throws: ``CommandFailure`` where the file is an input, or cannot be created.
  static func open(_ path: String?, inputs: [String]) throws(CommandFailure) -> Output {
    guard let path else { return Output(descriptor: STDOUT_FILENO) }
    for input in inputs where isSameFile(path, input) || isLog(path, of: input) {
      throw CommandFailure(
        exitCode: .cannotCreate, message: "\(path): is an input, which is never written to")
    }
    for input in inputs where isInside(path, folder: input) {
      throw CommandFailure(
        exitCode: .cannotCreate,
        message: "\(path): is inside of \(input), where nothing is ever written")
    }
    guard !isEvidence(path) else {
      throw CommandFailure(
        exitCode: .cannotCreate,
        message: "\(path): is a hive, a log or a policy file, which are never written to")
    }
    let descriptor = openFile(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw CommandFailure(
        exitCode: .cannotCreate,
        message: "\(path): cannot be created: \(errorText(errno))")
    }
    return Output(descriptor: descriptor, closingIt: true)
  }

  /// Ends writing.
  ///
  /// - Throws: ``CommandFailure`` where a write failed, unless the reader has gone.
  func finish(path: String?) throws(CommandFailure) {
    flush()
    if case .system(let code) = failure {
      throw CommandFailure(
        exitCode: .inputOutput,
        message: "\(path ?? "standard output"): cannot be written: \(errorText(code))")
    }
  }

  /// Whether a path is that of a transaction log beside a hive, whatever its content.
  private static func isLog(_ path: String, of hive: String) -> Bool {
    let logs = [".LOG", ".LOG1", ".LOG2"].map { hive + $0 }
    return logs.contains { isSameFile(path, $0) || path.lowercased() == $0.lowercased() }
  }

  /// Whether a path leads into a folder that was given as an input.
  private static func isInside(_ path: String, folder: String) -> Bool {
    guard VolumeReport.isFolder(folder), let folder = realPath(folder) else { return false }
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard let parent = realPath(parent) else { return false }
    return parent == folder || parent.hasPrefix(folder == "/" ? folder : folder + "/")
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Whether a file is there that begins as hives and their logs do, `Registry.pol`, or event logs.
  private static func isEvidence(_ path: String) -> Bool {
    let descriptor = openFile(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: 8)
    guard unsafe read(descriptor, &start, start.count) == start.count else { return false }
    let isOldLog = start.elementsEqual([0x30, 0, 0, 0] + "LfLe".utf8)
    return isOldLog || ["regf", "PReg", "ElfF"].contains { start.starts(with: $0.utf8) }
  }

  private static func isSameFile(_ first: String, _ second: String) -> Bool {
    var one = stat()
    var two = stat()
    guard unsafe stat(first, &one) == 0, unsafe stat(second, &two) == 0 else { return false }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino
  }
}

/// Opens a file; the name `open` stands for the library's own function here.
private func openFile(_ path: String, _ flags: CInt, _ mode: mode_t) -> CInt {
  unsafe open(path, flags, mode)
}

/// What the system says to an error number.
func errorText(_ code: CInt) -> String {
  unsafe String(cString: strerror(code))
}
