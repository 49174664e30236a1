// SPDX-License-Identifier: MIT

import RegistryHive

/// The decoders at work on one hive.
struct DecoderRun {
  /// So many bytes of data, or characters of text, count as another value.
  static let bytesPerValue = 64

  private let decoders: [Decoder]
  private let kind: RuleHive
  private let plugins: [MissingPlugin]
  /// How many more rows there may be, and values be read: lists may be made so that many keys share
  /// them.
  private var rowsLeft: Int
  private var valuesLeft: Int
  /// Whether there would have been more rows.
  private(set) var isCutShort = false
  private(set) var missingPlugins: [String] = []

  init(kind: RuleHive, isBatch: Bool, hive: Hive) {
    // The shortest thing that is a row of its own, an entry of a list in a value, has 16 bytes.
    self.init(kind: kind, isBatch: isBatch, limit: 1000 + hive.fileSize / 16)
  }

  init(kind: RuleHive, isBatch: Bool, limit: Int) {
    self.kind = kind
    decoders = Decoder.all.filter { $0.paths.contains { $0.hive == kind } }
    plugins = isBatch ? MissingPlugin.all.filter { $0.hive == kind } : []
    rowsLeft = limit
    valuesLeft = limit
  }

  /// The rows of a key that rules gave something of, each with the rule that it stands beside, and how
  /// many were left out.
  ///
  /// For the first rule that wants them, all rows are given; for others, as many as the allowance has
  /// room for.
  mutating func rows(
    of key: Key, path: RegistryPath, _ rules: [(index: Int32, rule: ExtractionRule)],
    _ repeats: inout RepeatAllowance
  ) -> (list: [(index: Int32, row: DecodedRow)], leftOut: Int) {
    let rules = rules.filter { !$0.rule.disablesDecoders }
    guard !rules.isEmpty else { return ([], 0) }
    noteMissingPlugins(path, rules.map(\.rule))
    var rows: [(index: Int32, row: DecodedRow)] = []
    var leftOut = 0
    for decoder in decoders {
      let place = decoder.paths.first { $0.hive == kind && $0.pattern.matches(path) }
      guard let place else { continue }
      var decoded: [DecodedRow]
      var callers = rules
      switch place.place {
      case .key: decoded = decode(key, decoder)
      case .above(let depth):
        // Where keys below count too, they are decoded when it is their turn.
        callers.removeAll(where: \.rule.isRecursive)
        decoded = callers.isEmpty ? [] : decode(below: key, depth, decoder)
      }
      let size = recordSize(path, nil, nil) + decoded.reduce(0) { $0 + 3 * $1.textCount + 100 }
      let count = decoded.isEmpty ? 0 : repeats.take(callers.count, size: size)
      leftOut += (callers.count - count) * decoded.count
      for (index, rule) in callers.prefix(count) {
        for row in decoded {
          guard rowsLeft > 0 else {
            isCutShort = true
            break
          }
          if let name = row.valueName, !rule.takes(valueName: name.upcased) { continue }
          rowsLeft -= 1
          rows.append((index, row))
        }
      }
    }
    return (rows, leftOut)
  }

  private mutating func decode(_ key: Key, _ decoder: Decoder) -> [DecodedRow] {
    guard valuesLeft > 0 else {
      isCutShort = true
      return []
    }
    let rows = decoder.decode(key, valuesLeft)
    let values = key.values
    valuesLeft -= max(rows.count, values.count) + 1
    // Values may share their data, and rows the text of the keys above.
    valuesLeft -= values.reduce(0) { $0 + $1.readableCount } / Self.bytesPerValue
    valuesLeft -= rows.reduce(0) { $0 + $1.textCount } / Self.bytesPerValue
    if valuesLeft < 0 { isCutShort = true }
    return rows
  }

  private mutating func decode(
    below key: Key, _ depth: Int, _ decoder: Decoder
  ) -> [DecodedRow] {
    var rows: [DecodedRow] = []
    for subkey in key.subkeys {
      guard valuesLeft > 0 else {
        isCutShort = true
        break
      }
      rows += depth > 1 ? decode(below: subkey, depth - 1, decoder) : decode(subkey, decoder)
    }
    return rows
  }

  private mutating func noteMissingPlugins(_ path: RegistryPath, _ rules: [ExtractionRule]) {
    for plugin in plugins where plugin.pattern.matches(path) {
      guard !missingPlugins.contains(plugin.name),
        plugin.valueName.map({ name in rules.contains { $0.valueName == .name(name) } }) ?? true
      else { continue }
      missingPlugins.append(plugin.name)
    }
  }
}
