// SPDX-License-Identifier: MIT

import RegistryHive

/// An item of a shell item list, by which Explorer names a folder, a file, or what looks like one.
///
/// Microsoft does not document the form. Source: "Windows Shell Item format specification" of libyal,
/// <https://github.com/libyal/libfwsi/blob/main/documentation/Windows%20Shell%20Item%20format.asciidoc>;
/// the names of known folders are Microsoft's. Times have steps of two seconds, and are in UTC.
struct ShellItem: Hashable {
  /// What sort of item it is; `0x` and the class type indicator where that is not known.
  private(set) var kind: String
  /// Its name; nil where none was found.
  private(set) var name: RegistryString?
  private(set) var modified: FileTime?
  private(set) var created: FileTime?
  private(set) var accessed: FileTime?
  /// The size of a file in bytes, modulo 4 GiB.
  private(set) var fileSize: UInt32?
  /// The number of the file's record in the MFT of its volume, and how often that was used.
  private(set) var fileRecord: (entry: UInt64, sequence: UInt16)?

  /// The most items that are read of a list; Windows has none with more levels.
  private static let limit = 512

  /// The items of a list, up to its end or to one that does not fit.
  static func list(in data: ByteReader, from start: Int = 0) -> [ShellItem] {
    var items: [ShellItem] = []
    var offset = start
    while items.count < limit, let size = data.uint16(at: offset), size >= 3,
      offset + Int(size) <= data.count, let item = data.part(at: offset, count: Int(size))
    {
      items.append(ShellItem(item))
      offset += Int(size)
    }
    return items
  }

  init(_ data: ByteReader) {
    let type = data.bytes.count > 2 ? data.bytes[2] : 0
    kind = "0x" + (type < 16 ? "0" : "") + String(type, radix: 16)
    if let delegate = Self.delegateFolder(data) {
      kind = "delegate"
      name = Self.folderName(delegate)
      if data.uint32(at: 6) == 0x4653_4643 { readFile(data, at: 10) }
      return
    }
    switch (type, type & 0x70) {
    case (0x1F, _):
      if readPropertyView(data) { return }
      kind = "root"
      name = data.guid(at: 4).map(Self.folderName)
    case (0x00, _), (0x01, _):
      if !readPropertyView(data) { readSigned(data) }
    case (0x61, _):
      kind = "address"
      // Only where no data are before it is it known where the address begins.
      guard data.uint16(at: 4) == 0 else { return }
      name = data.bytes[3] & 0x80 != 0 ? data.text(at: 8) : data.ascii(at: 8)
    case (0x71, _):
      kind = "control panel"
      name = data.guid(at: 14).map(Self.folderName)
    case (_, 0x20):
      kind = "volume"
      name = type & 1 != 0 ? data.part(at: 3, count: 20)?.ascii(at: 0) : nil
      name = name ?? data.guid(at: 4).map(Self.folderName)
    case (_, 0x30):
      kind = type & 1 != 0 ? "folder" : "file"
      readFile(data, at: 0)
    case (_, 0x40):
      kind = "network"
      name = data.ascii(at: 5)
    default: break
    }
    if name?.isEmpty == true { name = nil }
  }

  static func == (first: ShellItem, second: ShellItem) -> Bool {
    first.kind == second.kind && first.name == second.name && first.modified == second.modified
      && first.created == second.created && first.accessed == second.accessed
      && first.fileSize == second.fileSize
      && first.fileRecord?.entry == second.fileRecord?.entry
      && first.fileRecord?.sequence == second.fileRecord?.sequence
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(name)
  }
}

// MARK: - Files

