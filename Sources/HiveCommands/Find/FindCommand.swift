// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import RegistryHive

struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "find", arguments: "<pattern> <paths> ...",
    abstract: "Find text, a regular expression or bytes in the keys and values of hives.",
    discussion: """
      Text is compared as Windows compares names: case does not matter. In data it is found as \
      UTF-16 and as ASCII, also inside binary data; numbers are not searched as text. A key matches \
      by its own name, not by its path. A value whose name matches is listed once, whatever its \
      data.

      The exit code is 0 if something was found, 1 if nothing was.
      """,
    examples: [
      "OneDrive NTUSER.DAT",
      "--in data --regex '[a-z]+\\.exe' /mnt/windows",
      "--hex '41 00' --kind NTUSER,SOFTWARE /mnt/windows",
    ])

  @Argument(help: "The text, regular expression, or bytes in hexadecimal.")
  var pattern: String

  @Argument(help: Inputs.help(), completion: .file())
  var paths: [String]

  @Flag(help: "The pattern is a regular expression, in the syntax of Swift's Regex.")
  var regex = false

  @Flag(help: "The pattern is bytes of data, as hexadecimal digits.")
  var hex = false

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp(
      "Where to look: the names of keys, the names of values, data; separated by commas. "
        + "(default: all)",
      valueName: "places"))
  var places: [CommaList<SearchPlace>] = []

  @Flag(help: "Match the case of letters.")
  var caseSensitive = false

  @OptionGroup var filter: FindFilter

  @Flag(help: "Also look through deleted keys and values, as far as they can still be read.")
  var deleted = false

  @OptionGroup(title: "Many machines")
  var fleet: FleetOptions

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<ListFormat>

  func validate() throws {
    try fleet.validate(isArray: destination.format == .json)
    try EventTime.validate(since: filter.since, until: filter.until)
    if regex, hex { throw ValidationError("--regex cannot be combined with --hex.") }
    if pattern.isEmpty { throw ValidationError("The pattern is empty.") }
    if hex, !wantedPlaces.isEmpty, wantedPlaces != [.data] {
      throw ValidationError("--hex looks in data only.")
    }
    if hex, caseSensitive { throw ValidationError("--case-sensitive has no effect with --hex.") }
    _ = try query()
  }

  /// Where to look; empty for everywhere.
  private var wantedPlaces: Set<HiveQuery.Place> {
    Set(places.flatMap(\.elements).flatMap(\.places))
  }

  /// What to look for.
  private func query() throws(ValidationError) -> HiveQuery {
    var query: HiveQuery
    if hex {
      guard let bytes = Self.bytes(pattern) else {
        throw ValidationError("'\(pattern)' is not pairs of hexadecimal digits.")
      }
      query = HiveQuery(bytes: bytes)
    } else if regex {
      do {
        query = try HiveQuery(expression: pattern)
      } catch {
        throw ValidationError("'\(pattern)' is not a regular expression: \(error)")
      }
    } else {
      query = HiveQuery(text: RegistryString(pattern))
    }
    if !wantedPlaces.isEmpty { query.places = wantedPlaces }
    query.isCaseSensitive = caseSensitive
    query.since = filter.since?.time
    query.until = filter.until?.time
    query.types = Set(filter.type.flatMap(\.elements).map(\.type))
    query.includesDeleted = deleted
    return query
  }

  /// The bytes that hexadecimal digits stand for; spaces may be between pairs.
  private static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.filter { $0 != " " }.map { $0.isASCII ? $0.hexDigitValue : nil }
    guard digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
    return stride(from: 0, to: digits.count, by: 2).reduce(into: [UInt8]?([])) { bytes, index in
      guard let high = digits[index], let low = digits[index + 1] else { return bytes = nil }
      bytes?.append(UInt8(high << 4 | low))
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let query: HiveQuery
      do throws(ValidationError) {
        query = try self.query()
      } catch {
        throw CommandFailure(exitCode: .validationFailure, message: error.message)
      }
      let format = destination.format
      let found = try fleetOfPaths()
      let output = try destination.open(inputs: paths + found.files + logs.files)
      let run = try FleetRun(
        found, command: "find", options: fleet, layout: ItemLayout(format, text: .lines),
        to: output)
      let work = FindWork(
        query: query, filter: filter, logs: logs, form: format)
      var tally = FindTally()
      let code = try run.run(work.run, take: { tally.add($0) })
      try output.finish()
      // Whoever closes the pipe has seen a match.
      if code == .interrupted || output.failure != nil { return code }
      return try tally.finish(filter, isRest: run.goesOn, hint: hint)
    }
  }
}

