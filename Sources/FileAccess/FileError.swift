// SPDX-License-Identifier: MIT

/// Why a file or a folder could not be opened, read or written.
package struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of obstacle there was; the raw value is a stable identifier.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// There is nothing at the path.
    case noSuchFile = "no-such-file"
    /// The path leads to a folder, and a file was asked for.
    case isDirectory = "is-directory"
    /// The path leads to a file, and a folder was asked for.
    case notADirectory = "not-a-directory"
    /// The path leads to something that is neither file nor folder.
    case notAFile = "not-a-file"
    /// The path leads to a symbolic link, which is not followed.
    case isLink = "is-link"
    /// The file may not be read or written.
    case permissionDenied = "permission-denied"
    /// The file is larger than what was asked for.
    case tooLarge = "too-large"
    /// There is something at the path of a file that was to be created.
    case exists
    /// The file cannot be created.
    case cannotCreate = "cannot-create"
    /// The system could not read or write the file.
    case inputOutput = "input-output"
  }

  /// What kind of obstacle there was.
  package let code: Code
  /// The path as it was given.
  package let path: String
  /// What was wrong, as a sentence without the path.
  package let reason: String

  package init(_ code: Code, path: String, reason: String) {
    self.code = code
    self.path = path
    self.reason = reason
  }

  /// The path and what was wrong.
  package var description: String { "\(path): \(reason)" }
}

extension FileError {
  /// The error for a file that the system does not open or read.
  ///
  /// - Parameters:
  ///   - path: The path for messages.
  ///   - error: What the system says.
  ///   - followingLink: Whether a link at the end of the path was followed.
  init(reading path: String, _ error: SystemError, followingLink: Bool = false) {
    switch error {
    case .noSuchFile: self.init(.noSuchFile, path: path, reason: "no such file")
    case .notAFolder: self.init(.notADirectory, path: path, reason: "is not a folder")
    case .noAccess, .notPermitted:
      self.init(.permissionDenied, path: path, reason: "permission denied")
    case .isAFolder: self.init(.isDirectory, path: path, reason: "is a folder")
    case .tooManyLinks where !followingLink:
      self.init(.isLink, path: path, reason: "is a symbolic link, which is not followed")
    default:
      self.init(.inputOutput, path: path, reason: "cannot be read: \(error.description)")
    }
  }

  /// The error for a file that the system does not create.
  init(creating path: String, _ error: SystemError) {
    let reason: String
    switch error {
    case .exists:
      self.init(.exists, path: path, reason: "exists; nothing is overwritten without --force")
      return
    case .noSuchFile: reason = "no such folder"
    case .noAccess, .notPermitted: reason = "permission denied"
    default: reason = error.description
    }
    self.init(.cannotCreate, path: path, reason: "cannot be created: \(reason)")
  }
}
