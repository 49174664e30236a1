// SPDX-License-Identifier: MIT

import RegistryHive

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

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
  /// The path leads to something that is no regular file.
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
  /// The error for a failed system call on a path.
  init(opening path: String, errno code: CInt) {
    switch code {
    case ENOENT:
      self.init(code: .noSuchFile, path: path, reason: "no such file or folder")
    case ENOTDIR:
      self.init(code: .notAVolume, path: path, reason: "is not a folder")
    case EACCES, EPERM:
      self.init(code: .permissionDenied, path: path, reason: "permission denied")
    default:
      self.init(code: .inputOutput, path: path, reason: "cannot be read: \(Self.text(code))")
    }
  }

  /// What the system says to an error number.
  static func text(_ code: CInt) -> String {
    unsafe String(cString: strerror(code))
  }
}
