// SPDX-License-Identifier: MIT

/// The text form of the 16 bytes of a GUID, without braces.
///
/// The first three numbers are little-endian ([MS-DTYP] 2.3.4). Other numbers of bytes are written
/// as they come.
package func guidText(_ bytes: [UInt8]) -> String {
  let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
  guard bytes.count == 16 else { return digits.joined() }
  let groups = [[3, 2, 1, 0], [5, 4], [7, 6], [8, 9], [10, 11, 12, 13, 14, 15]]
  return groups.map { $0.map { digits[$0] }.joined() }.joined(separator: "-")
}
