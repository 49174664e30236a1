// SPDX-License-Identifier: MIT

import HiveFormat

/// Takes any bytes for a hive and its transaction logs, and replays the logs.
///
/// The file begins with two numbers of 16 bits: how many units of 512 bytes the hive and the first
/// log have; the second log has the rest.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard input.count >= 4 else { return 0 }
  let sizes = [0, 2].map { (Int(input[$0]) | Int(input[$0 + 1]) << 8) * 512 }
  var rest = input[4...]
  func take(_ size: Int) -> HiveImage {
    let part = rest.prefix(size)
    rest = rest.dropFirst(size)
    return HiveImage([UInt8](part))
  }
  let hive = take(sizes[0])
  let logs = [
    LogFile(name: "LOG1", image: take(sizes[1])), LogFile(name: "LOG2", image: take(.max)),
  ]
  for order in [logs, logs.reversed()] {
    let plan = ReplayPlan(primary: hive, logs: order)
    guard plan.conclusion == .recoverable else { continue }
    precondition(plan.resultingSize <= 2 * input.count + 8192)
    var bytes = [UInt8](repeating: 0, count: plan.resultingSize)
    for index in 0..<min(bytes.count, hive.count) {
      bytes[index] = (try? hive.uint8(at: index)) ?? 0
    }
    var span = bytes.mutableSpan
    try? plan.apply(to: &span)
  }
  return 0
}
