// SPDX-License-Identifier: MIT

import RegistryExtraction
import RegistryHive

/// Takes what is before `regf` for a file of rules, and the rest for a hive, on which the rules
/// are run; without rules, every decoder is.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let place = (0..<max(bytes.count - 3, 0)).first {
    bytes[$0..<$0 + 4].elementsEqual("regf".utf8)
  }
  let text = [UInt8](bytes[..<(place ?? bytes.count)])
  let rules = text.isEmpty ? allDecoders : try? ExtractionRules(yaml: text)
  guard let rules, let place else { return 0 }
  var hiveBytes = [UInt8](bytes[place...])
  if hiveBytes.count >= 512 { mendChecksum(of: &hiveBytes) }
  guard let hive = try? Hive(bytes: hiveBytes) else { return 0 }
  for record in hive.extract(rules, includesDeleted: true).prefix(100_000) {
    _ = record.bytes
    _ = record.converted
  }
  return 0
}

private let allDecoders = try? ExtractionRules(
  yaml: "Keys:\n"
    + ["NTUSER", "USRCLASS", "SOFTWARE", "SYSTEM"].map {
      "- {HiveType: \($0), KeyPath: '*', Recursive: true}\n"
    }.joined())

private func mendChecksum(of bytes: inout [UInt8]) {
  for column in 0..<4 {
    var sum: UInt8 = 0
    for offset in stride(from: column, to: 508, by: 4) { sum ^= bytes[offset] }
    bytes[508 + column] = sum
  }
}
