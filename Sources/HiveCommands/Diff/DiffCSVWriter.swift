// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each difference as a row of comma-separated values (RFC 4180); data are as in a dump.
///
/// `What` has words with `|` between them. The name of a value is empty for a default value and
/// missing for a key.
struct DiffCSVWriter: DiffWriter {
  private let output: Output
  private var pair: HivePair?

  init(to output: Output) {
    self.output = output
  }

  mutating func begin() {
    output.append("Machine,Hive,Change,Path,ValueName,What,TypeBefore,TypeCodeBefore,DataBefore,")
    output.append("TypeAfter,TypeCodeAfter,DataAfter,LastWritten\r\n")
  }

  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool) {
    self.pair = pair
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool) {
    if let machine = pair?.new.machine {
      output.append(quoted: RegistryString(machine), as: CSVEscaping.self)
    }
    output.append(",")
    output.append(quoted: RegistryString(pair?.new.path ?? ""), as: CSVEscaping.self)
    output.append(",")
    output.append(text: change.kind.rawValue)
    output.append(",")
    output.append(quoted: path.joined, as: CSVEscaping.self)
    output.append(",")
    var (before, after): (Value?, Value?)
    if case .value(let old, let new) = change.subject {
      (before, after) = (old, new)
      output.append(quoted: (new ?? old)?.name ?? "", as: CSVEscaping.self)
    }
    output.append(",")
    output.append(text: change.aspects.map(\.word).joined(separator: "|"))
    write(before, change.extents.before)
    write(after, change.extents.after)
    output.append(",")
    output.append(change.lastWritten)
    output.append("\r\n")
  }

  private func write(_ value: Value?, _ extent: ValueExtent?) {
    guard let value else { return output.append(",,,") }
    output.append(",")
    output.append(typeName: value.type.rawValue)
    output.append(",")
    output.append(decimal: value.type.rawValue)
    output.append(",")
    if let extent { output.append(csvDataOf: value.record, extent: extent, in: value.hive.image) }
  }
}
