// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// Where a command's result goes, byte by byte, through a buffer of fixed size.
///
/// A failed write is kept in ``failure`` and ends all writing, so that the code that renders need
/// not handle errors; whoever drives it looks from time to time.
@safe
final class Output {
  /// Why writing ended before its time.
  enum Failure: Error, Hashable {
    /// The reader has gone; nobody wants the rest.
    case closedPipe
    /// The system refused.
    case system(SystemError)
  }

  private enum Target {
    case stream(Descriptor)
    case file(NewFile, path: String)
    case memory(isTerminal: Bool)
    case item(ItemStream, isTerminal: Bool)
  }

  private static let capacity = 1 << 16

  private let buffer: UnsafeMutablePointer<UInt8>
  private var used = 0
  private let target: Target
  private var spreadsheet: SpreadsheetFilter?
  private var held: [UInt8] = []
  /// The time that was written last, and its text: neighbours often have the same.
  private var lastTime: TimeText?
  /// Whether text has color, as was asked for.
  let color: ColorChoice

  /// How many JSON texts had a surrogate without its partner, for which U+FFFD stands.
  var malformedTextCount = 0

  /// Why writing ended; nil as long as all went well.
  private(set) var failure: Failure?

  /// Makes an output to something that is open.
  init(_ descriptor: Descriptor, forSpreadsheet: Bool = false, color: ColorChoice = .auto) {
    unsafe buffer = .allocate(capacity: Self.capacity)
    target = .stream(descriptor)
    spreadsheet = forSpreadsheet ? SpreadsheetFilter() : nil
    self.color = color
  }

  /// Makes an output to a new file, which gets its name in ``finish(isSafe:)``.
  init(
    _ file: NewFile, path: String, forSpreadsheet: Bool = false, color: ColorChoice = .auto
  ) {
    unsafe buffer = .allocate(capacity: Self.capacity)
    target = .file(file, path: path)
    spreadsheet = forSpreadsheet ? SpreadsheetFilter() : nil
    self.color = color
  }

  /// Makes an output that holds what is written until ``takeHeld()``.
  init() {
    unsafe buffer = .allocate(capacity: Self.capacity)
    target = .memory(isTerminal: false)
    color = .never
  }

  /// Makes an output that holds what is to be written to another one, in its width and its colors.
  init(draftFor output: Output) {
    unsafe buffer = .allocate(capacity: Self.capacity)
    target = .memory(isTerminal: output.isTerminal)
    color = output.color
  }

  /// Makes an output for one item of several, which is written when it is the item's turn.
  ///
  /// - Parameters:
  ///   - stream: Where it waits.
  ///   - isTerminal: Whether a person looks at the output in the end.
  ///   - color: Whether text has color.
  init(_ stream: ItemStream, isTerminal: Bool, color: ColorChoice = .never) {
    unsafe buffer = .allocate(capacity: Self.capacity)
    target = .item(stream, isTerminal: isTerminal)
    spreadsheet = nil
    self.color = color
  }

  deinit {
    unsafe buffer.deallocate()
  }

  /// Whether a person looks at the output as it comes.
  var isTerminal: Bool {
    switch target {
    case .stream(let descriptor): descriptor.isTerminal
    case .file: false
    case .memory(let isTerminal), .item(_, let isTerminal): isTerminal
    }
  }

  /// How many columns sentences may have: as many as the terminal has, within reason, or 80.
  private(set) lazy var columns: Int = {
    guard isTerminal, let columns = Descriptor.standardOutput.columns else { return 80 }
    return min(max(columns, 40), 120)
  }()

  /// Whether the output has color: as the user asked, or on a terminal that can show it, unless
  /// `NO_COLOR` is set (<https://no-color.org>).
  private(set) lazy var hasColor: Bool =
    switch color {
    case .always: true
    case .never: false
    case .auto:
      isTerminal && environmentVariable("TERM") != "dumb"
        && (environmentVariable("NO_COLOR") ?? "").isEmpty
    }

