// SPDX-License-Identifier: MIT

import CEvt
import HiveFormat
import WindowsTypes
import WindowsEvents

extension LibyalFunctions {
  /// libevt, for `.evt` files of Windows NT to Server 2003.
  static var evt: LibyalFunctions {
    unsafe LibyalFunctions(
      name: "libevt", makeFile: libevt_file_initialize, freeFile: libevt_file_free,
      openFile: {
        unsafe libevt_file_open($0, $1, CInt(LIBEVT_ACCESS_FLAG_READ.rawValue), nil)
      },
      recordCount: libevt_file_get_number_of_records, record: libevt_file_get_record_by_index,
      recoveredCount: libevt_file_get_number_of_recovered_records,
      recovered: libevt_file_get_recovered_record_by_index, freeRecord: libevt_record_free,
      fields: { unsafe evtFields(of: $0) },
      provider: {
        unsafe LibraryText.read(
          $0, libevt_record_get_utf16_source_name_size, libevt_record_get_utf16_source_name)
      },
      computer: (
        libevt_record_get_utf16_computer_name_size, libevt_record_get_utf16_computer_name
      ),
      user: (
        libevt_record_get_utf16_user_security_identifier_size,
        libevt_record_get_utf16_user_security_identifier
      ),
      stringCount: libevt_record_get_number_of_strings,
      string: (libevt_record_get_utf16_string_size, libevt_record_get_utf16_string))
  }

  /// Whether a file begins with the header of this format: its size, 48, then `LfLe`.
  static func isEvt(_ file: HiveImage) -> Bool {
    (try? file.uint32(at: 0)) == 48 && (try? file.uint32(at: 4)) == 0x654C_664C
  }

  private static func evtFields(of record: Handle?) -> Fields? {
    var number: UInt32 = 0
    var seconds: UInt32 = 0
    var event: UInt32 = 0
    var type: UInt16 = 0
    guard unsafe libevt_record_get_identifier(record, &number, nil) == 1,
      unsafe libevt_record_get_written_time(record, &seconds, nil) == 1,
      unsafe libevt_record_get_event_identifier(record, &event, nil) == 1
    else { return nil }
    let hasType = unsafe libevt_record_get_event_type(record, &type, nil) == 1
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
