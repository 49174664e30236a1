// SPDX-License-Identifier: MIT

extension CheckRule {
  // MARK: - Keys

  static let keyRules = [
    problem(
      "key-reused", "A key is listed twice, or is its own ancestor",
      "It was read in the first place only. The second place may have listed another key, which is "
        + "lost."),
    problem(
      "key-parent", "A key's parent field does not match the key that lists it",
      "It was read where it is listed. Windows considers such a hive damaged."),
    warning(
      "root-flag", "The root key is not marked as the root",
      "Nothing was lost: the header says which key is the root."),
    warning(
      "entry-flag", "A key that is not the root is marked as the root",
      "Nothing was lost. The mark may be left over from another use of the key, or be damage."),
    information(
      "key-flags", "A key is marked as volatile or as a mount point",
      "Such keys exist only while Windows runs. Nothing was lost."),
    information(
      "key-layer", "A key hides keys of another hive below this one, or replaces them",
      "The hive is a layer over another one, as in containers. Programs saw both together."
    ),
    warning(
      "key-depth", "Keys are nested deeper than Windows allows",
      "They were read. Windows allows 512 levels, and opens no key below them. Deeper paths begin "
        + "with the offset of a key instead of its path."),
    problem(
      "key-name-empty", "A key has no name",
      "It was read. A mark stands for its name in paths, and no path that is asked for leads to "
        + "it."),
    problem(
      "key-name-backslash", "A key's name has a backslash in it",
      "It was read. Windows cannot open the key, and its path looks like another key's."),
    problem(
      "name-overrun", "A name is longer than its cell",
      "The name was cut where the cell ends; what is left of it may not be the name."),
    problem(
      "name-length", "A name is longer than Windows allows",
      "It was cut: names of keys after 255 characters, names of values after 16,383."),
    problem(
      "name-odd-length", "A name in UTF-16 ends in the middle of a character",
      "The last byte was left out."),
    information(
      "name-nul", "A name has a NUL in it",
      "Programs that use C strings, such as the registry editor, cannot open it. This is a known "
        + "way to hide keys and values."),
    information(
      "key-limits", "A key's stored maximum lengths are too small",
      "Programs that ask for the buffer size they need get too small a number. Nothing was lost."),
    problem(
      "class-name-overrun", "A class name is longer than its cell",
      "The class name was cut where the cell ends."),
    problem(
      "class-name-reused", "Two keys have the same class name cell",
      "It was read for both; it may be wrong for one of them."),
    problem(
      "security-missing", "A key has no security record", "It is not known who may open the key."),
    problem(
      "security-overrun", "A security descriptor is longer than its cell",
      "The descriptor was cut where the cell ends."),
    problem(
      "security-link", "The security records do not form one ring",
      "All records that keys refer to were read. Windows considers such a hive damaged."),
    problem(
      "security-count", "A security record's use count is wrong",
      "Nothing was lost. Windows may free the record too early, or never."),

    // Lists of subkeys
    problem(
      "subkey-order", "Subkeys are not in order",
      "All were read. Windows uses binary search, and does not find keys that are out of order."),
    problem(
      "subkey-duplicate", "Two subkeys have the same name",
      "Both were read. Windows finds only one of them."),
    problem(
      "subkeys-uncounted", "A key's subkey count is 0, but it has a list of subkeys",
      "The list was not read, as Windows does not read it.", .deletedRecords),
    problem(
      "list-count", "A key's subkey count does not match its list",
      "All listed subkeys were read. If the count is larger, some are lost."),
    problem(
      "list-overrun", "A list claims more elements than its cell has room for",
      "Those in the cell were read; the others are lost."),
    problem(
      "list-nesting", "A list of lists is inside another list of lists",
      "It was left out, with the keys in it."),
    problem(
      "list-reused", "A list belongs to two keys",
      "It was read for the first key only; what the other key had is lost."),
    warning(
      "list-kind", "A list of subkeys has a type that the hive's version does not have",
      "All were read. The Windows versions that use this hive version may not read it."),
    problem(
      "list-hint", "A list's name hint does not match the key",
      "The key was read. Windows looks it up by the hint, and does not find it."),
    problem(
      "list-hash", "A list's name hash does not match the key",
      "The key was read. Windows looks it up by the hash, and does not find it."),
  ]

  // MARK: - Values

  static let valueRules = [
    problem(
      "value-reused", "A value is listed twice",
      "It was read in the first place only. The second place may have listed another value, which "
        + "is lost."),
    problem(
      "value-duplicate", "Two values of a key have the same name",
      "Both were read. Windows finds only the first."),
    problem(
      "values-uncounted", "A key's value count is 0, but it has a list of values",
      "The list was not read, as Windows does not read it.", .deletedRecords),
    problem(
      "data-overrun", "A value claims more data than its cell has", "The data end with the cell."),
    problem(
      "data-inline", "A value claims more than 4 bytes of data in its own record",
      "Four bytes were read; there is no more."),
    problem(
      "data-reused", "Two values have the same data cell",
      "It was read for both; it may be wrong for one of them."),
    problem(
      "repeated-bytes", "The same bytes are referred to again and again",
      "They were read in full the first time. The repetitions are longer than the file in total, "
        + "and were cut."),
    problem(
      "data-not-segmented", "Data that should be in segments are in one cell",
      "They were read. Windows does not read them in a hive of this version."),
    problem(
      "big-data-short", "Data have fewer or shorter segments than their size requires",
      "They were read up to the segment that is missing or too short."),
    problem(
      "big-data-reused", "Data list the same segment twice",
      "They were read up to the repetition; the rest is lost."),
    warning(
      "big-data-long", "Data have more segments than their size requires",
      "The stored size was read. The other segments may be left over from longer data."),
    warning(
      "big-data-version", "Data are in segments, which the hive's version does not have",
      "They were read. The Windows versions that use this hive version cannot read them."),
  ]
}
