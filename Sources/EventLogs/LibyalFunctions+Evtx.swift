// SPDX-License-Identifier: MIT

import CEvtx
import WindowsTypes
import WindowsEvents

extension LibyalFunctions {
  /// libevtx, for `.evtx` files of Windows Vista and later.
  static var evtx: LibyalFunctions {
    unsafe LibyalFunctions(
      name: "libevtx", makeFile: libevtx_file_initialize, freeFile: libevtx_file_free,
      openFile: {
        unsafe libevtx_file_open($0, $1, CInt(LIBEVTX_ACCESS_FLAG_READ.rawValue), nil)
      },
      recordCount: libevtx_file_get_number_of_records, record: libevtx_file_get_record_by_index,
      recoveredCount: libevtx_file_get_number_of_recovered_records,
      recovered: libevtx_file_get_recovered_record_by_index, freeRecord: libevtx_record_free,
      fields: { unsafe evtxFields(of: $0) },
      provider: { unsafe evtxProvider(of: $0) },
      computer: (
        libevtx_record_get_utf16_computer_name_size, libevtx_record_get_utf16_computer_name
      ),
      user: (
        libevtx_record_get_utf16_user_security_identifier_size,
        libevtx_record_get_utf16_user_security_identifier
      ),
      stringCount: libevtx_record_get_number_of_strings,
      string: (libevtx_record_get_utf16_string_size, libevtx_record_get_utf16_string))
  }

  /// The name of the provider.
  ///
  /// Where a record also has the name that the provider had before Windows Vista, libevtx gives
  /// that one. The identifier says which it is.
  private static func evtxProvider(of record: Handle?) -> String? {
    let identifier = unsafe LibraryText.read(
      record, libevtx_record_get_utf16_provider_identifier_size,
      libevtx_record_get_utf16_provider_identifier)
    if let identifier, let name = EventMeaning.providerName(of: identifier) { return name }
    return unsafe LibraryText.read(
      record, libevtx_record_get_utf16_source_name_size, libevtx_record_get_utf16_source_name)
  }

  private static func evtxFields(of record: Handle?) -> Fields? {
    var number: UInt64 = 0
    var time: UInt64 = 0
    var event: UInt32 = 0
    var level: UInt8 = 0
    guard unsafe libevtx_record_get_identifier(record, &number, nil) == 1,
      unsafe libevtx_record_get_written_time(record, &time, nil) == 1,
      unsafe libevtx_record_get_event_identifier(record, &event, nil) == 1
    else { return nil }
    let hasLevel = unsafe libevtx_record_get_event_level(record, &level, nil) == 1
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