extension ShellItem {
  /// Reads a file entry, whose size field is at an offset.
  private mutating func readFile(_ data: ByteReader, at start: Int) {
    guard data.count > start + 14 else { return }
    let type = data.bytes[start + 2]
    if type & 2 != 0 { fileSize = data.uint32(at: start + 4) }
    modified = data.fatTime(at: start + 8)
    let short = type & 4 != 0 ? data.text(at: start + 14) : data.ascii(at: start + 14)
    if let short, !short.isEmpty { name = short }
    // The last two bytes of an item say where its first extension block begins.
    guard let place = data.uint16(at: data.count - 2).map(Int.init),
      data.uint32(at: place + 4) == 0xBEEF_0004, let version = data.uint16(at: place + 2)
    else { return }
    readExtension(data, at: place, version: version)
  }

  private mutating func readExtension(_ data: ByteReader, at place: Int, version: UInt16) {
    created = data.fatTime(at: place + 8)
    accessed = data.fatTime(at: place + 12)
    var offset = place + 18
    if version >= 7 {
      if let reference = data.uint64(at: place + 20), reference != 0 {
        fileRecord = (reference & 0xFFFF_FFFF_FFFF, UInt16(reference >> 48))
      }
      offset += 18
    }
    guard version >= 3 else { return }
    offset += 2
    if version >= 9 { offset += 4 }
    if version >= 8 { offset += 4 }
    if let long = data.text(at: offset), !long.isEmpty { name = long }
  }
}

// MARK: - Other items

extension ShellItem {
  /// The folder of an item that stands for one of another; nil where it does not.
  private static func delegateFolder(_ data: ByteReader) -> String? {
    guard let size = data.uint16(at: 4) else { return nil }
    let end = 6 + Int(size)
    guard data.guid(at: end) == "5e591a74-df96-48d3-8d67-1733bcee28ba" else { return nil }
    return data.guid(at: end + 16)
  }

  /// Reads an item with a known folder or with properties in it; false where it is another one.
  private mutating func readPropertyView(_ data: ByteReader) -> Bool {
    let signatures: [UInt32: String] = [
      0x1014_1981: "library", 0x23FE_BBEE: "known folder", 0x23A3_DFD5: "search",
      0x3B93_AFBB: "property view", 0xBEEB_EE00: "property view",
    ]
    guard let signature = data.uint32(at: 6), let kind = signatures[signature],
      let size = data.uint16(at: 12)
    else { return false }
    self.kind = kind
    if signature == 0x23FE_BBEE {
      name = data.guid(at: 14).map(Self.folderName)
    } else {
      name = Self.displayName(in: data, from: 14 + Int(size))
    }
    return true
  }

  private mutating func readSigned(_ data: ByteReader) {
    if data.uint32(at: 4) == 0x39DE_2184 {
      kind = "control panel"
      name = data.uint32(at: 8).flatMap { number in
        number < Self.categories.count ? RegistryString(Self.categories[Int(number)]) : nil
      }
    } else if data.uint32(at: 6) == 0x1031_2005 {
      kind = "device"
      name = data.uint32(at: 38).flatMap { data.text(at: 54, byteCount: 2 * Int($0)) }
    } else if data.uint32(at: 6) == 0x0719_2006 {
      kind = "folder"
      modified = data.time(at: 26)
      created = data.time(at: 34)
      name = data.uint32(at: 62).flatMap { data.text(at: 74, byteCount: 2 * Int($0)) }
    }
  }

  /// The name to display in a list of property stores ([MS-PROPSTORE] 2.2).
  private static func displayName(in data: ByteReader, from start: Int) -> RegistryString? {
    var store = start
    while let size = data.uint32(at: store), size >= 24, data.uint32(at: store + 4) == 0x5350_5331 {
      var property = store + 24
      let isNames = data.guid(at: store + 8) == "b725f130-47ef-101a-a5f1-02608c9eebac"
      while isNames, let length = data.uint32(at: property), length >= 17 {
        // System.ItemNameDisplay, as text.
        if data.uint32(at: property + 4) == 10, data.uint16(at: property + 9) == 0x1F {
          return data.uint32(at: property + 13).flatMap {
            data.text(at: property + 17, byteCount: 2 * Int($0))
          }
        }
        property += Int(length)
      }
      store += Int(size)
    }
    return nil
  }
}
