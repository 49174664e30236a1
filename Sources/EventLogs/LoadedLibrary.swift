// SPDX-License-Identifier: MIT

import FileAccess

/// A C library with functions whose names begin alike, loaded when the first of them is needed.
///
/// Few runs read event logs, and every start would pay for libraries that are linked.
@safe
struct LoadedLibrary {
  /// The library has no such function.
  struct MissingFunction: Error {
    let name: String
  }

  private let library: SharedLibrary
  private let prefix: String

  /// Loads the first of some libraries that the system has; nil where it has none.
  ///
  /// - Parameters:
  ///   - names: What the library is called on each system.
  ///   - prefix: What the names of its functions begin with.
  init?(anyOf names: [String], prefix: String) {
    guard let library = SharedLibrary(anyOf: names) else { return nil }
    self.library = library
    self.prefix = prefix
  }

  /// A function of the library.
  ///
  /// - Parameter name: Its name, without what all names begin with.
  /// - Returns: The function; that its type is the one of the library's header cannot be checked.
  /// - Throws: ``MissingFunction`` where the library has none of this name.
  @unsafe
  func function<Function>(_ name: String) throws(MissingFunction) -> Function {
    guard let function = unsafe library.function(prefix + name, as: Function.self) else {
      throw MissingFunction(name: prefix + name)
    }
    return function
  }
}
