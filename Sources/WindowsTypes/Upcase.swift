// SPDX-License-Identifier: MIT

/// The upper-case form of UTF-16 units as the Windows kernel sees it.
///
/// Windows compares the names of keys and values, sorts lists of subkeys and hashes names after
/// mapping each unit by itself through one fixed table. The mapping knows units, not characters:
/// surrogates stay as they are. So do `ß`, letters that would share another letter's upper case
/// (`ı`, `ſ`, `µ`, `ς`) and scripts whose case is younger than the table (Georgian, Cherokee).
/// Mapping twice gives what mapping once gives.
///
/// Source: [MS-UCODEREF] 3.1.5.3 and the table it names, "Windows 8 Upper Case Mapping Table".
/// The `$UpCase` file that `mkntfs` writes (the one of Windows 7) is the same in all 65,536
/// entries. The table that the exFAT specification recommends is an older one: 109 entries
/// differ. Tables made from today's Unicode, such as Wine's, map 190 units more.
public enum Upcase {
  /// The upper-case form of a unit; the unit itself where it has none.
  @inlinable @inline(__always)
  public static func unit(_ unit: UInt16) -> UInt16 {
    if unit < 0x80 {
      return unit &- (unit &- 0x61 < 26 ? 0x20 : 0)
    }
    return beyondASCII(unit)
  }

  @usableFromInline @inline(never)
  static func beyondASCII(_ unit: UInt16) -> UInt16 {
    table[Int(unit)]
  }

  /// One entry for each unit, made when the first name that is not ASCII turns up.
  private static let table: [UInt16] = {
    var table = [UInt16](0...UInt16.max)
    for run in runs {
      for unit in stride(from: run.first, through: run.last, by: Int(run.step)) {
        table[Int(unit)] = UInt16(truncatingIfNeeded: Int32(unit) + run.delta)
      }
    }
    return table
  }()
}
