// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// A number with commas between groups of three digits.
func grouped(_ number: Int) -> String {
  var text = ""
  let digits = String(number.magnitude)
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return number < 0 ? "-" + text : text
}

/// A difference, with its sign: `+1,530`.
func signed(_ number: Int) -> String {
  number > 0 ? "+" + grouped(number) : grouped(number)
}

/// A difference in bytes as people read it, with its sign: `+1.5 KB`.
func signedByteText(_ bytes: Int) -> String {
  let text = byteText(Int(clamping: bytes.magnitude))
  return bytes > 0 ? "+" + text : bytes < 0 ? "-" + text : text
}

/// A share in per cent, with one decimal; what is more than nothing never looks like nothing.
func percent(_ share: Double) -> String {
  let tenths = Int((min(max(share, 0), 1e6) * 1000).rounded())
  if tenths == 0, share > 0 { return "<0.1 %" }
  return "\(grouped(tenths / 10)).\(tenths % 10) %"
}

func percent(of part: Int, in whole: Int) -> String {
  percent(whole > 0 ? Double(part) / Double(whole) : 0)
}

/// The day of a time, in UTC.
func date(_ time: FileTime) -> String {
  String(time.description.prefix { $0 != "T" })
}

extension FileTime {
  /// The time for a person, to the second: `2012-04-09 13:10:43 UTC`.
  var toTheSecond: String {
    description.prefix { $0 != "." }.split(separator: "T").joined(separator: " ") + " UTC"
  }
}

/// A time to the minute, such as `2012-04-09 13:10 UTC`.
func minutes(_ time: FileTime) -> String {
  let parts = time.description.split(separator: "T")
  return parts.count == 2 ? "\(parts[0]) \(parts[1].prefix(5)) UTC" : time.description
}

/// A number of things, such as `1 key` or `2,100 keys`.
func counted(_ number: Int, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(grouped(number)) \(noun)s"
}

/// A number in hexadecimal digits, without zeros before it: `1f`.
func hexDigits(_ number: Int) -> String { String(number, radix: 16) }

/// A number with all hexadecimal digits that its type has room for: `0x0000001f`.
func paddedHex<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) -> String {
  let digits = String(number, radix: 16)
  return "0x" + String(repeating: "0", count: Number.bitWidth / 4 - digits.count) + digits
}
