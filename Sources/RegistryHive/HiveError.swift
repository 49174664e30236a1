// SPDX-License-Identifier: MIT

package import FileAccess
internal import HiveFormat

/// Why a hive could not be opened.
///
/// Damage inside a hive is not an error: it is reported as ``Finding`` and reading continues.
public struct HiveError: Error, Sendable, Hashable {
  /// What kind of obstacle there was.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// A stable identifier, such as `no-such-file`.
    public let rawValue: String

    /// Makes a code from its identifier.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// What kind of obstacle there was.
  public let code: Code
  /// The path as it was given; nil for a hive in memory.
  public let path: String?
  /// Where in the file the obstacle is, in bytes; nil when it is not at a place in the file.
  public let offset: Int?
  /// What was wrong, as a sentence without the path.
  public let reason: String
}

extension HiveError.Code {
  /// There is no file at the path.
  public static let noSuchFile = Self(rawValue: "no-such-file")
  /// The path leads to a directory.
  public static let isDirectory = Self(rawValue: "is-directory")
  /// The path leads to a symbolic link, which is not followed.
  public static let isLink = Self(rawValue: "is-link")
  /// The path leads to something that is neither file nor directory.
  public static let notAFile = Self(rawValue: "not-a-file")
  /// The file may not be read.
  public static let permissionDenied = Self(rawValue: "permission-denied")
  /// The system could not read the file.
  public static let inputOutput = Self(rawValue: "input-output")
  /// The file has no bytes.
  public static let empty = Self(rawValue: "empty")
  /// The file is not a hive, or too short to be one.
  public static let notAHive = Self(rawValue: "not-a-hive")
  /// The file is a transaction log of a hive.
  public static let isLog = Self(rawValue: "is-log")
  /// The file begins like a hive, but no key in it can be read.
  public static let noKeys = Self(rawValue: "no-keys")
}

extension HiveError: CustomStringConvertible {
  /// The path and what was wrong, for the person at the terminal.
  public var description: String {
    path.map { "\($0): \(reason)" } ?? reason
  }
}

extension HiveError {
  init(_ code: Code, path: String?) {
    let reason =
      switch code {
      case .empty: "is empty (0 bytes), not a hive"
      case .isLog: "is a transaction log; give the hive it belongs to"
      default: "cannot be read as a hive"
      }
    self.init(code: code, path: path, offset: nil, reason: reason)
  }

  /// The error for a file that cannot be opened or read.
  package init(_ error: FileError) {
    self.init(error, path: error.path)
  }

  /// The error for a file that cannot be opened or read, at another path.
  init(_ error: FileError, path: String?) {
    self.init(
      code: Code(rawValue: error.code.rawValue), path: path, offset: nil,
      reason: error.code == .isDirectory ? "is a directory, not a hive" : error.reason)
  }

  /// The error, or one that says why a file that seems to be no hive could not be read.
  func orUnreadable(_ flaws: [FileFlaw]) -> HiveError {
    guard code == .notAHive || code == .noKeys,
      case .unreadable(let offset, let count, let reason)? = flaws.first, offset < BaseBlock.size
    else { return self }
    return HiveError(
      code: .inputOutput, path: path, offset: offset,
      reason: "cannot be read: \(reason) (\(count) bytes at offset \(hex(offset)))")
  }

  /// The error for bytes that are not a hive.
  init(_ error: FormatError, path: String?) {
    let reason =
      switch error.code {
      case .tooShort: "is too short to be a hive: \(error.found)"
      case .notAHive: "is not a hive: it begins with \(error.found) instead of \"regf\""
      default: "cannot be read as a hive: \(error)"
      }
    self.init(
      code: error.code == .tooShort || error.code == .notAHive ? .notAHive : .noKeys,
      path: path, offset: error.offset, reason: reason)
  }
}
