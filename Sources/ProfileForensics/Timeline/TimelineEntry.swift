// SPDX-License-Identifier: MIT

public import WindowsTypes

/// A dated fact of a machine.
public struct TimelineEntry: Sendable, Hashable {
  /// What happened at the time; the raw value is what people read.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A key was last written.
    case keyWritten = "Content Modification Time"
    /// A hive was last written, as its base block says.
    case hiveWritten = "Hive last written"
    /// Windows last reorganized a hive.
    case hiveReorganized = "Hive reorganized"
    /// The offline registry library saved a hive.
    case hiveSavedOffline = "Hive saved offline"
    /// A hive was last written, as the base block in its transaction log says.
    case logWritten = "Transaction log base block"
    /// Windows was installed.
    case systemInstalled = "System installed"
    /// Windows was last shut down.
    case systemShutDown = "System last shut down"
    /// A profile was last loaded.
    case profileLoaded = "Profile loaded"
    /// A profile was last unloaded.
    case profileUnloaded = "Profile unloaded"
    /// A roaming profile was last asked for.
    case profileDownloaded = "Roaming profile asked for"
    /// The policy that deletes old profiles last looked at a profile.
    case profileChecked = "Profile age checked"
    /// A device was last installed.
    case deviceInstalled = "Device installed"
    /// A device was first installed.
    case deviceFirstInstalled = "Device first installed"
    /// A device was last connected.
    case deviceConnected = "Device last connected"
    /// A device was last removed.
    case deviceRemoved = "Device last removed"
    /// An event was logged.
    case eventLogged = "Event logged"
  }

  /// What an event log says of an event.
  public struct Event: Sendable, Hashable {
    /// The record's number in its log.
    public var record: UInt64
    /// Who logged it.
    public var provider: String
    /// The event's number.
    public var number: Int

    /// Takes the facts of an event.
    public init(record: UInt64, provider: String, number: Int) {
      self.record = record
      self.provider = provider
      self.number = number
    }
  }

  /// When; never 0, which is no time.
  public var time: FileTime
  /// What happened.
  public var kind: Kind
  /// One sentence or, of a key, its path.
  public var message: RegistryString
  /// The machine; nil where there is only one.
  public var machine: String?
  /// The hive or the event log that says so.
  public var file: String
  /// The key that says so; nil where it is no key.
  public var path: RegistryString?
  /// The value that says so; nil where it is no value.
  public var value: RegistryString?
  /// The user whom it is about, by SID or by the name of the profile's folder; nil where it is about
  /// none.
  public var user: String?
  /// The event; nil where it is none.
  public var event: Event?

  /// Makes an entry.
  public init(
    time: FileTime, kind: Kind, message: RegistryString, machine: String? = nil, file: String,
    path: RegistryString? = nil, value: RegistryString? = nil, user: String? = nil,
    event: Event? = nil
  ) {
    self.time = time
    self.kind = kind
    self.message = message
    self.machine = machine
    self.file = file
    self.path = path
    self.value = value
    self.user = user
    self.event = event
  }
}

// MARK: - As bytes

extension TimelineEntry {
  /// The entry as bytes, without its time.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + 2 * message.utf16.count)
    bytes.append(UInt8(Self.indices[kind] ?? 0))
    // The message of a key is its path.
    Self.append(kind == .keyWritten ? nil : message.utf16, to: &bytes)
    Self.append(machine.map { [UInt16]($0.utf16) }, to: &bytes)
    Self.append([UInt16](file.utf16), to: &bytes)
    Self.append(path?.utf16, to: &bytes)
    Self.append(value?.utf16, to: &bytes)
    Self.append(user.map { [UInt16]($0.utf16) }, to: &bytes)
    Self.append(event.map { [UInt16]($0.provider.utf16) }, to: &bytes)
    Self.append(number: event?.record ?? 0, to: &bytes)
    Self.append(number: UInt64(clamping: event?.number ?? 0), to: &bytes)
    return bytes
  }

  private static let indices = Dictionary(
    uniqueKeysWithValues: Kind.allCases.enumerated().map { ($1, $0) })

  private static func append(_ units: [UInt16]?, to bytes: inout [UInt8]) {
    let count = units.map { UInt32(clamping: $0.count) } ?? .max
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: count >> UInt32(shift)))
    }
    // As this program has them in memory: nobody else reads them.
    unsafe units?.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  private static func append(number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  /// Reads an entry from the bytes that `encoded` made; nil where they are others.
  init?(time: FileTime, decoding bytes: ArraySlice<UInt8>) {
    var reader = Reader(rest: bytes)
    guard let index = reader.rest.popFirst(), index < Kind.allCases.count else { return nil }
    let kind = Kind.allCases[Int(index)]
    let message = reader.text()
    let machine = reader.text()?.description
    let file = reader.text()?.description ?? ""
    let path = reader.text()
    let value = reader.text()
    let user = reader.text()?.description
    let provider = reader.text()?.description
    let record = reader.number(bytes: 8)
    let number = reader.number(bytes: 8)
    self.init(
      time: time, kind: kind, message: message ?? path ?? "", machine: machine, file: file,
      path: path, value: value, user: user,
      event: provider.map { Event(record: record, provider: $0, number: Int(clamping: number)) })
  }

  /// Takes an entry's parts off its bytes.
  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func number(bytes count: Int) -> UInt64 {
      var number: UInt64 = 0
      for (index, byte) in rest.prefix(count).enumerated() {
        number |= UInt64(byte) << UInt64(8 * index)
      }
      rest = rest.dropFirst(count)
      return number
    }

    mutating func text() -> RegistryString? {
      let count = number(bytes: 4)
      guard count < UInt64(UInt32.max), count <= rest.count / 2 else { return nil }
      let size = 2 * Int(count)
      let units = unsafe [UInt16](unsafeUninitializedCapacity: Int(count)) { room, filled in
        unsafe rest.withUnsafeBytes {
          unsafe UnsafeMutableRawBufferPointer(room).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: $0.prefix(size)))
        }
        filled = Int(count)
      }
      rest = rest.dropFirst(size)
      return RegistryString(utf16: units)
    }
  }
}
