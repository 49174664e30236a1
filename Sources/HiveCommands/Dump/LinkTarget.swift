// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension HiveImage {
  /// Where a symbolic link leads to; nil for other keys, and where its value cannot be read.
  func linkTarget(of node: KeyNode, _ values: [Visit.Value]) -> RegistryString? {
    guard KeyFlags(rawValue: node.flags).contains(.symbolicLink) else { return nil }
    let name = RegistryString("SymbolicLinkValue").upcased
    guard
      let value = values.first(where: { matches($0.record.name, upcased: name) }),
      // The target has no NUL at its end.
      case .link(let target) = ValueData(
        bytes(in: value.extent), type: ValueType(rawValue: value.record.type))
    else { return nil }
    return target
  }
}
