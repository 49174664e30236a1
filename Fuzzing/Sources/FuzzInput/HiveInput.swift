// SPDX-License-Identifier: MIT

public import RegistryHive

/// Opens bytes as a hive; nil where they are not one.
///
/// The checksum is made right: else nearly every input would be read from the same mended copy.
public func hive(_ bytes: some Sequence<UInt8>) -> Hive? {
  var bytes = Array(bytes)
  if bytes.count >= 512 {
    for column in 0..<4 {
      var sum: UInt8 = 0
      for offset in stride(from: column, to: 508, by: 4) { sum ^= bytes[offset] }
      bytes[508 + column] = sum
    }
  }
  return try? Hive(bytes: bytes)
}
