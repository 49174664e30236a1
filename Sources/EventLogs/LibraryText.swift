// SPDX-License-Identifier: MIT

/// How libevtx and libevt give a text of a record: one function says its size in units of UTF-16
/// with the NUL after it, another copies it.
///
/// Both libraries have such functions, with the same parameters. They take any UTF-16; the texts
/// of theirs in UTF-8 fail where a unit is not valid.
struct LibraryText {
  typealias Record = UnsafeMutablePointer<Int>
  typealias Errors = UnsafeMutablePointer<UnsafeMutablePointer<Int>?>
  typealias SizeFunction =
    @convention(c) (Record?, UnsafeMutablePointer<Int>?, Errors?) -> CInt
  typealias CopyFunction =
    @convention(c) (Record?, UnsafeMutablePointer<UInt16>?, Int, Errors?) -> CInt
  typealias IndexedSizeFunction =
    @convention(c) (Record?, CInt, UnsafeMutablePointer<Int>?, Errors?) -> CInt
  typealias IndexedCopyFunction =
    @convention(c) (Record?, CInt, UnsafeMutablePointer<UInt16>?, Int, Errors?) -> CInt

  /// No text of a record can be longer: records of both formats have less than 64 KiB.
  private static let limit = 1 << 20

  /// A text of a record; nil where it has none, or none that can be read.
  static func read(
    _ record: Record?, _ size: SizeFunction, _ copy: CopyFunction
  ) -> String? {
    unsafe read({ unsafe size(record, $0, nil) }, { unsafe copy(record, $0, $1, nil) })
  }

  /// One of a record's numbered texts; nil where it has none, or none that can be read.
  static func read(
    _ record: Record?, _ index: CInt, _ size: IndexedSizeFunction, _ copy: IndexedCopyFunction
  ) -> String? {
    unsafe read(
      { unsafe size(record, index, $0, nil) }, { unsafe copy(record, index, $0, $1, nil) })
  }

  private static func read(
    _ size: (UnsafeMutablePointer<Int>) -> CInt, _ copy: (UnsafeMutablePointer<UInt16>, Int) -> CInt
  ) -> String? {
    var count = 0
    guard unsafe size(&count) == 1, (1...limit).contains(count) else { return nil }
    var units = [UInt16](repeating: 0, count: count)
    guard unsafe copy(&units, count) == 1 else { return nil }
    return String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
  }
}
