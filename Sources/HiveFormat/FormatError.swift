// SPDX-License-Identifier: MIT

/// Something in a file that the regf format does not allow, and where it is.
public struct FormatError: Error, Sendable, Hashable {
  /// What kind of fault it is; a stable identifier for scripts, such as `cell-out-of-bounds`.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The identifier.
    public let rawValue: String

    /// Makes a code from its identifier.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// What kind of fault it is.
  public let code: Code
  /// Where in the file the offending bytes are.
  public let offset: Int
  /// What the format calls for there.
  public let expected: String
  /// What is there instead.
  public var found: String { code == .moreFaults ? "\(faultCount) more" : text }
  /// How many faults this one stands for; more than one where there were too many to keep.
  public fileprivate(set) var faultCount = 1
  /// Where this one stands for others: what kinds of faults are kept beside it.
  fileprivate var kinds = Kinds()

  private let text: String

  /// Makes an error; out of line, so that the checks that make one stay small.
  @inline(never)
  public init(_ code: Code, at offset: Int, expected: String, found: String) {
    self.code = code
    self.offset = offset
    self.expected = expected
    text = found
  }
}

/// Kinds of faults, so that nobody has to look for one among all that are kept.
private struct Kinds: Sendable, Hashable {
  var codes: Set<FormatError.Code> = []

  // They say nothing of the fault that they are with.
  static func == (first: Self, second: Self) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}

extension [FormatError] {
  /// How many faults of one place are kept one by one.
  ///
  /// A list can have a bad element for every four bytes of the file, and a fault takes many times
  /// as much.
  public static var faultLimit: Int { 1000 }

  /// Adds a fault; where there are many already, only to the number in the last one.
  public mutating func report(_ fault: FormatError) {
    if count < Self.faultLimit {
      append(fault)
    } else if hasKind(fault.code) {
      reportAnother(at: fault.offset, count: fault.faultCount)
    } else if isFull {
      // However many there are of one kind, they do not hide another.
      self[count - 1].kinds.codes.insert(fault.code)
      insert(fault, at: count - 1)
    } else {
      append(fault)
    }
  }

  /// Whether a fault of a kind is among those that are kept.
  private func hasKind(_ code: FormatError.Code) -> Bool {
    isFull ? self[count - 1].kinds.codes.contains(code) : contains { $0.code == code }
  }

  /// Adds the fault that `body` throws.
  @inline(never)
  mutating func report(_ body: () throws(FormatError) -> Void) {
    do throws(FormatError) { try body() } catch { report(error) }
  }

  /// Whether further faults only add to a number.
  private var isFull: Bool { last?.code == .moreFaults }

  /// Adds to the number of faults that are not kept.
  private mutating func reportAnother(at offset: Int, count added: Int = 1) {
    if !isFull {
      var others = FormatError(
        .moreFaults, at: offset, expected: "no more than \(Self.faultLimit) faults", found: "")
      others.faultCount = added
      others.kinds.codes = Set(map(\.code))
      append(others)
    } else {
      self[count - 1].faultCount += added
    }
  }
}

extension FormatError: CustomStringConvertible {
  /// Where, what was expected, and what was found, as one line.
  public var description: String {
    "at offset \(hex(offset)): expected \(expected), found \(found)"
  }
}

/// A number the way offsets are written everywhere: hexadecimal with `0x`.
public func hex(_ number: some BinaryInteger) -> String {
  number < 0
    ? "-0x" + String(number.magnitude, radix: 16) : "0x" + String(number, radix: 16)
}
