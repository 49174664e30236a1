// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A shared library that is loaded when it is needed, so that the program starts without it.
@safe
package struct SharedLibrary: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  /// Loads the first of some libraries that the system has; nil where it has none.
  package init?(anyOf names: [String]) {
    for name in names {
      if let handle = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        unsafe self.handle = handle
        return
      }
    }
    return nil
  }

  /// A function of the library; nil where it has none of this name.
  ///
  /// - Parameters:
  ///   - name: The function's name.
  ///   - type: Its type, with the convention of C; that it is the right one cannot be checked.
  /// - Returns: The function.
  @unsafe
  package func function<Function>(_ name: String, as type: Function.Type) -> Function? {
    guard let address = unsafe dlsym(handle, name) else { return nil }
    return unsafe unsafeBitCast(address, to: type)
  }
}
