// SPDX-License-Identifier: MIT

package import HiveFormat

/// A key of a hive.
public struct Key: Sendable {
  /// The hive that the key is in.
  public let hive: Hive
  package let node: KeyNode

  package init(hive: Hive, node: KeyNode) {
    self.hive = hive
    self.node = node
  }

  /// The key's name.
  ///
  /// The root has one too, but it is not part of paths.
  public var name: RegistryString { RegistryString(utf16: hive.image.units(of: node.name)) }

  /// When the key was last changed: it itself, its values, or which subkeys it has.
  public var lastWritten: FileTime { FileTime(rawValue: node.lastWritten) }

  /// The key's flags.
  public var flags: KeyFlags { KeyFlags(rawValue: node.flags) }

  /// The file offset of the key's cell.
  public var offset: Int { node.offset }

  /// How the key takes part in a layered key.
  public var layer: KeyLayer { KeyLayer(node) }

  /// The key's class name; nil where it has none, or where it cannot be read.
  public var className: RegistryString? {
    hive.image.className(of: node).map(RegistryString.init(utf16:))
  }

  /// Who may do what with the key; nil where that cannot be read.
  public var securityDescriptor: SecurityDescriptor? {
    guard
      let record = try? SecurityRecord(parsing: hive.image, at: node.security.fileOffset),
      let bytes = try? hive.image.bytes(
        at: record.descriptorOffset, count: record.descriptorSize)
    else { return nil }
    return SecurityDescriptor(bytes: bytes)
  }

  /// The key's subkeys in stored order, as far as they can be read.
  public var subkeys: [Key] {
    var faults: [FormatError] = []
    return readSubkeys(reporting: &faults)
  }

  /// The key's values in stored order, as far as they can be read.
  public var values: [Value] {
    var faults: [FormatError] = []
    return readValues(reporting: &faults)
  }

  /// What is wrong with the key: its name, class name, security, lists, values and their data.
  public var findings: [Finding] {
    var faults: [FormatError] = []
    if let fault = node.nameFault { faults.report(fault) }
    if node.classNameLength > 0, node.className != .noCell {
      do throws(FormatError) {
        _ = try hive.image.classNameCell(of: node, reporting: &faults)
      } catch {
        faults.report(error)
      }
    }
    if node.security != .noCell {
      do throws(FormatError) {
        let record = try SecurityRecord(parsing: hive.image, at: node.security.fileOffset)
        if let fault = record.sizeFault { faults.report(fault) }
      } catch {
        faults.report(error)
      }
    }
    _ = readSubkeys(reporting: &faults)
    for value in readValues(reporting: &faults) { value.reportFaults(to: &faults) }
    return faults.map(Finding.init)
  }

  /// What is wrong with the lists of its subkeys, and with the subkeys that they lead to.
  var subkeyFindings: [Finding] {
    var faults: [FormatError] = []
    _ = readSubkeys(reporting: &faults)
    return faults.map(Finding.init)
  }

  private func readSubkeys(reporting faults: inout [FormatError]) -> [Key] {
    var listFaults: [FormatError] = []
    let offsets = hive.subkeys(of: node, from: hive.hivex, reporting: &listFaults)
    for fault in listFaults { faults.report(fault) }
    var keys: [Key] = []
    for offset in offsets {
      do throws(FormatError) {
        keys.append(Key(hive: hive, node: try KeyNode(parsing: hive.image, at: offset)))
      } catch {
        faults.report(error)
      }
    }
    return keys
  }

  private func readValues(reporting faults: inout [FormatError]) -> [Value] {
    var values: [Value] = []
    for offset in hive.values(of: node, from: hive.hivex, reporting: &faults) {
      do throws(FormatError) {
        let record = try ValueRecord(parsing: hive.image, at: offset)
        values.append(Value(hive: hive, record: record, of: node))
      } catch {
        faults.report(error)
      }
    }
    return values
  }
}

/// Marks of a key.
///
/// Source: the description of the format by M. Suhanov, <https://github.com/msuhanov/regf>.
public struct KeyFlags: OptionSet, Sendable, Hashable {
  /// The bits as stored.
  public let rawValue: UInt16

  /// Makes flags from their bits.
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// The key is not kept across restarts; not expected in a file.
  public static let volatile = Self(rawValue: 0x0001)
  /// Another hive is mounted here; not expected in a file.
  public static let mountPoint = Self(rawValue: 0x0002)
  /// The key is the root of its hive.
  public static let root = Self(rawValue: 0x0004)
  /// The key cannot be deleted.
  public static let undeletable = Self(rawValue: 0x0008)
  /// The key is a link to another one, named in its value `SymbolicLinkValue`.
  public static let symbolicLink = Self(rawValue: 0x0010)
  /// The name is stored one byte a character.
  public static let compressedName = Self(rawValue: 0x0020)
  /// The key stands for a predefined handle and has no values of its own.
  public static let predefinedHandle = Self(rawValue: 0x0040)
}

/// How a key of a hive that lies over another one takes part in what programs see.
///
/// Such hives come with containers. Source: the description of the format by M. Suhanov,
/// <https://github.com/msuhanov/regf>.
public enum KeyLayer: String, Sendable, Hashable, CaseIterable {
  /// Programs see the key together with the one of the same path below; all keys of other hives.
  case merged
  /// The key hides the one below, as if it were deleted.
  case tombstone
  /// The key replaces the one below, whose subkeys stay.
  case supersedeLocal = "supersede-local"
  /// The key replaces the one below with all its subkeys.
  case supersedeTree = "supersede-tree"

  package init(_ node: KeyNode) {
    self =
      switch node.layerSemantics {
      case 1: .tombstone
      case 2: .supersedeLocal
      case 3: .supersedeTree
      default: .merged
      }
  }
}
