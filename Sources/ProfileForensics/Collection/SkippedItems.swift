// SPDX-License-Identifier: MIT

/// Collects what was passed over while folders were looked through.
final class SkippedItems {
  private static let limit = 10_000

  private(set) var notes: [SkippedItem] = []
  private var known: Set<SkippedItem> = []

  func add(_ path: String, _ reason: String, isLoss: Bool = true) {
    let note = SkippedItem(path: path, reason: reason, isLoss: isLoss)
    guard notes.count < Self.limit, known.insert(note).inserted else { return }
    notes.append(note)
  }

  func addLink(_ path: String) {
    add(
      path, "is a symbolic link, which could lead off the volume, and was not followed",
      isLoss: false)
  }
}
