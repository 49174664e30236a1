// SPDX-License-Identifier: MIT

/// An error with a text for people.
public protocol LocalizedError: Error {
  /// What went wrong; nil where the error has no text of its own.
  var errorDescription: String? { get }
}

extension LocalizedError {
  /// No text, unless the error says otherwise.
  public var errorDescription: String? { nil }
}
