// SPDX-License-Identifier: MIT

import WindowsEvents
import WindowsTypes

extension LibyalFunctions {
  /// libevtx, for `.evtx` files of Windows Vista and later; nil where this system has none.
  static let evtx = LoadedLibrary(anyOf: ["libevtx.so.1", "libevtx.1.dylib"], prefix: "libevtx_")
    .flatMap { try? LibyalFunctions(evtx: $0) }

  private init(evtx library: LoadedLibrary) throws(LoadedLibrary.MissingFunction) {
    let number: UInt64Function = unsafe try library.function("record_get_identifier")
    let time: UInt64Function = unsafe try library.function("record_get_written_time")
    let event: UInt32Function = unsafe try library.function("record_get_event_identifier")
    let level: UInt8Function = unsafe try library.function("record_get_event_level")
    let identifier = unsafe try Self.text("provider_identifier", of: library)
    let name = unsafe try Self.text("source_name", of: library)
    unsafe try self.init(
      name: "libevtx", library,
      fields: { unsafe Self.evtxFields(of: $0, number, time, event, level) },
      provider: { unsafe Self.evtxProvider(of: $0, identifier, name) })
  }

  /// The name of the provider.
  ///
  /// Where a record also has the name that the provider had before Windows Vista, libevtx gives
  /// that one. The identifier says which it is.
  private static func evtxProvider(
    of record: Handle?, _ identifier: Text, _ name: Text
  ) -> String? {
    let identifier = unsafe LibraryText.read(record, identifier.size, identifier.copy)
    if let identifier, let name = EventMeaning.providerName(of: identifier) { return name }
    return unsafe LibraryText.read(record, name.size, name.copy)
  }

  private static func evtxFields(
    of record: Handle?, _ readNumber: UInt64Function, _ readTime: UInt64Function,
    _ readEvent: UInt32Function, _ readLevel: UInt8Function
  ) -> Fields? {
    var number: UInt64 = 0
    var time: UInt64 = 0
    var event: UInt32 = 0
    var level: UInt8 = 0
    guard unsafe readNumber(record, &number, nil) == 1, unsafe readTime(record, &time, nil) == 1,
      unsafe readEvent(record, &event, nil) == 1
    else { return nil }
    let hasLevel = unsafe readLevel(record, &level, nil) == 1
    return Fields(
      time: FileTime(rawValue: time), number: number, event: event,
      level: hasLevel ? EventLevel(level) : .unknown)
  }
}

extension EventLevel {
  /// The level of a number that records of Windows Vista and later hold.
  init(_ number: UInt8) {
    switch number {
    case 1: self = .critical
    case 2: self = .error
    case 3: self = .warning
    // 0 is "always": the event viewer shows it as information.
    case 0, 4: self = .information
    case 5: self = .verbose
    default: self = .unknown
    }
  }
}
