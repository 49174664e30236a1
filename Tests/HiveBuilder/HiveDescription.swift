// SPDX-License-Identifier: MIT

/// A hive to be written: a tree of keys, what the base block says, and how the cells are laid out.
///
///     var hive = HiveDescription(root: "ROOT")
///     hive["Control Panel\\Desktop"].values = [.string("Wallpaper", "C:\\img.jpg")]
///     let built = hive.build()
///
/// The keys are in one flat array, so that a tree may be as deep as wanted.
package struct HiveDescription: Sendable {
  /// A key's place in ``keys``.
  package struct KeyID: Sendable, Hashable {
    package let index: Int

    package init(index: Int) {
      self.index = index
    }

    package static let root = KeyID(index: 0)
  }

  /// A cell that no key refers to, written after all others.
  package struct ExtraCell: Sendable, Hashable {
    package var content: [UInt8]
    package var isAllocated: Bool

    /// A free cell that still holds something.
    package static func free(_ content: [UInt8]) -> Self {
      Self(content: content, isAllocated: false)
    }

    /// An allocated cell that nothing leads to.
    package static func unreferenced(_ content: [UInt8]) -> Self {
      Self(content: content, isAllocated: true)
    }
  }

  /// All keys; the first is the root, and every other follows its parent.
  package private(set) var keys: [KeyDescription]
  package var header = HeaderDescription()
  /// The last-written time of keys added from now on that name none.
  package var time = filetime(2024, 3, 15, 10)
  /// The descriptor of every key that has none of its own.
  package var defaultSecurity = SecurityDescription.standard.bytes
  package var extraCells: [ExtraCell] = []
  /// The file is filled with zeros up to a multiple of this; the kernel of Windows takes 256 KiB.
  package var fileSizeMultiple = 1
  /// Bytes after the last bin, before any filling up.
  package var trailing: [UInt8] = []

  package init(root name: NameDescription = "ROOT", minorVersion: UInt32 = 5) {
    keys = [KeyDescription(name: name, lastWritten: time)]
    header.minorVersion = minorVersion
  }

  package static let kernelFileSizeMultiple = 256 * 1024

  package subscript(id: KeyID) -> KeyDescription {
    get { keys[id.index] }
    _modify { yield &keys[id.index] }
  }

  /// The key at a path of names with backslashes between them; it is made where it is missing.
  package subscript(path: String) -> KeyDescription {
    get {
      guard let id = id(of: path) else { preconditionFailure("no key \(path)") }
      return self[id]
    }
    _modify {
      let id = makeKey(path)
      yield &keys[id.index]
    }
  }

  /// The root key.
  package var root: KeyDescription {
    get { keys[0] }
    _modify { yield &keys[0] }
  }

  /// Adds a key after the subkeys that `parent` already has, without looking for its name there.
  @discardableResult
  package mutating func add(
    _ name: NameDescription, to parent: KeyID = .root, at time: UInt64? = nil,
    values: [ValueDescription] = []
  ) -> KeyID {
    let id = KeyID(index: keys.count)
    var key = KeyDescription(name: name, lastWritten: time ?? self.time)
    key.values = values
    key.parent = parent
    keys.append(key)
    keys[parent.index].subkeys.append(id)
    return id
  }

  /// Gives the key at a path its values, and makes it where it is missing.
  @discardableResult
  package mutating func set(
    _ path: String, at time: UInt64? = nil, _ values: ValueDescription...
  ) -> KeyID {
    let id = makeKey(path)
    keys[id.index].values = values
    if let time {
      keys[id.index].lastWritten = time
    }
    return id
  }

  /// The key at a path, with all keys above it that were missing.
  @discardableResult
  package mutating func makeKey(_ path: String) -> KeyID {
    var id = KeyID.root
    for part in path.split(separator: "\\") {
      let name = NameDescription(String(part))
      id = subkey(name, of: id) ?? add(name, to: id)
    }
    return id
  }

  /// The key at a path, if there is one.
  package func id(of path: String) -> KeyID? {
    var id = KeyID.root
    for part in path.split(separator: "\\") {
      guard let next = subkey(NameDescription(String(part)), of: id) else { return nil }
      id = next
    }
    return id
  }

  private func subkey(_ name: NameDescription, of parent: KeyID) -> KeyID? {
    let wanted = name.upcased
    return keys[parent.index].subkeys.first { keys[$0.index].name.upcased == wanted }
  }
}

/// A time of day in UTC as a FILETIME: 100-nanosecond steps since the first day of 1601.
package func filetime(
  _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0,
  ticks: UInt64 = 0
) -> UInt64 {
  // Years are counted from March, so that the leap day comes last.
  let shifted = month > 2 ? year : year - 1
  let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
  let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 584_694
  let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
  return UInt64(seconds) * 10_000_000 + ticks
}
