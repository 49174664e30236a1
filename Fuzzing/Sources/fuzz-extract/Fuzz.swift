// SPDX-License-Identifier: MIT

import FuzzInput
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
  guard let hive = hive(bytes[place...]) else { return 0 }
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
