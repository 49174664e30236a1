// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat
public import WindowsEvents

/// A file with records of Windows events, opened read-only.
///
///     let log = try EventLog(path: "Application.evtx")
///     while let record = log.next() {
///       print(record.time, record.provider, record.event)
///     }
///     for fault in log.faults { print(fault) }
///
/// The contents decide what the file is. A log that was copied from a running machine, was
/// cut short or is partly damaged gives the records that can be read.
///
/// The libraries of 2018 to 2020, which Debian 12 has, give other characters for those beyond
/// U+FFFF, such as emoji, than a log holds; nothing is lost elsewhere in such a text.
///
/// The libraries are loaded when the first log is opened that needs them. Where the system has no
/// libevtx or no expat, the logs that need it are not opened.
public final class EventLog {
  /// The formats of event logs.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// The binary XML of Windows Vista and later, read by libevtx.
    case evtx
    /// The format of Windows NT to Server 2003, read by libevt.
    case evt
    /// An export as XML: what `wevtutil qe … /f:xml` or the event viewer writes, read by expat.
    case xml
  }

  /// The file's path.
  public let path: String
  /// What the file was found to be.
  public let format: Format
  /// Whether it is an export of some events of a log, by the numbers of its records, which have
  /// gaps: what of them was left out by choice, and what was taken away later, cannot be told apart.
  public let isSelection: Bool
  /// What could not be read so far, and what had to be mended for reading.
  public var faults: [EventLogFault] { source.faults }

  /// From when to when the log speaks, by the records that were read so far.
  ///
  /// It is the whole log's once ``next(where:)`` has returned nil.
  public var reach: LogReach { source.reach }

  private let source: any RecordSource

  /// Opens a log.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - name: What records call the log; nil for the name of the file.
  /// - Throws: ``EventLogError`` where the file cannot be read, or is not an event log.
  public init(path: String, name: String? = nil) throws(EventLogError) {
    self.path = path
    let name = name ?? path.lastPathPart
    let bytes: FileBytes
    do throws(FileError) {
      let file = try OpenFile(path: path)
      if Format(startOf: file) == .xml {
        format = .xml
        isSelection = false
        guard let expat = ExpatFunctions.shared else {
          throw FileError(
            .inputOutput, path: path, reason: Self.unread(for: "expat", "libexpat.so.1"))
        }
        source = XMLReader(file, log: name, expat)
        return
      }
      bytes = try FileBytes(file, isShared: true)
    } catch {
      throw EventLogError(error)
    }
    guard bytes.count > 0 else {
      throw EventLogError(
        code: .notAnEventLog, path: path, reason: "is empty (0 bytes), not an event log")
    }
    let file = HiveImage(bytes)
    guard let format = Format(file), format != .xml else {
      throw EventLogError(
        code: .notAnEventLog, path: path,
        reason: "is not an event log: neither .evtx nor .evt, nor an export of events as XML")
    }
    self.format = format
    var faults = bytes.flaws.map { EventLogFault(description: $0.description) }
    switch format {
    case .evtx:
      let mended: (bytes: FileBytes, recordCount: Int, isSelection: Bool)
      do throws(FileError) {
        mended = try EvtxHeader.mend(bytes, reporting: &faults)
      } catch {
        throw EventLogError(error)
      }
      isSelection = mended.isSelection
      guard let library = LibyalFunctions.evtx else {
        throw EventLogError(
          code: .inputOutput, path: path, reason: Self.unread(for: "libevtx", "libevtx.so.1"))
      }
      let reader = try LibraryReader(
        library, path: path, file: mended.bytes, log: name, expecting: mended.recordCount,
        faults: faults)
      if let index = EvtxIndex(HiveImage(mended.bytes)) { reader.use(index) }
      source = reader
    case .evt, .xml:
      isSelection = false
      let survey = EvtSurvey(file)
      let reader = survey.isRegular ? LibyalFunctions.evt : nil
      let library = reader.flatMap {
        try? LibraryReader($0, path: path, file: bytes, log: name, faults: faults)
      }
      if let library, library.recordCount == survey.places.count {
        source = library
      } else {
        source = EvtReader(survey, of: file, log: name, faults: faults + survey.faults)
      }
    }
  }

  /// Whether this system has the libraries that every log can be read with.
  ///
  /// Without libevtx and expat only `.evt` files are read, which need no library.
  package static var canBeRead: Bool {
    LibyalFunctions.evtx != nil && ExpatFunctions.shared != nil
  }

  private static func unread(for library: String, _ file: String) -> String {
    "is an event log, and was not read: this system has no \(library) (\(file))"
  }

  /// Whether a file looks like an event log.
  ///
  /// - Parameter path: The file's path.
  /// - Returns: Whether it does; false where it cannot be read.
  public static func isLog(path: String) -> Bool {
    guard let file = try? OpenFile(path: path) else { return false }
    return Format(startOf: file) != nil
  }

  /// Reads on to the next record.
  ///
  /// Records come in the order of the file. Those that were found outside of what its own lists
  /// lead to come last, and are marked with `EventRecord.isRecovered`.
  ///
  /// - Parameter isWanted: Says by the provider and the number of an event whether its record is
  ///   wanted: what else is in the others is not read.
  /// - Returns: The next record that is wanted; nil at the end.
  public func next(
    where isWanted: (_ provider: String, _ event: Int) -> Bool = { _, _ in true }
  ) -> EventRecord? {
    source.next(where: isWanted)
  }
}

