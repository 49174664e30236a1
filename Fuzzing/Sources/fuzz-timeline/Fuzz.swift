// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Takes any bytes for a hive, and sorts all dated facts in it with hardly any memory.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  if bytes.count >= 512 { mendChecksum(of: &bytes) }
  guard let hive = try? Hive(bytes: bytes) else { return 0 }
  var sorter = TimelineSorter(limit: 1 << 12)
  var added = 0
  for entry in HiveTimes(hive, file: "hive", machine: "machine", user: "user") {
    precondition(entry.time.rawValue != 0)
    guard (try? sorter.add(entry)) != nil else { return 0 }
    added += 1
  }
  var last = FileTime(rawValue: 0)
  var timeline = sorter.finish()
  while let entry = timeline.next() {
    precondition(entry.time >= last)
    last = entry.time
    added -= 1
  }
  precondition(added == 0)
  return 0
}

private func mendChecksum(of bytes: inout [UInt8]) {
  for column in 0..<4 {
    var sum: UInt8 = 0
    for offset in stride(from: column, to: 508, by: 4) { sum ^= bytes[offset] }
    bytes[508 + column] = sum
  }
}
