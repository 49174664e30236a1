// SPDX-License-Identifier: MIT

extension CheckRule {
  // MARK: - Keys

  static let keyRules = [
    problem(
      "key-reused", "A key is listed twice, or is its own ancestor",
      "It was read in the first place only. Another key may have been listed where it stands the "
        + "second time; that one is lost."),
    problem(
      "key-parent", "A key names another parent than the key that lists it",
      "It was read where it is listed. Windows takes such a hive for damaged."),
    warning(
      "root-flag", "The root key is not marked as one",
      "Nothing was lost: the header tells which key is the root."),
    warning(
      "entry-flag", "A key is marked as the root of a hive and is not",
      "Nothing was lost. The mark may be left from another place of the key, or be damage."),
    information(
      "key-flags", "A key is marked as volatile or as a mount point",
      "Such keys exist only while Windows runs. Nothing was lost."),
    information(
      "key-layer", "A key hides keys of another hive below this one, or replaces them",
      "The hive lies over another one, as those of containers do. What programs saw is both together."
    ),
    warning(
      "key-depth", "Keys are nested deeper than Windows allows",
      "They were read. Windows has 512 levels, and opens no key below them. Paths below begin with "
        + "the offset of a key in place of its own path."),
    problem("key-name-empty", "A key has no name", "It was read, but no path leads to it."),
    problem(
      "key-name-backslash", "A key's name has a backslash in it",
      "It was read. Windows cannot open the key, and its path looks like that of another one."),
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
      "Programs that take names as C strings, the registry editor among them, cannot open it: a "
        + "known way to hide keys and values."),
    information(
      "key-limits", "A key gives out smaller maxima than its subkeys or values have",
      "Programs that ask how large a buffer they need are told too little. Nothing was lost."),
    problem(
      "class-name-overrun", "A class name is longer than its cell",
      "The class name was cut where the cell ends."),
    problem(
      "class-name-reused", "Two keys have the same class name cell",
      "It was read for both; it may be wrong for one of them."),
    problem(
      "security-missing", "A key has no security record", "Who may open the key is not known."),
    problem(
      "security-overrun", "A security descriptor is longer than its cell",
      "The descriptor was cut where the cell ends."),
    problem(
      "security-link", "The security records do not form one ring",
      "All that keys refer to were read. Windows takes such a hive for damaged."),
    problem(
      "security-count", "A security record counts other keys than refer to it",
      "Nothing was lost. Windows may free the record too early, or never."),

    // Lists of subkeys
    problem(
      "subkey-order", "Subkeys are not in order",
      "All were read. Windows looks a name up by halves and does not find keys that are out of "
        + "order, although they are there."),
    problem(
      "subkey-duplicate", "Two subkeys have the same name",
      "Both were read. Windows finds one of them only."),
    problem(
      "subkeys-uncounted", "A key says that it has no subkeys, and has a list of them",
      "The list was not read, as Windows does not read it. hive dump --deleted shows the keys."),
    problem(
      "list-count", "A key has other subkeys than it counts",
      "All that are listed were read. If it counts more, some are lost."),
    problem(
      "list-overrun", "A list claims more elements than its cell has room for",
      "Those in the cell were read; the others are lost."),
    problem(
      "list-nesting", "A list of lists stands inside another one",
      "It was left out, with the keys in it."),
    problem(
      "list-reused", "A list belongs to two keys",
      "It was read for the first of them only; what the other key had is lost."),
    warning(
      "list-kind", "A list of subkeys is of a kind that the hive's version does not have",
      "All were read. Versions of Windows that go with the hive may not read it."),
    problem(
      "list-hint", "A list has another beginning of a key's name than the key",
      "The key was read. Windows looks it up by that beginning, and does not find it."),
    problem(
      "list-hash", "A list has another hash of a key's name than the key",
      "The key was read. Windows looks it up by the hash, and does not find it."),
  ]

  // MARK: - Values

  static let valueRules = [
    problem(
      "value-reused", "A value is listed twice",
      "It was read in the first place only. Another one may have been listed where it stands the "
        + "second time; that one is lost."),
    problem(
      "value-duplicate", "Two values of a key have the same name",
      "Both were read. Windows finds the first one only."),
    problem(
      "values-uncounted", "A key says that it has no values, and has a list of them",
      "The list was not read, as Windows does not read it. hive dump --deleted shows the values."),
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
      "They were read in full the first time. Together the repetitions are longer than the file, "
        + "and were cut."),
    problem(
      "data-not-segmented", "Data that should be cut into segments are in one cell",
      "They were read. Windows does not read them in a hive of this version."),
    problem(
      "big-data-short", "Data have fewer or shorter segments than their size calls for",
      "They were read up to the one that is missing or short."),
    problem(
      "big-data-reused", "Data list the same segment twice",
      "They were read up to the second time; the rest is lost."),
    warning(
      "big-data-long", "Data have more segments than their size calls for",
      "As many bytes were read as the size says. The other segments may be left from longer data."),
    warning(
      "big-data-version", "Data are cut into segments, which the hive's version does not have",
      "They were read. Versions of Windows that go with the hive cannot read them."),
  ]
}