/// Something of a log that could not be read, or that was mended in memory for reading.
public struct EventLogFault: Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, as a sentence without its full stop.
  public let description: String
}

/// Why an event log could not be opened.
public struct EventLogError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of obstacle there was.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// A stable identifier, such as `no-such-file`.
    public let rawValue: String

    /// Makes a code from its identifier.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// There is no file at the path.
    public static let noSuchFile = Self(rawValue: "no-such-file")
    /// The file may not be read.
    public static let permissionDenied = Self(rawValue: "permission-denied")
    /// The system could not read the file.
    public static let inputOutput = Self(rawValue: "input-output")
    /// The file is not an event log, or too damaged to be read as one.
    public static let notAnEventLog = Self(rawValue: "not-an-event-log")
  }

  /// What kind of obstacle there was.
  public let code: Code
  /// The path as it was given.
  public let path: String
  /// What was wrong, as a sentence without the path.
  public let reason: String

  /// The path and what was wrong, for the person at the terminal.
  public var description: String { "\(path): \(reason)" }
}

extension EventLogError {
  init(_ error: FileError) {
    let code: Code =
      switch error.code {
      case .noSuchFile: .noSuchFile
      case .permissionDenied: .permissionDenied
      case .isDirectory, .notAFile: .notAnEventLog
      default: .inputOutput
      }
    let reason =
      error.code == .isDirectory ? "is a directory, not an event log" : error.reason
    self.init(code: code, path: error.path, reason: reason)
  }
}

/// What reads the records of one format.
protocol RecordSource: AnyObject {
  var faults: [EventLogFault] { get }
  var reach: LogReach { get }

  func next(where isWanted: (_ provider: String, _ event: Int) -> Bool) -> EventRecord?
}

extension EventLog.Format {
  /// The format of a file by its first megabyte; nil where it is no event log, or cannot be read.
  fileprivate init?(startOf file: OpenFile) {
    guard
      let start = try? file.bytes(at: 0, count: min(max(file.size, 4096), XMLEvents.sizeLimit))
    else { return nil }
    self.init(HiveImage(start))
  }

  /// The format of a file; nil where it is no event log.
  ///
  /// A hive is none, whatever stands in its data.
  fileprivate init?(_ file: HiveImage) {
    if EvtxHeader.isLog(file) {
      self = .evtx
    } else if LibyalFunctions.isEvt(file) {
      self = .evt
    } else if Self.isHive(file) {
      return nil
    } else if XMLEvents.looksLikeEvents(file) {
      self = .xml
    } else if EvtSurvey.hasRecords(file) {
      self = .evt
    } else {
      return nil
    }
  }

  /// Whether a hive's base block or first bin stands where it does in a hive.
  private static func isHive(_ file: HiveImage) -> Bool {
    (try? file.uint32(at: 0)) == 0x6667_6572 || (try? file.uint32(at: 4096)) == 0x6E69_6268
  }
}
