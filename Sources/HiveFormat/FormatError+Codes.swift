// SPDX-License-Identifier: MIT

/// All kinds of faults: what `id` a finding has.
extension FormatError.Code {
  // MARK: References and cells

  /// The bytes that were asked for reach past the end of the file.
  public static let endOfFile = Self(rawValue: "end-of-file")
  /// A reference to a cell points outside the bins.
  public static let cellOutOfBounds = Self(rawValue: "cell-out-of-bounds")
  /// A cell offset is not a multiple of 8.
  public static let cellMisaligned = Self(rawValue: "cell-misaligned")
  /// A cell's size is impossible, or reaches past the bins.
  public static let cellSize = Self(rawValue: "cell-size")
  /// A reference leads to a free cell.
  public static let cellFree = Self(rawValue: "cell-free")
  /// A cell is too short for the record in it.
  public static let cellTooShort = Self(rawValue: "cell-too-short")
  /// A record does not begin with the signature of its kind.
  public static let signature = Self(rawValue: "signature")
  /// More of the file is referred to again and again than is read again.
  public static let repeatedBytes = Self(rawValue: "repeated-bytes")
  /// More faults of one place than are kept one by one.
  public static let moreFaults = Self(rawValue: "more-faults")

  // MARK: The base block

  /// The file is too short to be a hive.
  package static let tooShort = Self(rawValue: "too-short")
  /// The file does not begin with `regf`.
  package static let notAHive = Self(rawValue: "not-a-hive")

  // MARK: Bins

  /// A bin does not begin with `hbin`.
  package static let binSignature = Self(rawValue: "bin-signature")
  /// A bin's stored offset does not match its position.
  package static let binOffset = Self(rawValue: "bin-offset")
  /// A bin's size is impossible, or reaches past the file.
  package static let binSize = Self(rawValue: "bin-size")
  /// A reference leads into the middle of another cell, or there is more in cells than the file
  /// has room for.
  package static let cellOverlap = Self(rawValue: "cell-overlap")

  // MARK: Names

  /// A name is longer than the cell it stands in.
  public static let nameOverrun = Self(rawValue: "name-overrun")
  /// A name is longer than Windows allows.
  public static let nameLength = Self(rawValue: "name-length")

  // MARK: Lists of subkeys

  /// A list claims more elements than its cell has room for.
  package static let listOverrun = Self(rawValue: "list-overrun")
  /// A list has other elements than its key's node says.
  package static let listCount = Self(rawValue: "list-count")
  /// A list of lists is inside another one.
  package static let listNesting = Self(rawValue: "list-nesting")
  /// A list is referred to twice.
  package static let listReused = Self(rawValue: "list-reused")

  // MARK: Security and class names

  /// A security descriptor is longer than its cell.
  package static let securityOverrun = Self(rawValue: "security-overrun")
  /// A class name is longer than its cell.
  package static let classNameOverrun = Self(rawValue: "class-name-overrun")

  // MARK: Data

  /// A value claims more data than its cell holds.
  public static let dataOverrun = Self(rawValue: "data-overrun")
  /// Data in the value record itself claim more than 4 bytes.
  public static let dataInline = Self(rawValue: "data-inline")
  /// Big data have fewer segments, or shorter ones, than the value's size calls for.
  public static let bigDataShort = Self(rawValue: "big-data-short")
  /// Big data list the same segment twice.
  public static let bigDataReused = Self(rawValue: "big-data-reused")

  // MARK: Roots

  /// Another key than the root is marked as one, and keys belong to it.
  package static let secondRoot = Self(rawValue: "second-root")

  // MARK: Names

  /// A key other than the root has no name.
  package static let keyNameEmpty = Self(rawValue: "key-name-empty")

  // MARK: What reading does not need to know, and a check reports

  /// A key is in two lists, or twice in one, or is its own ancestor.
  package static let keyReused = Self(rawValue: "key-reused")
  /// A value is in two lists, or twice in one.
  package static let valueReused = Self(rawValue: "value-reused")
  /// Two values refer to the same data.
  package static let dataReused = Self(rawValue: "data-reused")
  /// Two keys refer to the same class name.
  package static let classNameReused = Self(rawValue: "class-name-reused")

  /// A key names another key as its parent than the one that lists it.
  package static let keyParent = Self(rawValue: "key-parent")
  /// A key has flags that a file should not have.
  package static let keyFlags = Self(rawValue: "key-flags")
  /// The root key is not marked as one.
  package static let rootFlag = Self(rawValue: "root-flag")
  /// A key that is not the root is marked as one.
  package static let entryFlag = Self(rawValue: "entry-flag")
  /// A key is deeper than Windows allows.
  package static let keyDepth = Self(rawValue: "key-depth")
  /// A key's name has a backslash in it.
  package static let keyNameBackslash = Self(rawValue: "key-name-backslash")
  /// The name of a key or value has a NUL in it.
  package static let nameNul = Self(rawValue: "name-nul")
  /// A name in UTF-16 ends with half a unit.
  package static let nameOddLength = Self(rawValue: "name-odd-length")
  /// A key's stored maximum lengths are too small.
  package static let keyLimits = Self(rawValue: "key-limits")
  /// A key hides one below it in other layers, or replaces it.
  package static let keyLayer = Self(rawValue: "key-layer")

