// SPDX-License-Identifier: MIT

import RegistryHive

/// Takes the first two bytes for the size of a hive in units of 512 bytes, and what is behind it for
/// another one; both are compared with each other, and each with itself.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard bytes.count > 2 else { return 0 }
  let size = min((Int(bytes[0]) | Int(bytes[1]) << 8) * 512, bytes.count - 2)
  guard let old = hive([UInt8](bytes[2..<2 + size])),
    let new = hive([UInt8](bytes[(2 + size)...]))
  else { return 0 }
  var comparison = HiveComparison(from: old, to: new)
  while let change = comparison.next() {
    _ = comparison.path
    _ = change.lastWritten
  }
  _ = comparison.findingsBefore.count + comparison.findingsAfter.count
  let there = HiveComparison(from: old, to: new).counts()
  let back = HiveComparison(from: new, to: old).counts()
  precondition(there.keysAdded == back.keysRemoved && there.keysRemoved == back.keysAdded)
  precondition(there.keysChanged == back.keysChanged)
  precondition(there.valuesAdded == back.valuesRemoved && there.valuesRemoved == back.valuesAdded)
  precondition(there.valuesChanged == back.valuesChanged)
  precondition(HiveComparison(from: new, to: new).counts().isEmpty)
  return 0
}

private func hive(_ bytes: [UInt8]) -> Hive? {
  var bytes = bytes
  if bytes.count >= 512 { mendChecksum(of: &bytes) }
  return try? Hive(bytes: bytes)
}

private func mendChecksum(of bytes: inout [UInt8]) {
  for column in 0..<4 {
    var sum: UInt8 = 0
    for offset in stride(from: column, to: 508, by: 4) { sum ^= bytes[offset] }
    bytes[508 + column] = sum
  }
}
