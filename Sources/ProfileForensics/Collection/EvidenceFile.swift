// SPDX-License-Identifier: MIT

/// A file of a capture: a hive, an event log, a policy file.
public struct EvidenceFile: Sendable, Hashable {
  /// Its path, beginning with the path that the collection was given.
  public let path: String
  /// Its size in bytes.
  public let size: Int
  /// The files beside it that carry its name and more, sorted: transaction logs such as
  /// `NTUSER.DAT.LOG1`, and files of transactions such as `NTUSER.DAT{…}.TM.blf`.
  public let companions: [EvidenceFile]
}

/// Something that was passed over.
public struct SkippedItem: Sendable, Hashable, CustomStringConvertible {
  /// The path of what was passed over.
  public let path: String
  /// Why, as a sentence without the path.
  public let reason: String
  /// Whether it may hold evidence that is now missing: a damaged hive, a folder without permission.
  ///
  /// A link, or a second copy of the same file, is not loss.
  public let isLoss: Bool

  /// The path and why it was passed over.
  public var description: String { "\(path): \(reason)" }
}

extension SkippedItem {
  /// Takes note of something.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - reason: Why it was passed over, as a sentence without the path.
  ///   - isLoss: Whether evidence may be missing by it.
  package init(at path: String, because reason: String, isLoss: Bool) {
    self.init(path: path, reason: reason, isLoss: isLoss)
  }
}
