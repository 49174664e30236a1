// SPDX-License-Identifier: MIT

import FuzzInput
import RegistryHive

/// Takes the first two bytes for the size of a hive in units of 512 bytes, and what is behind it for
/// another one; both are compared with each other, and each with itself.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard bytes.count > 2 else { return 0 }
  let size = min((Int(bytes[0]) | Int(bytes[1]) << 8) * 512, bytes.count - 2)
  guard let old = hive(bytes[2..<2 + size]), let new = hive(bytes[(2 + size)...]) else {
    return 0
  }
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
