// SPDX-License-Identifier: MIT

import Foundation
import RegistryExtraction
import RegistryHive

/// Converts data as a rule's `BinaryConvert` asks, in the plainest way and with Foundation's
/// calendar: a time as the number of 100 ns since 1601, all else as text.
enum PlainConversion {
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  /// The last moment of the year 9999.
  private static let last = ticks(Date(timeIntervalSince1970: 253_402_300_799)) + 9_999_999

  static func convert(_ bytes: [UInt8], _ type: ValueType, _ conversion: String) -> String? {
    func number(_ count: Int, at offset: Int = 0) -> UInt64? {
      guard bytes.count >= offset + count else { return nil }
      return (0..<count).reduce(0) { $0 + UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
    switch conversion.lowercased() {
    case "filetime":
      return number(8).flatMap { $0 > last ? nil : "\($0)" }
    case "epoch":
      return number(4).map { "\(ticks(Date(timeIntervalSince1970: Double($0))))" }
    case "datetimeticks":
      let start: UInt64 = 504_911_232_000_000_000
      return number(8).flatMap { $0 < start || $0 - start > last ? nil : "\($0 - start)" }
    case "ip":
      guard type == .binary, bytes.count >= 4 else { return nil }
      return "\(bytes[0]).\(bytes[1]).\(bytes[2]).\(bytes[3])"
    case "sid":
      guard type == .binary, bytes.count >= 8, bytes[0] == 1, bytes[1] <= 15,
        bytes.count >= 8 + 4 * Int(bytes[1])
      else { return nil }
      let authority = bytes[2..<8].reduce(UInt64(0)) { $0 << 8 + UInt64($1) }
      let parts = (0..<Int(bytes[1])).compactMap { number(4, at: 8 + 4 * $0) }
      let first = authority >> 32 == 0 ? "\(authority)" : "0x" + hex(authority)
      return (["S-1", first] + parts.map { "\($0)" }).joined(separator: "-")
    case "systemtime":
      let fields = (0..<8).compactMap { number(2, at: 2 * $0).map { Int($0) } }
      guard fields.count == 8, fields[0] >= 1601, fields[0] <= 9999, fields[7] < 1000 else {
        return nil
      }
      let parts = DateComponents(
        year: fields[0], month: fields[1], day: fields[3], hour: fields[4], minute: fields[5],
        second: fields[6])
      guard parts.isValidDate(in: calendar), let date = calendar.date(from: parts) else {
        return nil
      }
      return "\(ticks(date) + UInt64(fields[7]) * 10_000)"
    case "ole":
      guard let bits = number(8) else { return nil }
      let days = Double(bitPattern: bits)
      guard days.isFinite, abs(days) < 3_000_000 else { return nil }
      let whole = days.rounded(.towardZero)
      let milliseconds = Int64((abs(days - whole) * 86_400_000).rounded())
      let ticks = (Int64(whole) + 109_205) * 864_000_000_000 + milliseconds * 10_000
      return ticks < 0 || UInt64(ticks) > last ? nil : "\(ticks)"
    default:
      return nil
    }
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
  }

  private static func ticks(_ date: Date) -> UInt64 {
    UInt64(date.timeIntervalSince1970 + 11_644_473_600) * 10_000_000
  }
}

extension ConvertedData {
  /// In the form that ``PlainConversion`` gives.
  var plain: String {
    switch self {
    case .time(let time): "\(time.rawValue)"
    case .text(let text): text
    }
  }
}
