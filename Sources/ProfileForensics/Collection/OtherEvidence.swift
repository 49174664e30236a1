// SPDX-License-Identifier: MIT

package import FileAccess

/// Files that hold registry hives in a form that is not read here: images of disks, and exports as
/// text.
///
/// Sources: the specifications of VHD and VHDX by Microsoft, of VMDK by VMware, of qcow2 by QEMU;
/// "Expert Witness Compression Format" of J. Metz.
package enum OtherEvidence {
  /// The endings of names that such files have; no other file is looked into.
  private static let endings = [
    ".e01", ".ex01", ".s01", ".vhd", ".vhdx", ".vmdk", ".vdi", ".qcow2", ".dd", ".raw", ".img",
    ".001", ".wim", ".reg",
  ]
  private static let images: [(name: String, offset: Int, mark: [UInt8])] = [
    ("an EWF disk image", 0, [0x45, 0x56, 0x46, 0x09, 0x0D, 0x0A, 0xFF, 0x00]),
    ("an EWF disk image", 0, [0x45, 0x56, 0x46, 0x32, 0x0D, 0x0A, 0x81, 0x00]),
    ("a VHDX disk image", 0, [UInt8]("vhdxfile".utf8)),
    ("a VHD disk image", 0, [UInt8]("conectix".utf8)),
    ("a VMDK disk image", 0, [UInt8]("KDMV".utf8)),
    ("a VMDK disk image", 0, [UInt8]("# Disk DescriptorFile".utf8)),
    ("a VDI disk image", 64, [0x7F, 0x10, 0xDA, 0xBE]),
    ("a qcow2 disk image", 0, [0x51, 0x46, 0x49, 0xFB]),
    ("a WIM image", 0, [UInt8]("MSWIM".utf8)),
    ("an image of an NTFS volume", 3, [UInt8]("NTFS    ".utf8)),
    ("a disk image", 510, [0x55, 0xAA]),
  ]

  /// Whether a file may be such a one by its name.
  static func hasItsName(_ name: String) -> Bool {
    let name = name.lowercased()
    return endings.contains(where: name.hasSuffix)
  }

  /// Why a file is not read, as a sentence without the path; nil where nothing is known of it.
  package static func reason(_ file: OpenFile) -> String? {
    let name = file.name.lowercased()
    guard hasItsName(name), let start = try? file.bytes(at: 0, count: 512)
    else { return nil }
    if name.hasSuffix(".reg") {
      let text = start.filter { $0 != 0 }
      let titles = ["Windows Registry Editor Version 5.00", "REGEDIT4"].map { [UInt8]($0.utf8) }
      let isExport = titles.contains { text.starts(with: $0) || text.dropFirst(2).starts(with: $0) }
      return isExport
        ? "is an export as text, which is not read: save the key as a hive (reg save)" : nil
    }
    let image = images.first { image in
      start.dropFirst(image.offset).starts(with: image.mark)
    }
    return image.map { "is \($0.name), which is not read: mount it, and give the volume's root" }
  }
}
