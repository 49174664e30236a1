// SPDX-License-Identifier: MIT

package import HiveFormat

/// A value of a key: a name, a type, and data.
public struct Value: Sendable {
  /// The hive that the value is in.
  public let hive: Hive
  package let record: ValueRecord
  /// The key that the value was found at, or else the value itself.
  private let owner: CellReference

  package init(hive: Hive, record: ValueRecord, of key: KeyNode? = nil) {
    self.hive = hive
    self.record = record
    owner =
      key?.reference ?? CellReference(truncatingIfNeeded: record.offset - BaseBlock.size)
  }

  /// The value's name; empty for a key's default value.
  public var name: RegistryString { RegistryString(utf16: hive.image.units(of: record.name)) }

  /// What the data are meant to be.
  public var type: ValueType { ValueType(rawValue: record.type) }

  /// The data's size in bytes, as the value claims it; ``bytes`` has fewer where some are lost.
  public var size: Int { record.dataSize }

  /// The file offset of the value's cell.
  public var offset: Int { record.offset }

  /// The data as stored, as far as they can be read.
  ///
  /// In a crafted hive, many keys may share long data: those of the first ones are read whole, and
  /// those of others cut, with a finding.
  public var bytes: [UInt8] { hive.image.bytes(in: extent) }

  /// Where the data stand, as far as they can be read.
  package var extent: ValueExtent {
    var faults: [FormatError] = []
    return hive.sharedReads.extent(of: record, owner: owner, reporting: &faults)
  }

  /// The data, decoded as the type says.
  public var data: ValueData { ValueData(bytes, type: type) }

  /// What is wrong with the value: its name or its data.
  public var findings: [Finding] {
    var faults: [FormatError] = []
    reportFaults(to: &faults)
    return faults.map(Finding.init)
  }

  func reportFaults(to faults: inout [FormatError]) {
    if let fault = record.nameFault { faults.report(fault) }
    _ = hive.sharedReads.extent(of: record, owner: owner, reporting: &faults)
  }
}
