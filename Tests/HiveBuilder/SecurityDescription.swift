// SPDX-License-Identifier: MIT

/// A self-relative security descriptor with an owner, a group and a list of access entries.
package struct SecurityDescription: Sendable, Hashable {
  /// One access-allowed or access-denied entry.
  package struct Entry: Sendable, Hashable {
    package var isDenial = false
    /// Inheritance flags: 2 is "subkeys too".
    package var flags: UInt8 = 2
    package var mask: UInt32
    package var sid: String

    package init(isDenial: Bool = false, flags: UInt8 = 2, mask: UInt32, sid: String) {
      self.isDenial = isDenial
      self.flags = flags
      self.mask = mask
      self.sid = sid
    }
  }

  package var owner: String
  package var group: String
  package var access: [Entry]

  package init(owner: String, group: String, access: [Entry]) {
    self.owner = owner
    self.group = group
    self.access = access
  }

  package static let fullControl: UInt32 = 0xF003F
  package static let readOnly: UInt32 = 0x20019

  /// Owned by the administrators, who have full control as the system has; others read.
  package static let standard = Self(
    owner: "S-1-5-32-544", group: "S-1-5-18",
    access: [
      Entry(mask: fullControl, sid: "S-1-5-18"),
      Entry(mask: fullControl, sid: "S-1-5-32-544"),
      Entry(mask: readOnly, sid: "S-1-5-32-545"),
    ])

  /// What the hive of a user has: full control for the user, the system and the administrators.
  package static func user(_ sid: String) -> Self {
    Self(
      owner: "S-1-5-32-544", group: "S-1-5-18",
      access: [sid, "S-1-5-18", "S-1-5-32-544"].map { Entry(mask: fullControl, sid: $0) })
  }

  /// The descriptor as it is in a hive: header, access list, owner, group.
  package var bytes: [UInt8] {
    var list: [UInt8] = []
    for entry in access {
      let sid = sidBytes(entry.sid)
      list += [entry.isDenial ? 1 : 0, entry.flags]
      list.append(number: UInt16(8 + sid.count))
      list.append(number: entry.mask)
      list += sid
    }
    let ownerBytes = sidBytes(owner)
    let listSize = 8 + list.count
    // Revision 1; the control word says self-relative with an access list.
    var bytes: [UInt8] = [1, 0, 0x04, 0x80]
    bytes.append(number: UInt32(20 + listSize))
    bytes.append(number: UInt32(20 + listSize + ownerBytes.count))
    bytes.append(number: UInt32(0))
    bytes.append(number: UInt32(20))
    bytes += [2, 0]
    bytes.append(number: UInt16(listSize))
    bytes.append(number: UInt32(access.count))
    return bytes + list + ownerBytes + sidBytes(group)
  }
}

/// A SID such as `S-1-5-18` in its binary form.
package func sidBytes(_ text: String) -> [UInt8] {
  let numbers = text.split(separator: "-").dropFirst().compactMap { UInt64($0) }
  precondition(numbers.count >= 2, "not a SID: \(text)")
  let parts = numbers.dropFirst(2)
  var bytes = [UInt8(numbers[0]), UInt8(parts.count)]
  bytes += numberBytes(numbers[1].byteSwapped).dropFirst(2)
  for part in parts {
    bytes.append(number: UInt32(part))
  }
  return bytes
}
