// SPDX-License-Identifier: MIT

import FuzzInput
import RegistryHive

/// Takes any bytes for a hive, opens it as programs do, with libhivex, and reads all there is.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let hive = hive(UnsafeBufferPointer(start: start, count: count)) else { return 0 }
  var walk = hive.root.walk()
  while let key = walk.next() {
    for value in key.values { _ = value.data }
    _ = walk.findings
    _ = key.securityDescriptor
    _ = key.className
  }
  let usage = hive.usage()
  precondition(usage.bytes.parts.reduce(0) { $0 + $1.value } == usage.bytes.file)
  _ = hive.check()
  let deleted = hive.deletedRecords()
  for key in deleted.keys { _ = key.path }
  for value in deleted.values { _ = value.data }
  return 0
}
