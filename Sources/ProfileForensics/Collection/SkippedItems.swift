// SPDX-License-Identifier: MIT

import FileAccess

/// Collects what was passed over while folders were looked through.
final class SkippedItems {
  /// How many losses are listed, and how many other notes.
  private static let limit = 10_000

  private(set) var notes: [SkippedItem] = []
  private var known: [Bool: Set<ExactText>] = [:]

  func add(_ path: String, _ reason: String, isLoss: Bool = true) {
    guard known[isLoss]?.count ?? 0 < Self.limit,
      known[isLoss, default: []].insert(ExactText(path: [path, reason])).inserted
    else { return }
    notes.append(SkippedItem(path: path, reason: reason, isLoss: isLoss))
  }

  func addLink(_ path: String) {
    add(
      path, "is a symbolic link, which could lead off the volume, and was not followed",
      isLoss: false)
  }
}
