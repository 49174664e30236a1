// SPDX-License-Identifier: MIT

/// A member of an archive that a test builds.
struct ArchiveMember {
  var path: [UInt8]
  var bytes: [UInt8]
  /// Whether a zip file marks the path as UTF-8.
  var isUTF8 = true
  /// Whether a zip file says that the bytes are encrypted.
  var isEncrypted = false
  /// Whether a zip file says that the bytes are compressed, which they are not.
  var isSaidToBeDeflated = false
  /// Whether the checksum in a zip file is another one.
  var isBroken = false
  /// Its path in the directory of a zip file, where that is another one.
  var listedPath: String?
  /// Whether it is in the directory of a zip file.
  var isListed = true
  /// Its attributes in the directory of a zip file: of Windows in the lower half, of Unix above.
  var attributes = 0
  /// The path of the member whose bytes this one has in a tar file.
  var linkTarget: String?
  /// Whether it is a symbolic link in a tar file.
  var isSymbolicLink = false

  init(_ path: String, _ bytes: [UInt8]) {
    self.path = [UInt8](path.utf8)
    self.bytes = bytes
  }
}

extension [ArchiveMember] {
  /// A zip file whose members are stored as they are.
  var zip: [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for member in self {
      let offset = bytes.count
      let flags = (member.isUTF8 ? 0x800 : 0) | (member.isEncrypted ? 1 : 0)
      let checksum = member.bytes.crc32 ^ (member.isBroken ? 1 : 0)
      let listed = member.listedPath.map { [UInt8]($0.utf8) } ?? member.path
      func common(_ name: [UInt8]) -> [UInt8] {
        little(20, 2) + little(flags, 2) + little(member.isSaidToBeDeflated ? 8 : 0, 2)
          + little(0, 2) + little(0x5821, 2)
          + little(Int(checksum), 4) + little(member.bytes.count, 4)
          + little(member.bytes.count, 4) + little(name.count, 2) + little(0, 2)
      }
      bytes += little(0x0403_4B50, 4) + common(member.path) + member.path + member.bytes
      guard member.isListed else { continue }
      let system = member.attributes > 0xFFFF ? 3 << 8 : 0
      directory +=
        little(0x0201_4B50, 4) + little(20 | system, 2) + common(listed) + little(0, 2)
        + little(0, 2) + little(0, 2) + little(member.attributes, 4) + little(offset, 4) + listed
    }
    let count = count { $0.isListed }
    let end =
      little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2)
      + little(directory.count, 4) + little(bytes.count, 4) + little(0, 2)
    return bytes + directory + end
  }

  private func little(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// A tar file in the form that POSIX calls ustar: for each member a block of 512 bytes, then its
  /// bytes in whole blocks.
  var tar: [UInt8] {
    flatMap(\.ustar) + [UInt8](repeating: 0, count: 1024)
  }
}

extension ArchiveMember {
  fileprivate var ustar: [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { header[offset + index] = byte }
    }
    func octal(_ number: Int, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(path, at: 0)
    for offset in [100, 108, 116] { put("0000644".utf8, at: offset) }
    put(octal(bytes.count, digits: 11).utf8, at: 124)
    put("00000000000".utf8, at: 136)
    put("        ".utf8, at: 148)
    put((isSymbolicLink ? "2" : linkTarget == nil ? "0" : "1").utf8, at: 156)
    put((linkTarget ?? "").utf8, at: 157)
    put("ustar".utf8, at: 257)
    put("00".utf8, at: 263)
    put((octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ").utf8, at: 148)
    return header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }
}

extension [UInt8] {
  /// The checksum of zip files.
  fileprivate var crc32: UInt32 {
    ~reduce(~0) { sum, byte in
      var sum = sum ^ UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 0 ? 0 : 0xEDB8_8320) }
      return sum
    }
  }
}
