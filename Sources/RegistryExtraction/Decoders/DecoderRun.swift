// SPDX-License-Identifier: MIT

import RegistryHive

/// The decoders at work on one hive.
struct DecoderRun {
  private let decoders: [Decoder]
  private let kind: RuleHive
  private let plugins: [MissingPlugin]
  /// How many more rows there may be: lists may be made so that many keys share them.
  private var rowsLeft: Int
  private(set) var missingPlugins: [String] = []

  init(kind: RuleHive, isBatch: Bool, hive: Hive) {
    self.kind = kind
    decoders = Decoder.all.filter { $0.paths.contains { $0.hive == kind } }
    plugins = isBatch ? MissingPlugin.all.filter { $0.hive == kind } : []
    // The shortest thing that is a row of its own, an entry of a list in a value, has 16 bytes.
    rowsLeft = 1000 + hive.fileSize / 16
  }

  /// The rows of a key that rules gave something of, each with the rule that it stands beside.
  mutating func rows(
    of key: Key, path: RegistryPath, _ rules: [(index: Int32, rule: ExtractionRule)]
  ) -> [(index: Int32, row: DecodedRow)] {
    let rules = rules.filter { !$0.rule.disablesDecoders }
    guard !rules.isEmpty else { return [] }
    noteMissingPlugins(path, rules.map(\.rule))
    var rows: [(index: Int32, row: DecodedRow)] = []
    for decoder in decoders {
      let place = decoder.paths.first { $0.hive == kind && $0.pattern.matches(path) }
      guard let place else { continue }
      var decoded: [DecodedRow]
      var callers = rules
      switch place.place {
      case .key: decoded = decoder.decode(key)
      case .above(let depth):
        // Where keys below count too, they are decoded when it is their turn.
        callers.removeAll(where: \.rule.isRecursive)
        decoded = callers.isEmpty ? [] : Self.decode(below: key, depth, decoder, limit: rowsLeft)
      }
      for (index, rule) in callers {
        for row in decoded where rowsLeft > 0 {
          if let name = row.valueName, !rule.takes(valueName: name.upcased) { continue }
          rowsLeft -= 1
          rows.append((index, row))
        }
      }
    }
    return rows
  }

  private static func decode(
    below key: Key, _ depth: Int, _ decoder: Decoder, limit: Int
  ) -> [DecodedRow] {
    var rows: [DecodedRow] = []
    for subkey in key.subkeys {
      guard rows.count < limit else { break }
      rows +=
        depth > 1
        ? decode(below: subkey, depth - 1, decoder, limit: limit - rows.count)
        : decoder.decode(subkey)
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
