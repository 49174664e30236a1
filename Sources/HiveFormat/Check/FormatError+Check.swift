// SPDX-License-Identifier: MIT

// What reading does not need to know, and a check reports.
extension FormatError.Code {
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
  /// A key has no name.
  package static let keyNameEmpty = Self(rawValue: "key-name-empty")
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
}
