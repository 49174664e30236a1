// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// Why a volume, or a file with evidence, could not be opened.
///
/// For a hive the code and the reason are those of `HiveError`.
public struct ForensicsError: Error, Sendable, Hashable {
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
  /// The path as it was given.
  public let path: String
  /// What was wrong, as a sentence without the path.
  public let reason: String
}

extension ForensicsError.Code {
  /// There is nothing at the path.
  public static let noSuchFile = Self(rawValue: "no-such-file")
  /// The file or folder may not be read.
  public static let permissionDenied = Self(rawValue: "permission-denied")
  /// The system could not read the file or folder.
  public static let inputOutput = Self(rawValue: "input-output")
  /// The path leads to something that is not a regular file.
  public static let notAFile = Self(rawValue: "not-a-file")
  /// The file is larger than one of its kind can be.
  public static let tooLarge = Self(rawValue: "too-large")
  /// The file is not a policy file.
  public static let notAPolicyFile = Self(rawValue: "not-a-policy-file")
  /// The file is a transaction log of a hive.
  public static let isLog = Self(rawValue: HiveError.Code.isLog.rawValue)
  /// The folder is not the root of a Windows volume.
  public static let notAVolume = Self(rawValue: "not-a-volume")
}

extension ForensicsError: CustomStringConvertible {
  /// The path and what was wrong, for the person at the terminal.
  public var description: String { "\(path): \(reason)" }
}

extension ForensicsError {
  /// The error for a file or folder that cannot be read.
  init(_ error: FileError) {
    let (path, reason) = (error.path, error.reason)
    switch error.code {
    case .noSuchFile:
      self.init(code: .noSuchFile, path: path, reason: "no such file or folder")
    case .notADirectory: self.init(code: .notAVolume, path: path, reason: reason)
    case .isDirectory: self.init(code: .notAFile, path: path, reason: reason)
    case .notAFile:
      self.init(
        code: .notAFile, path: path, reason: "is neither a regular file nor a folder")
    case .permissionDenied: self.init(code: .permissionDenied, path: path, reason: reason)
    case .tooLarge: self.init(code: .tooLarge, path: path, reason: reason)
    default: self.init(code: .inputOutput, path: path, reason: reason)
    }
  }
}
