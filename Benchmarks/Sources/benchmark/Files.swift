// SPDX-License-Identifier: MIT

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The little that benchmarks need from the file system.
enum Files {
  /// The folder of the package under test: three above this file's own.
  static let repository = #filePath.split(separator: "/").dropLast(4)
    .map { "/" + $0 }.joined()

  static func size(of path: String) throws(BenchmarkError) -> Int {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .file(path, code: errno) }
    return Int(status.st_size)
  }

  /// Whether a command of this name is on the PATH.
  static func isInstalled(_ command: String) -> Bool {
    guard let path = unsafe getenv("PATH") else { return false }
    return unsafe String(cString: path).split(separator: ":").contains { folder in
      unsafe access("\(folder)/\(command)", X_OK) == 0
    }
  }

  /// How many processors there are.
  static var processorCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

  /// Gives the body a new folder, and removes it with everything in it afterwards.
  static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/hive-benchmark-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw BenchmarkError.file(parent, code: errno) }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }
}
