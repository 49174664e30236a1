// SPDX-License-Identifier: MIT

/// A temporary file without a name, which is gone with its object.
package final class SpillFile {
  private let descriptor: Descriptor
  /// How many bytes were written.
  package private(set) var size = 0

  /// Makes the file where the environment's `TMPDIR` says, or else in `/tmp`.
  ///
  /// - Throws: ``FileError`` where it cannot be made.
  package init() throws(FileError) {
    let folder = environmentVariable("TMPDIR") ?? "/tmp"
    do throws(SystemError) {
      descriptor = try Descriptor(temporaryIn: folder, "hive")
    } catch {
      throw FileError(
        .inputOutput, path: folder, reason: "no temporary file can be made: \(error.description)")
    }
  }

  /// Writes bytes at the end.
  ///
  /// - Throws: ``FileError`` where the disk does not take them.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    let failure: SystemError? = unsafe bytes.withUnsafeBytes { bytes in
      do throws(SystemError) {
        unsafe try descriptor.write(bytes, at: size)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw Self.error("cannot be written", failure) }
    size += bytes.count
  }

  /// Reads bytes; fewer at the end of the file.
  ///
  /// - Throws: ``FileError`` where they cannot be read.
  package func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    let count = min(count, size - offset)
    var bytes = [UInt8](repeating: 0, count: count)
    let result: Result<Int, SystemError> = unsafe bytes.withUnsafeMutableBytes { bytes in
      do throws(SystemError) {
        var done = 0
        while done < count {
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
          let got = unsafe try descriptor.readBytes(into: rest, at: offset + done)
          if got == 0 { break }
          done += got
        }
        return .success(done)
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let done): return [UInt8](bytes.prefix(done))
    case .failure(let error): throw Self.error("cannot be read", error)
    }
  }

  private static func error(_ what: String, _ error: SystemError) -> FileError {
    FileError(.inputOutput, path: "temporary file", reason: "\(what): \(error.description)")
  }
}
