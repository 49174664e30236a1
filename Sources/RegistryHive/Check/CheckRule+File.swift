// SPDX-License-Identifier: MIT

extension CheckRule {
  /// All that a check of a hive's structure can find, from the header to the values.
  public static let hiveRules: [CheckRule] = fileRules + cellRules + keyRules + valueRules

  static func problem(
    _ id: String, _ title: String, _ advice: String, _ followUps: CheckFollowUp...
  ) -> CheckRule {
    CheckRule(id: id, severity: .problem, title: title, advice: advice, followUps: followUps)
  }

  static func warning(
    _ id: String, _ title: String, _ advice: String, _ followUps: CheckFollowUp...
  ) -> CheckRule {
    CheckRule(id: id, severity: .warning, title: title, advice: advice, followUps: followUps)
  }

  static func information(
    _ id: String, _ title: String, _ advice: String, _ followUps: CheckFollowUp...
  ) -> CheckRule {
    CheckRule(id: id, severity: .information, title: title, advice: advice, followUps: followUps)
  }

  // MARK: - The file

  static let dirty = warning(
    "dirty", "The hive is dirty, and was read without its transaction logs",
    "The newest changes may be missing, or only half there. Look for the logs beside the "
      + "original, and check again with them.")
  static let dirtyReplayed = information(
    "dirty-replayed", "The hive is dirty, and its transaction logs were replayed in memory",
    "Nothing to do here. Other tools must replay the logs too.", .recovery)
  static let replayIncomplete = warning(
    "replay-incomplete", "The transaction logs are damaged, and were replayed only in part",
    "The newest changes are lost.", .transactionLogs)

  private static let fileRules = [
    dirty, dirtyReplayed, replayIncomplete,
    problem(
      "checksum", "The checksum of the header is wrong",
      "Nothing was lost, unless other findings name wrong header fields too. Windows takes the "
        + "header from a log, or refuses the hive."),
    problem(
      "bins-size", "The size of the bins in the header is wrong",
      "All bins in the file were read. If the file is too short for its header, it was cut, and "
        + "what followed the cut is lost: look for another copy."),
    problem(
      "root-cell", "The root key is not where the header says",
      "Keys were read from the key that is marked as the root, or from every key that no "
        + "other leads to. The keys above those are lost, and so are their paths."),
    problem(
      "second-root", "Another key is marked as the root of the hive, and has subkeys",
      "Nothing led to it from the root that the header names, so it was read as a subkey of that "
        + "root. The header may have been changed to hide it: compare the two trees."),
    problem(
      "log-unreadable", "A transaction log cannot be used",
      "It was left out, and what it would add to the hive is missing. Look for another copy of it.",
      .transactionLogs),
    warning(
      "header-version", "Unknown format version",
      "Everything was read as in the nearest known version. Compare a few values with another "
        + "source before you rely on them."),
    warning(
      "header-file-type", "The header says that the file is a transaction log",
      "It was read as a hive, since it has bins. Windows refuses it; see where the file is from."),
    warning(
      "header-file-format", "Unknown file format",
      "It was read as format 1, the only one that exists. Windows refuses it."),
    warning(
      "hivex-disagrees", "libhivex reads the hive differently",
      "Another reader sees other keys or values, or refuses a hive in which nothing is wrong. "
        + "Compare both before you rely on either."),
    information(
      "trailing-bytes", "There are bytes after the last bin",
      "They are not part of the hive, and were not read. Windows leaves remains of older, larger "
        + "states there; other programs may hide data there."),
  ]

  // MARK: - Bins and cells

  private static let cellRules = [
    problem(
      "bin-signature", "A bin does not begin with its signature",
      "Its cells were read where references lead to them. The file was overwritten, or part of it "
        + "could not be copied."),
    problem(
      "bin-offset", "A bin's stored offset does not match its position",
      "Its cells were read where references lead to them. Parts of the file may have been "
        + "swapped, or belong to another state of the hive."),
    problem(
      "bin-size", "The size of a bin is impossible",
      "Its cells were read where references lead to them, up to the next bin that can be read."),
    problem(
      "cell-size", "The size of a cell is impossible",
      "The cell is lost. The rest of its bin was read where references lead into it."),
    problem(
      "cell-overlap", "A reference leads into the middle of another cell",
      "What was read there may be anything. Do not rely on that key or value."),
    problem(
      "cell-out-of-bounds", "A reference leads outside the bins",
      "What was there is lost: a key with everything below it, a value, or data. If the file was "
        + "cut, another copy may have it."),
    problem(
      "cell-misaligned", "A reference leads to a place where no cell can begin",
      "Its target was left out.", .deletedRecords),
    problem(
      "cell-free", "A reference leads to a free cell",
      "Its target was deleted, or not yet written, and was left out.", .deletedRecords),
    problem(
      "cell-too-short", "A cell is too short for the record in it", "The record was left out."),
    problem(
      "signature", "A reference leads to the wrong kind of record",
      "Its target was overwritten, and was left out."),
    problem(
      "end-of-file", "A record reaches past the end of the file",
      "The record was left out. The file was cut: look for another copy."),
    information(
      "cell-unreferenced", "An allocated cell is unreferenced",
      "Windows leaves such cells behind when it repairs a hive. Keys and values may be in them.",
      .deletedRecords),
  ]
}