extension FindCommand {
  /// What may be meant by a pattern that nothing matches.
  private var hint: String? {
    if regex || hex { return nil }
    if pattern.contains(where: { $0 == "*" || $0 == "?" }) {
      return "* and ? are looked for as they are; --regex takes expressions"
    }
    let isOfFile = pattern.dropFirst().hasPrefix(":") || pattern.hasPrefix("\\\\")
    guard pattern.contains("\\") || pattern.contains("/"), !isOfFile else { return nil }
    return "a key is found by its own name; --key takes its path, as in: hive dump --key PATH HIVE"
  }

  /// The hives to look through.
  ///
  /// - Throws: ``CommandFailure``, which says so where the pattern and a path seem to have changed
  ///   places.
  private func fleetOfPaths() throws(CommandFailure) -> Fleet {
    if fileStatus(of: pattern) != nil, paths.allSatisfy({ $0 != "-" && fileStatus(of: $0) == nil })
    {
      throw CommandFailure(
        exitCode: .noInput,
        message: "\(paths[0]): no such file; the pattern comes first, then hives or folders")
    }
    return try Fleet(paths, jobs: fleet.threadCount)
  }
}

/// The search in one machine or hive of several.
struct FindWork: Sendable {
  let query: HiveQuery
  let filter: FindFilter
  let logs: LogOptions
  let form: ListFormat

  /// Searches an item.
  func run(_ inputs: Inputs, _ output: Output) -> ItemResult<FindTally> {
    var run = FindRun(query, filter: filter, logs: logs, to: output)
    let isSingle = inputs.isSingleHive
    switch form {
    case .text:
      run.run(inputs, FindTextWriter(to: output, namesHive: !isSingle))
    case .ndjson, .json:
      run.run(inputs, FindJSONWriter(to: output, form, namesHive: !isSingle))
    case .csv: run.run(inputs, FindCSVWriter(to: output, namesHive: !isSingle))
    }
    return ItemResult(code: .success, part: run.tally)
  }
}

/// Which keys and values are looked through.
struct FindFilter: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only keys last written from this time on, and their values. \(EventTime.forms).",
      valueName: "time"))
  var since: EventTime?

  @Option(help: ArgumentHelp("Only keys last written before this time.", valueName: "time"))
  var until: EventTime?

  @Option(
    help: ArgumentHelp(
      "Only values of these types, such as REG_SZ or 1, separated by commas, and no keys.",
      valueName: "type"))
  var type: [CommaList<ValueTypeArgument>] = []

  @Option(help: ArgumentHelp("Only this key and what is below it.", valueName: "path"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Only hives of these kinds, such as NTUSER or SOFTWARE, separated by commas.",
      valueName: "kind"))
  var kind: [CommaList<HiveKindArgument>] = []
}

/// A place to look in, by its name, or all of them.
struct SearchPlace: ExpressibleByArgument {
  private static let all = "all"

  let places: [HiveQuery.Place]

  init?(argument: String) {
    let name = argument.lowercased()
    if name == Self.all {
      places = HiveQuery.Place.allCases
    } else if let place = HiveQuery.Place(rawValue: name) ?? HiveQuery.Place(rawValue: name + "s") {
      places = [place]
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { HiveQuery.Place.allCases.map(\.rawValue) + [all] }
}

/// A value's type, by name or number.
struct ValueTypeArgument: ExpressibleByArgument {
  let type: ValueType

  init?(argument: String) {
    let name = argument.uppercased()
    if let known = (0...11).lazy.map({ ValueType(rawValue: $0) })
      .first(where: { $0.description == name || $0.description == "REG_" + name })
    {
      type = known
      return
    }
    let number =
      name.hasPrefix("0X") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name)
    guard let number else { return nil }
    type = ValueType(rawValue: number)
  }
}

/// A kind of hive, by the name that people know it by.
struct HiveKindArgument: ExpressibleByArgument {
  let kind: HiveKind

  init?(argument: String) {
    guard
      let kind = HiveKind.allCases.first(where: {
        $0.rawValue.lowercased() == argument.lowercased()
      })
    else { return nil }
    self.kind = kind
  }

  static var allValueStrings: [String] { HiveKind.allCases.map(\.rawValue) }
}
