// SPDX-License-Identifier: MIT

/// A file that lines are added to; it is made where it is not there.
package final class AppendedFile: Sendable {
  private let path: String
  private let descriptor: Descriptor

  /// Opens the file; never through a link.
  ///
  /// - Throws: ``FileError`` where it cannot be opened or made.
  package init(_ path: String) throws(FileError) {
    self.path = path
    do throws(SystemError) {
      descriptor = try Descriptor(appendingTo: path)
    } catch {
      throw FileError(creating: path, error)
    }
  }

  /// Adds text at the end.
  ///
  /// - Throws: ``FileError`` where it cannot be written.
  package func append(_ text: String) throws(FileError) {
    var text = text
    let failure: SystemError? = text.withUTF8 { bytes in
      do throws(SystemError) {
        unsafe try descriptor.append(UnsafeRawBufferPointer(bytes))
        return nil
      } catch {
        return error
      }
    }
    if let failure {
      throw FileError(
        .inputOutput, path: path, reason: "cannot be written: \(failure.description)")
    }
  }
}