  /// Subkeys are not in order.
  package static let subkeyOrder = Self(rawValue: "subkey-order")
  /// Two subkeys have the same name.
  package static let subkeyDuplicate = Self(rawValue: "subkey-duplicate")
  /// A list of subkeys leads to keys, while its key says that it has none.
  package static let subkeysUncounted = Self(rawValue: "subkeys-uncounted")
  /// A list of subkeys is of a kind that the hive's version does not have.
  package static let listKind = Self(rawValue: "list-kind")
  /// The beginning of a name in a list is not that of the key.
  package static let listHint = Self(rawValue: "list-hint")
  /// The hash of a name in a list is not that of the key's name.
  package static let listHash = Self(rawValue: "list-hash")

  /// Two values of a key have the same name.
  package static let valueDuplicate = Self(rawValue: "value-duplicate")
  /// A list of values leads to values, while its key says that it has none.
  package static let valuesUncounted = Self(rawValue: "values-uncounted")
  /// Data are cut into segments, which the hive's version does not have.
  package static let bigDataVersion = Self(rawValue: "big-data-version")
  /// Big data have more segments than their size calls for.
  package static let bigDataLong = Self(rawValue: "big-data-long")
  /// Data in one cell are longer than the hive's version allows.
  package static let dataNotSegmented = Self(rawValue: "data-not-segmented")

  /// A key has no security record.
  package static let securityMissing = Self(rawValue: "security-missing")
  /// Security records do not form one ring.
  package static let securityLink = Self(rawValue: "security-link")
  /// A security record counts other keys than refer to it.
  package static let securityCount = Self(rawValue: "security-count")

  /// libhivex reads other subkeys or values, or refuses a sound hive.
  package static let hivexDisagrees = Self(rawValue: "hivex-disagrees")

  /// Nothing leads to a used cell.
  package static let cellUnreferenced = Self(rawValue: "cell-unreferenced")
  /// There is something after the last bin.
  package static let trailingBytes = Self(rawValue: "trailing-bytes")

  // MARK: Transaction logs

  /// The checksum of a log's base block is wrong.
  package static let logChecksum = Self(rawValue: "log-checksum")
  /// A file's type is not that of a log, or does not belong to its content.
  package static let logFileType = Self(rawValue: "log-file-type")
  /// The sequence numbers of a log differ: writing it did not finish.
  package static let logUnfinished = Self(rawValue: "log-unfinished")
  /// A log has no entries.
  package static let logWithoutEntries = Self(rawValue: "log-without-entries")
  /// A log entry has another sequence number than the one that must follow.
  package static let logGap = Self(rawValue: "log-gap")
  /// A log is there but cannot be read.
  package static let logUnreadable = Self(rawValue: "log-unreadable")
  /// There is no `DIRT` where a log's dirty vector must begin.
  package static let dirtyVectorSignature = Self(rawValue: "log-dirty-vector-signature")
  /// A log is shorter than its dirty vector, or than the pages that the vector announces.
  package static let logTruncated = Self(rawValue: "log-truncated")
  /// A log entry does not begin with `HvLE`.
  package static let entrySignature = Self(rawValue: "log-entry-signature")
  /// A log entry's size is impossible, or reaches past the log.
  package static let entrySize = Self(rawValue: "log-entry-size")
  /// A hash of a log entry does not belong to its bytes.
  package static let entryHash = Self(rawValue: "log-entry-hash")
  /// A log entry claims pages that are not in it, or not in the hive.
  package static let entryPages = Self(rawValue: "log-entry-pages")
  /// A log claims a hive size that is not a multiple of 4,096, or more than its pages fill.
  package static let logBinsSize = Self(rawValue: "log-bins-size")
  /// A log was written before the hive's last complete write.
  package static let logOlder = Self(rawValue: "log-older")
  /// A hive bin in a log is none.
  package static let logBin = Self(rawValue: "log-bin")
  /// A buffer has not the size that a plan needs.
  package static let bufferSize = Self(rawValue: "buffer-size")

  // MARK: What opening a hive finds

  /// The base block's checksum is wrong.
  package static let checksum = Self(rawValue: "checksum")
  /// The base block gives another size of the bins than they have.
  package static let binsSize = Self(rawValue: "bins-size")
  /// The base block's reference to the root key is wrong.
  package static let rootCell = Self(rawValue: "root-cell")
  /// The file has no base block.
  package static let noBaseBlock = Self(rawValue: "no-base-block")
  /// The system could not read a part of the file.
  package static let unreadable = Self(rawValue: "unreadable-bytes")
  /// The file was cut, or written to, while it was read.
  package static let changed = Self(rawValue: "file-changed")
  /// The file is larger than any hive.
  package static let beyondLimit = Self(rawValue: "file-too-large")
  /// The format version is unknown.
  package static let headerVersion = Self(rawValue: "header-version")
  /// The base block says that the file is something else than a hive.
  package static let headerFileType = Self(rawValue: "header-file-type")
  /// The base block gives a file format that is not known.
  package static let headerFileFormat = Self(rawValue: "header-file-format")

  // MARK: Sums

  /// The bins have bytes that are in no header and no cell.
  package static let sumOfBins = Self(rawValue: "sum-of-bins")
  /// The used cells are not the sum of those that are referred to and those that are not.
  package static let sumOfCells = Self(rawValue: "sum-of-cells")
  /// The parts of the file do not sum to its size.
  package static let sumOfFile = Self(rawValue: "sum-of-file")
}
