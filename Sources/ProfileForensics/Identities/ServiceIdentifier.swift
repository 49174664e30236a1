// SPDX-License-Identifier: MIT

import WindowsTypes

extension SecurityIdentifier {
  /// The identifier of a service's own account, `NT SERVICE\\name`: S-1-5-80 and the SHA-1 of the
  /// name in upper case.
  ///
  /// Source: Microsoft's tables of well-known identifiers have two of them (TrustedInstaller and
  /// MSSQLSERVER), which the rule gives.
  init?(serviceNamed name: String) {
    let units = RegistryString(name).upcased
    let digest = SHA1.words(of: units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    let numbers = digest.map { String($0.byteSwapped) }
    self.init("S-1-5-80-" + numbers.joined(separator: "-"))
  }
}

/// SHA-1, as FIPS 180-4 describes it.
private enum SHA1 {
  /// The five words of the digest.
  static func words(of message: [UInt8]) -> [UInt32] {
    var bytes = message + [0x80]
    while bytes.count % 64 != 56 { bytes.append(0) }
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(bits >> shift & 0xFF)) }
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    for start in stride(from: 0, to: bytes.count, by: 64) {
      var words = (0..<16).map { index in
        bytes[(start + index * 4)..<(start + index * 4 + 4)].reduce(UInt32(0)) {
          $0 << 8 | UInt32($1)
        }
      }
      for index in 16..<80 {
        words.append(
          rotate(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1))
      }
      state = zip(state, round(words, state)).map { $0 &+ $1 }
    }
    return state
  }

  private static func round(_ words: [UInt32], _ state: [UInt32]) -> [UInt32] {
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for (index, word) in words.enumerated() {
      let (mix, constant): (UInt32, UInt32) =
        switch index {
        case ..<20: (b & c | ~b & d, 0x5A82_7999)
        case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
      let next = rotate(a, 5) &+ mix &+ e &+ constant &+ word
      (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
    }
    return [a, b, c, d, e]
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }
}
