// SPDX-License-Identifier: MIT

package enum Upcase {
  @inlinable package static func unit(_ u: UInt16) -> UInt16 { u >= 97 && u <= 122 ? u &- 32 : u }
}
