// SPDX-License-Identifier: MIT

import FuzzInput
import RegistryHive

/// Takes the first byte for what is looked for and how, what stands before `regf` for text or bytes,
/// and the rest for a hive.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let place = (0..<max(bytes.count - 3, 0)).first {
    bytes[$0..<$0 + 4].elementsEqual("regf".utf8)
  }
  guard let place, place > 0, let choice = bytes.first else { return 0 }
  guard var query = query(choice, [UInt8](bytes[1..<place])),
    let hive = hive(bytes[place...])
  else { return 0 }
  query.isCaseSensitive = choice & 4 != 0
  query.includesDeleted = choice & 8 != 0
  var search = hive.find(query)
  for _ in 0..<100_000 {
    guard let match = search.next() else { break }
    _ = search.path
    let units = match.place == .key ? match.key?.name.utf16 : match.value?.name.utf16
    precondition(!match.range.isEmpty)
    precondition(match.place == .data || match.range.upperBound <= units?.count ?? 0)
  }
  return 0
}

private func query(_ choice: UInt8, _ pattern: [UInt8]) -> HiveQuery? {
  guard !pattern.isEmpty else { return nil }
  switch choice & 3 {
  case 0: return HiveQuery(text: RegistryString(String(decoding: pattern, as: UTF8.self)))
  case 1: return HiveQuery(bytes: pattern)
  case 2:
    // Each unit by itself, so that lone surrogates come up too.
    let units = stride(from: 0, to: pattern.count - 1, by: 2).map {
      UInt16(pattern[$0]) | UInt16(pattern[$0 + 1]) << 8
    }
    return units.isEmpty ? nil : HiveQuery(text: RegistryString(utf16: units))
  default:
    let all = [#"[a-z]+\d"#, "e.x", "(run|soft)", #"\w{3}\\"#]
    return try? HiveQuery(expression: all[Int(pattern[0]) % all.count])
  }
}
