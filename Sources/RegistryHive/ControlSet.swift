// SPDX-License-Identifier: MIT

package import WindowsTypes

/// The control set of a SYSTEM hive that Windows uses: `HKLM\SYSTEM\CurrentControlSet`.
///
/// That key is a link which exists only while Windows runs; a file has `ControlSet001` and so on,
/// and `Select` says which of them is the current one.
package struct ControlSet: Sendable {
  /// The key `ControlSetNNN`.
  package let key: Key
  /// Its name.
  package let name: String
  /// What was wrong with `Select`, and which set was taken instead; nil where nothing was.
  package let doubt: Claim?

  /// Finds the current control set: the one that `Select\Current` names, else `Select\Default`,
  /// else the one with the lowest number.
  ///
  /// Nil where the hive has no control set at all.
  package init?(of system: Hive) {
    let select = system.key(at: "Select")
    let current = select.flatMap { Self.number("Current", in: $0) }
    let fault: String
    if let current {
      if let set = Self.set(current, of: system) {
        self.init(key: set, doubt: nil)
        return
      }
      fault = "Select\\Current names control set \(current), which is not in the hive"
    } else {
      fault =
        select == nil
        ? "The key Select is missing" : "Select\\Current is missing or not a REG_DWORD"
    }
    if let number = select.flatMap({ Self.number("Default", in: $0) }),
      let set = Self.set(number, of: system)
    {
      self.init(key: set, doubt: Self.doubt(fault, "Select\\Default", set))
      return
    }
    let sets = system.root.subkeys.filter { Self.number(of: $0) != nil }
    guard let set = sets.min(by: { (Self.number(of: $0) ?? 0) < (Self.number(of: $1) ?? 0) })
    else { return nil }
    self.init(key: set, doubt: Self.doubt(fault, "the lowest number", set))
  }

  private init(key: Key, doubt: Claim?) {
    self.key = key
    name = key.name.description
    self.doubt = doubt
  }

  private static func doubt(_ fault: String, _ reason: String, _ set: Key) -> Claim {
    Claim(
      "\(fault): \(set.name) is taken, by \(reason); Windows itself may have used another one.",
      source: "Select", .unconfirmed)
  }

  private static func set(_ number: UInt32, of system: Hive) -> Key? {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(3 - digits.count, 0))
    return system.root.subkey(named: RegistryString("ControlSet" + zeros + digits))
  }

  private static func number(_ name: RegistryString, in key: Key) -> UInt32? {
    guard case .dword(let number)? = key.value(named: name)?.data else { return nil }
    return number
  }

  private static func number(of key: Key) -> Int? {
    let prefix: RegistryString = "ControlSet"
    let units = key.name.utf16
    guard RegistryString(utf16: [UInt16](units.prefix(10))).matches(prefix) else { return nil }
    let digits = units.dropFirst(prefix.utf16.count)
    guard digits.count == 3, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1) - 48 }
  }
}
