// SPDX-License-Identifier: MIT

import WindowsEvents
import WindowsTypes

/// The functions of a C library that reads logs of one format.
///
/// libevtx and libevt are made alike: handles are pointers of the same type, and the functions
/// differ in their prefix, and in how a record gives its number, time and level.
@safe
struct LibyalFunctions: @unchecked Sendable {
  typealias Handle = UnsafeMutablePointer<Int>
  typealias Errors = UnsafeMutablePointer<UnsafeMutablePointer<Int>?>
  typealias HandleFunction = @convention(c) (UnsafeMutablePointer<Handle?>?, Errors?) -> CInt
  typealias OpenFunction = @convention(c) (Handle?, UnsafePointer<CChar>?, CInt, Errors?) -> CInt
  typealias CountFunction = @convention(c) (Handle?, UnsafeMutablePointer<CInt>?, Errors?) -> CInt
  typealias RecordFunction =
    @convention(c) (Handle?, CInt, UnsafeMutablePointer<Handle?>?, Errors?) -> CInt
  typealias UInt8Function = @convention(c) (Handle?, UnsafeMutablePointer<UInt8>?, Errors?) -> CInt
  typealias UInt16Function =
    @convention(c) (Handle?, UnsafeMutablePointer<UInt16>?, Errors?) -> CInt
  typealias UInt32Function =
    @convention(c) (Handle?, UnsafeMutablePointer<UInt32>?, Errors?) -> CInt
  typealias UInt64Function =
    @convention(c) (Handle?, UnsafeMutablePointer<UInt64>?, Errors?) -> CInt
  typealias Text = (size: LibraryText.SizeFunction, copy: LibraryText.CopyFunction)

  /// What every record has, whatever its texts.
  struct Fields {
    var time: FileTime
    var number: UInt64
    var event: UInt32
    var level: EventLevel
  }

  let name: String
  let makeFile: HandleFunction
  let freeFile: HandleFunction
  private let open: OpenFunction
  let recordCount: CountFunction
  let record: RecordFunction
  let recoveredCount: CountFunction
  let recovered: RecordFunction
  let freeRecord: HandleFunction
  let fields: (Handle?) -> Fields?
  let provider: (Handle?) -> String?
  let computer: Text
  let user: Text
  let stringCount: CountFunction
  let string: (size: LibraryText.IndexedSizeFunction, copy: LibraryText.IndexedCopyFunction)

  /// Looks up what both libraries have.
  ///
  /// - Parameters:
  ///   - name: The library's name, for messages.
  ///   - library: The library.
  ///   - fields: Reads what every record has.
  ///   - provider: Reads the name of a record's provider.
  /// - Throws: `LoadedLibrary.MissingFunction` where the library lacks a function.
  init(
    name: String, _ library: LoadedLibrary, fields: @escaping (Handle?) -> Fields?,
    provider: @escaping (Handle?) -> String?
  ) throws(LoadedLibrary.MissingFunction) {
    self.name = name
    unsafe makeFile = unsafe try library.function("file_initialize")
    unsafe freeFile = unsafe try library.function("file_free")
    unsafe open = unsafe try library.function("file_open")
    unsafe recordCount = unsafe try library.function("file_get_number_of_records")
    unsafe record = unsafe try library.function("file_get_record_by_index")
    unsafe recoveredCount = unsafe try library.function("file_get_number_of_recovered_records")
    unsafe recovered = unsafe try library.function("file_get_recovered_record_by_index")
    unsafe freeRecord = unsafe try library.function("record_free")
    unsafe self.fields = unsafe fields
    unsafe self.provider = unsafe provider
    unsafe computer = unsafe try Self.text("computer_name", of: library)
    unsafe user = unsafe try Self.text("user_security_identifier", of: library)
    unsafe stringCount = unsafe try library.function("record_get_number_of_strings")
    unsafe string = unsafe try (
      library.function("record_get_utf16_string_size"), library.function("record_get_utf16_string")
    )
  }

  /// The functions for a text of a record.
  static func text(
    _ name: String, of library: LoadedLibrary
  ) throws(LoadedLibrary.MissingFunction) -> Text {
    unsafe try (
      library.function("record_get_utf16_\(name)_size"),
      library.function("record_get_utf16_\(name)")
    )
  }

  /// Opens a log for reading alone.
  func openFile(_ file: Handle?, _ path: String) -> Bool {
    // The flag for reading, which both libraries call ACCESS_FLAG_READ.
    unsafe open(file, path, 1, nil) == 1
  }
}
