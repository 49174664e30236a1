// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes one JSON document, member by member, in the order of the calls.
///
/// Commas come by themselves. What is asked to begin a line does, so that a person can read a
/// document with `less`.
struct JSONWriter {
  private let output: Output
  private let breaksLines: Bool
  private var needsComma = false
  private var startsLine = false

  /// - Parameters:
  ///   - output: Where the document goes.
  ///   - breaksLines: Whether it may have more than one line.
  init(to output: Output, breaksLines: Bool = true) {
    self.output = output
    self.breaksLines = breaksLines
  }

  /// Writes what separates a value from the one before it.
  private mutating func separate() {
    if needsComma { output.append(UInt8(ascii: ",")) }
    if startsLine, breaksLines { output.append("\n ") }
    needsComma = false
    startsLine = false
  }

  /// Lets the next element or member begin a line.
  mutating func beginLine() {
    startsLine = true
  }

  mutating func object(_ members: (inout JSONWriter) -> Void) {
    separate()
    output.append("{")
    members(&self)
    output.append("}")
    needsComma = true
    startsLine = false
  }

  mutating func array<Elements: Sequence>(
    _ elements: Elements, inLines: Bool = false,
    _ write: (inout JSONWriter, Elements.Element) -> Void
  ) {
    separate()
    output.append("[")
    for element in elements {
      startsLine = inLines
      write(&self, element)
    }
    output.append("]")
    needsComma = true
  }

  /// Writes the name of a member; its value must follow.
  mutating func name(_ name: StaticString) {
    separate()
    output.append("\"")
    output.append(name)
    output.append("\":")
  }

  /// Writes the name of a member that a library gives; its value must follow.
  mutating func name(_ name: String) {
    separate()
    output.append(json: RegistryString(name))
    output.append(":")
  }

  mutating func value(_ number: Int) {
    separate()
    output.append(decimal: number)
    needsComma = true
  }

  mutating func value(_ text: String) {
    value(RegistryString(text))
  }

  mutating func value(_ text: RegistryString) {
    separate()
    output.append(json: text)
    needsComma = true
  }

  mutating func value(_ time: FileTime) {
    separate()
    output.append("\"")
    output.append(time)
    output.append("\"")
    needsComma = true
  }

  mutating func value(_ isTrue: Bool) {
    separate()
    output.append(isTrue ? "true" : "false")
    needsComma = true
  }

  /// Writes a value, or whole members, that `body` appends to the output.
  mutating func raw(_ body: (Output) -> Void) {
    separate()
    body(output)
    needsComma = true
  }

  mutating func null() {
    separate()
    output.append("null")
    needsComma = true
  }

  /// Ends the document.
  func end() {
    output.append("\n")
  }
}

// MARK: - Members

extension JSONWriter {
  mutating func member(_ name: StaticString, _ number: Int) {
    self.name(name)
    value(number)
  }

  mutating func member(_ name: StaticString, _ text: String) {
    self.name(name)
    value(text)
  }

  /// Writes a text; one that is not valid UTF-16 also as its units, in a member `…UTF16`.
  mutating func member(_ name: StaticString, _ text: RegistryString) {
    self.name(name)
    value(text)
    guard !text.isWellFormed else { return }
    separate()
    output.append("\"")
    output.append(name)
    output.append("UTF16\":\"")
    output.append(unitsOf: text.utf16)
    output.append("\"")
    needsComma = true
  }

  mutating func member(_ name: StaticString, _ path: RegistryPath) {
    member(name, path.joined)
  }

  mutating func member(_ name: StaticString, _ time: FileTime) {
    self.name(name)
    value(time)
  }

  mutating func member(_ name: StaticString, _ isTrue: Bool) {
    self.name(name)
    value(isTrue)
  }

  /// Writes what may be missing, which is given by `null`.
  mutating func member<Value>(
    _ name: StaticString, optional value: Value?, _ write: (inout JSONWriter, Value) -> Void
  ) {
    self.name(name)
    guard let value else { return null() }
    write(&self, value)
  }

  /// Writes a share, as a number with this many decimals at the most.
  mutating func member(_ name: StaticString, share: Double, places: Int = 4) {
    self.name(name)
    output.append(text: decimals(share, places: places))
    needsComma = true
  }
}

extension RegistryPath {
  /// The names with `\` between them, with all units that they are made of.
  var joined: RegistryString {
    var units: [UInt16] = []
    for (index, name) in namesInPath.enumerated() {
      if index > 0 { units.append(UInt16(UInt8(ascii: "\\"))) }
      units += name.utf16
    }
    return RegistryString(utf16: units)
  }
}

/// A number with decimals, rounded, without zeros at its end.
func decimals(_ number: Double, places: Int) -> String {
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = (abs(number) * scale).rounded()
  guard scaled < 1e15 else { return String(number) }
  let whole = Int(scaled) / Int(scale)
  var digits = String(Int(scaled) % Int(scale))
  digits = String(repeating: "0", count: places - digits.count) + digits
  while digits.last == "0" { digits.removeLast() }
  let sign = number < 0 && scaled > 0 ? "-" : ""
  return sign + String(whole) + (digits.isEmpty ? "" : "." + digits)
}
