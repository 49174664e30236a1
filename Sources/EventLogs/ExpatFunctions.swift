// SPDX-License-Identifier: MIT

/// The functions of expat that are used here.
@safe
struct ExpatFunctions: @unchecked Sendable {
  typealias Parser = OpaquePointer
  typealias Characters = UnsafePointer<CChar>
  typealias StartHandler =
    @convention(c) (
      UnsafeMutableRawPointer?, Characters?, UnsafeMutablePointer<Characters?>?
    ) -> Void
  typealias EndHandler = @convention(c) (UnsafeMutableRawPointer?, Characters?) -> Void
  typealias TextHandler = @convention(c) (UnsafeMutableRawPointer?, Characters?, CInt) -> Void

  let makeParser: @convention(c) (Characters?) -> Parser?
  let freeParser: @convention(c) (Parser?) -> Void
  let setUserData: @convention(c) (Parser?, UnsafeMutableRawPointer?) -> Void
  let setElementHandler: @convention(c) (Parser?, StartHandler?, EndHandler?) -> Void
  let setTextHandler: @convention(c) (Parser?, TextHandler?) -> Void
  /// Parses a part of a document, the last one where the last parameter says so; 1 where all is
  /// well.
  let parse: @convention(c) (Parser?, Characters?, CInt, CInt) -> CUnsignedInt
  let errorCode: @convention(c) (Parser?) -> CUnsignedInt
  let errorText: @convention(c) (CUnsignedInt) -> Characters?

  /// expat; nil where this system has none.
  static let shared = LoadedLibrary(
    anyOf: ["libexpat.so.1", "/usr/lib/libexpat.1.dylib", "libexpat.1.dylib"], prefix: "XML_"
  ).flatMap { try? ExpatFunctions($0) }

  private init(_ library: LoadedLibrary) throws(LoadedLibrary.MissingFunction) {
    unsafe makeParser = unsafe try library.function("ParserCreate")
    unsafe freeParser = unsafe try library.function("ParserFree")
    unsafe setUserData = unsafe try library.function("SetUserData")
    unsafe setElementHandler = unsafe try library.function("SetElementHandler")
    unsafe setTextHandler = unsafe try library.function("SetCharacterDataHandler")
    unsafe parse = unsafe try library.function("Parse")
    unsafe errorCode = unsafe try library.function("GetErrorCode")
    unsafe errorText = unsafe try library.function("ErrorString")
  }
}
