// SPDX-License-Identifier: MIT

import HiveFormat

/// Looks for what a query asks for in names and data.
struct Matcher {
  private enum Means {
    case needle(Needle, isText: Bool)
    case expression(ExpressionMatcher)
  }

  private let means: Means
  private let looksInNames: Bool
  private let looksInData: Bool

  init(_ query: HiveQuery) {
    looksInNames = query.places.contains(.values)
    looksInData = query.places.contains(.data)
    switch query.pattern {
    case .text(let text):
      means = .needle(
        Needle(text: text, isCaseSensitive: query.isCaseSensitive), isText: true)
    case .bytes(let bytes):
      means = .needle(Needle(bytes: bytes), isText: false)
    case .expression(let expression):
      means = .expression(
        ExpressionMatcher(expression, isCaseSensitive: query.isCaseSensitive))
    }
  }

  var skippedTextCount: Int {
    if case .expression(let matcher) = means { matcher.skippedTextCount } else { 0 }
  }

  /// Where in a name it is, in units.
  func find(in name: StoredName, of image: HiveImage) -> Range<Int>? {
    switch means {
    case .needle(let needle, _):
      (try? image.withBytes(at: name.offset, count: name.byteCount) {
        needle.find(inName: $0, isLatin1: name.isLatin1)
      }) ?? nil
    case .expression(let matcher):
      (try? image.withBytes(at: name.offset, count: name.byteCount) {
        matcher.mayMatch(inName: $0, isLatin1: name.isLatin1)
      }) == false ? nil : matcher.find(in: image.units(of: name))
    }
  }

  /// The match in a value, if there is one.
  func match(
    _ record: ValueRecord, _ extent: ValueExtent?, in hive: Hive, of node: KeyNode?,
    deletedPlace: DeletedPlace?
  ) -> HiveMatch? {
    func match(_ place: HiveMatch.Place, _ range: Range<Int>, _ form: HiveMatch.Form) -> HiveMatch {
      HiveMatch(
        place: place, key: node.map { Key(hive: hive, node: $0) },
        value: Value(hive: hive, record: record), range: range, form: form,
        deletedPlace: deletedPlace, extent: extent)
    }
    if looksInNames, let range = find(in: record.name, of: hive.image) {
      return match(.value, range, .utf16)
    }
    guard looksInData, let extent,
      let hit = find(inDataOf: record, extent, of: hive.image)
    else { return nil }
    return match(.data, hit.range, hit.form)
  }

  private func find(
    inDataOf record: ValueRecord, _ extent: ValueExtent, of image: HiveImage
  ) -> Needle.Hit? {
    let kind = DataKind(record)
    if case .needle(_, isText: false) = means {
    } else if kind == .number {
      return nil
    }
    switch extent {
    case .run(let offset, let count):
      return (try? image.withBytes(at: offset, count: count) { find(in: $0, kind) }) ?? nil
    case .segments:
      return unsafe image.bytes(in: extent).withUnsafeBufferPointer {
        unsafe find(in: $0.span, kind)
      }
    }
  }

  private func find(in bytes: Span<UInt8>, _ kind: DataKind) -> Needle.Hit? {
    switch means {
    case .needle(let needle, _): needle.find(inData: bytes, holdsText: kind == .text)
    case .expression(let matcher): matcher.find(in: bytes, holdsText: kind == .text)
    }
  }
}

/// What data are to a search.
enum DataKind {
  /// UTF-16, as their type says.
  case text
  /// A number of the size that its type has.
  case number
  /// Bytes that may hold anything.
  case bytes

  init(_ record: ValueRecord) {
    switch (ValueType(rawValue: record.type), record.dataSize) {
    case (.string, _), (.expandString, _), (.link, _), (.multiString, _): self = .text
    case (.dword, 4), (.dwordBigEndian, 4), (.qword, 8): self = .number
    default: self = .bytes
    }
  }
}
