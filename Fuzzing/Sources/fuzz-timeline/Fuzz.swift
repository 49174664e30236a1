// SPDX-License-Identifier: MIT

import FuzzInput
import ProfileForensics
import RegistryHive

/// Takes any bytes for a hive, and sorts all dated facts in it with hardly any memory.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let hive = hive(UnsafeBufferPointer(start: start, count: count)) else { return 0 }
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
