// SPDX-License-Identifier: MIT

import HiveFormat
import WindowsEvents
import WindowsTypes

extension LibyalFunctions {
  /// libevt, for `.evt` files of Windows NT to Server 2003; nil where this system has none.
  static let evt = LoadedLibrary(anyOf: ["libevt.so.1", "libevt.1.dylib"], prefix: "libevt_")
    .flatMap { try? LibyalFunctions(evt: $0) }

  private init(evt library: LoadedLibrary) throws(LoadedLibrary.MissingFunction) {
    let number: UInt32Function = unsafe try library.function("record_get_identifier")
    let time: UInt32Function = unsafe try library.function("record_get_written_time")
    let event: UInt32Function = unsafe try library.function("record_get_event_identifier")
    let type: UInt16Function = unsafe try library.function("record_get_event_type")
    let provider = unsafe try Self.text("source_name", of: library)
    unsafe try self.init(
      name: "libevt", library,
      fields: { unsafe Self.evtFields(of: $0, number, time, event, type) },
      provider: { unsafe LibraryText.read($0, provider.size, provider.copy) })
  }

  /// Whether a file begins with the header of this format: its size, 48, then `LfLe`.
  static func isEvt(_ file: HiveImage) -> Bool {
    (try? file.uint32(at: 0)) == 48 && (try? file.uint32(at: 4)) == 0x654C_664C
  }

  private static func evtFields(
    of record: Handle?, _ readNumber: UInt32Function, _ readTime: UInt32Function,
    _ readEvent: UInt32Function, _ readType: UInt16Function
  ) -> Fields? {
    var number: UInt32 = 0
    var seconds: UInt32 = 0
    var event: UInt32 = 0
    var type: UInt16 = 0
    guard unsafe readNumber(record, &number, nil) == 1, unsafe readTime(record, &seconds, nil) == 1,
      unsafe readEvent(record, &event, nil) == 1
    else { return nil }
    let hasType = unsafe readType(record, &type, nil) == 1
    // Seconds since 1970.
    let time = (UInt64(seconds) + 11_644_473_600) * FileTime.ticksPerSecond
    return Fields(
      time: FileTime(rawValue: time), number: UInt64(number), event: event,
      level: hasType ? EventLevel(type: type) : .unknown)
  }
}

extension EventLevel {
  /// The level of a type that records of Windows NT to Server 2003 hold.
  init(type: UInt16) {
    switch type {
    case 1: self = .error
    case 2: self = .warning
    // 0 is "success", which the event viewer shows as information.
    case 0, 4: self = .information
    case 8: self = .auditSuccess
    case 16: self = .auditFailure
    default: self = .unknown
    }
  }
}
