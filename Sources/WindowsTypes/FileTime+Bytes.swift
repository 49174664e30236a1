// SPDX-License-Identifier: MIT

extension FileTime {
  /// Reads the 8 bytes that Windows stores, least significant first; nil where they are more or
  /// fewer.
  ///
  /// - Parameter bytes: The bytes.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == 8 else { return nil }
    var number: UInt64 = 0
    for (index, byte) in bytes.enumerated() { number |= UInt64(byte) << UInt64(8 * index) }
    self.init(rawValue: number)
  }

  /// Whether the time can be one at which something happened on Windows: from 1990 to 2099.
  ///
  /// Numbers that are no times are hardly ever in this range.
  package var isPlausible: Bool {
    (0x01B4_1E2A_18D6_4000..<0x022F_7163_7764_0000).contains(rawValue)
  }
}
