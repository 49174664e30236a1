// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each key or value that was found as a row of comma-separated values (RFC 4180).
///
/// Data are as in a dump. `Deleted` is 1 for what is deleted.
struct FindCSVWriter: FindWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  mutating func begin() {
    output.append("Machine,Hive,Path,LastWritten,Match,ValueName,Type,TypeCode,Data,Deleted\r\n")
  }

  mutating func write(_ item: FoundItem) {
    if let machine = item.input.machine {
      output.append(quoted: RegistryString(machine), as: CSVEscaping.self)
    }
    output.append(",")
    output.append(quoted: RegistryString(item.input.path), as: CSVEscaping.self)
    output.append(",")
    output.append(quoted: item.path.joined, as: CSVEscaping.self)
    output.append(",")
    if let time = item.lastWritten { output.append(time) }
    output.append(",")
    output.append(text: item.match.place.rawValue)
    output.append(",")
    if let value = item.match.value {
      output.append(quoted: value.name, as: CSVEscaping.self)
      output.append(",")
      output.append(typeName: value.type.rawValue)
      output.append(",")
      output.append(decimal: value.type.rawValue)
      output.append(",")
      if let extent = item.match.extent {
        output.append(csvDataOf: value.record, extent: extent, in: value.hive.image)
      }
    } else {
      output.append(",,,")
    }
    output.append(item.match.deletedPlace == nil ? ",\r\n" : ",1\r\n")
  }
}