  /// Writes out what is in the buffer.
  func flush() {
    defer { used = 0 }
    guard used > 0, failure == nil else { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: buffer, count: used)
    guard spreadsheet != nil else { return unsafe write(bytes) }
    var changed: [UInt8] = []
    unsafe spreadsheet?.append(bytes, to: &changed)
    unsafe changed.withUnsafeBytes { unsafe write($0) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    do throws(SystemError) {
      switch target {
      case .stream(let descriptor): unsafe try descriptor.append(bytes)
      case .file(let file, _): unsafe try file.append(bytes)
      case .memory: unsafe held.append(contentsOf: bytes)
      case .item(let stream, _): unsafe try stream.write(bytes)
      }
    } catch {
      failure = error == .closedPipe ? .closedPipe : .system(error)
    }
  }

  /// Gives out what an output in memory holds, which then holds nothing.
  func takeHeld() -> [UInt8] {
    flush()
    defer { held = [] }
    return held
  }

  /// Writes bytes past the buffer.
  func write(all bytes: UnsafeRawBufferPointer) {
    flush()
    if failure == nil { unsafe write(bytes) }
  }

  /// Ends writing; a file gets its name.
  ///
  /// - Parameter isSafe: Whether to wait until a file is on the disk.
  /// - Throws: ``CommandFailure`` where a write failed, unless the reader has gone, or where the
  ///   file cannot get its name. There is no new file then.
  func finish(isSafe: Bool = false) throws(CommandFailure) {
    flush()
    switch (target, failure) {
    case (.stream, .system(let error)?):
      throw CommandFailure(
        exitCode: .inputOutput,
        message: "standard output: cannot be written: \(error.description)")
    case (.file(_, let path), .system(let error)?):
      throw CommandFailure(
        exitCode: .inputOutput,
        message: "\(path): cannot be written: \(error.description); there is no such file now")
    case (.file(let file, _), nil):
      do throws(FileError) {
        try file.finish(isSafe: isSafe)
      } catch {
        throw CommandFailure(exitCode: .cannotCreate, message: error.description)
      }
    default: break
    }
  }

  /// Appends at most `count` bytes, which a cursor writes.
  @inline(__always)
  func write(atMost count: Int, _ body: (inout OutputCursor) -> Void) {
    unsafe append(atMost: count) { destination in
      var cursor = unsafe OutputCursor(destination)
      unsafe body(&cursor)
      return unsafe cursor.count
    }
  }

  /// Appends at most `count` bytes.
  ///
  /// - Parameters:
  ///   - count: How many bytes may be needed; at most 4096.
  ///   - body: Writes bytes from the pointer on and returns how many.
  @inline(__always)
  func append(atMost count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    precondition(count <= 4096)
    if used > Self.capacity &- count { flush() }
    let written = unsafe body(buffer + used)
    precondition(written <= count)
    used &+= written
  }
}

// MARK: - Bytes and text

extension Output {
  @inline(__always)
  func append(_ byte: UInt8) {
    unsafe append(atMost: 1) { destination in
      unsafe destination[0] = byte
      return 1
    }
  }

  /// Appends text that is known when the program is built.
  @inline(__always)
  func append(_ text: StaticString) {
    let start = unsafe text.utf8Start
    let count = text.utf8CodeUnitCount
    unsafe append(atMost: count) { destination in
      unsafe destination.update(from: start, count: count)
      return count
    }
  }

  /// The text of a time.
  func textOf(_ time: FileTime) -> TimeText {
    if let lastTime, lastTime.time == time { return lastTime }
    let text = TimeText(time)
    lastTime = text
    return text
  }

  /// Appends so many spaces.
  func append(spaces count: Int) {
    for _ in 0..<count { append(UInt8(ascii: " ")) }
  }

  func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  func append(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  /// Appends text for a person: all in it that is hidden is made visible, but for a line end at
  /// its end.
  func append(text: String) {
    append(raw: text.isPlainLine ? text : text.forTerminal)
  }

  /// Appends text as it is.
  func append(raw text: String) {
    var text = text
    text.withUTF8 { unsafe append($0) }
  }

  private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      if used == Self.capacity { flush() }
      let count = min(bytes.count - done, Self.capacity - used)
      unsafe (buffer + used).update(from: start + done, count: count)
      used += count
      done += count
    }
  }

  /// Appends a number in decimal.
  @inline(__always)
  func append(decimal number: some BinaryInteger) {
    guard let small = UInt32(exactly: number) else { return append(raw: String(number)) }
    append(small)
  }

  private func append(_ number: UInt32) {
    unsafe append(atMost: 16) { unsafe writeDecimal(number, to: $0) }
  }
}
