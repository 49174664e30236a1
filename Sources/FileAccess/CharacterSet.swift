// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Lets C functions take text for UTF-8 on this thread while something is done.
///
/// A program takes all text for ASCII until it asks for the user's language, and a C library then
/// cannot give names with other letters. The rest of the process, and what a person set, stay as
/// they are.
package func withCharactersInUTF8<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let locale = unsafe LocaleOfUTF8.shared else { return try body() }
  let before = unsafe uselocale(locale)
  defer { _ = unsafe uselocale(before) }
  return try body()
}

private enum LocaleOfUTF8 {
  // Never changed or freed once it is made.
  nonisolated(unsafe) static let shared: locale_t? = {
    for name in ["C.UTF-8", "en_US.UTF-8", "UTF-8"] {
      if let locale = unsafe newlocale(LC_CTYPE_MASK, name, nil) { return unsafe locale }
    }
    return nil
  }()
}
