// SPDX-License-Identifier: MIT

import RegistryHive

/// Takes any bytes for a hive, opens it as programs do, with libhivex, and reads all there is.
///
/// The checksum is made right: else nearly every input would be read from the same mended copy.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  if bytes.count >= 512 { mendChecksum(of: &bytes) }
  guard let hive = try? Hive(bytes: bytes) else { return 0 }
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

private func mendChecksum(of bytes: inout [UInt8]) {
  for column in 0..<4 {
    var sum: UInt8 = 0
    for offset in stride(from: column, to: 508, by: 4) { sum ^= bytes[offset] }
    bytes[508 + column] = sum
  }
}
