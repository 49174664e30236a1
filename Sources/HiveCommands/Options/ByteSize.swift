// SPDX-License-Identifier: MIT

import ArgumentParser

/// A number of bytes as a person writes it: `209715200`, `0xC800000`, `200M`, `1.5G`.
///
/// Units are those of 1024; `200M`, `200MB` and `200MiB` are the same, and case does not matter.
struct ByteSize: Hashable, ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let text = argument.lowercased()
    if text.hasPrefix("0x") {
      let digits = text.dropFirst(2)
      // The initializer of integers would also take a sign.
      guard digits.first?.isHexDigit == true, let bytes = Int(digits, radix: 16) else { return nil }
      self.bytes = bytes
      return
    }
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let unit = Self.units[String(text.dropFirst(number.count))],
      let bytes = Self.product(number, unit)
    else { return nil }
    self.bytes = bytes
  }

  private static let units: [String: Int] = {
    var units = ["": 1, "b": 1]
    for (index, letter) in ["k", "m", "g", "t"].enumerated() {
      for name in [letter, letter + "b", letter + "ib"] { units[name] = 1 << (10 * (index + 1)) }
    }
    return units
  }()

  /// A decimal number times a unit, rounded down; nil where that is too large to be kept, or
  /// a part of a byte.
  private static func product(_ number: Substring, _ unit: Int) -> Int? {
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = Int(parts[0]) else { return nil }
    let (bytes, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return bytes }
    guard unit > 1, (1...6).contains(parts[1].count), let fraction = Int(parts[1]) else {
      return nil
    }
    // At most 6 digits times 2⁴⁰.
    var scale = 1
    for _ in parts[1] { scale *= 10 }
    let (sum, sumOverflow) = bytes.addingReportingOverflow(fraction * unit / scale)
    return sumOverflow ? nil : sum
  }
}
