// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import ProfileForensics

/// What comes of the work of a command on one item.
struct ItemResult<Part: Sendable>: Sendable {
  /// The exit code that the command would have for this item alone.
  var code: ExitCode
  /// What the command adds up over all items.
  var part: Part
}

/// How the results of items are put together.
///
/// Each item is written as if it were the only one.
enum ItemLayout {
  /// One after the other.
  case lines
  /// With an empty line between them.
  case paragraphs
  /// Rows below one heading: the first line of every item but the first is left out.
  case rows
  /// The elements of JSON arrays, in one array.
  case array

  /// The layout for a format.
  init(_ format: some RawRepresentable<String>, text: ItemLayout = .paragraphs) {
    self =
      switch format.rawValue {
      case "json": .array
      case "csv": .rows
      case "ndjson": .lines
      default: text
      }
  }
}

/// The work of a command on all items of a fleet: on several threads, written in order.
struct FleetRun {
  private let fleet: Fleet
  private let command: String
  private let options: FleetOptions
  private let layout: ItemLayout
  private let output: Output
  private let resume: ResumeList?
  /// What is in front of all records, where those of all items are put in one order.
  private let mergedHeading: [UInt8]?

  /// Makes ready for the work.
  ///
  /// - Parameters:
  ///   - fleet: The items.
  ///   - command: The name of the command.
  ///   - options: How the work is done.
  ///   - layout: How the results follow each other.
  ///   - output: Where they go.
  ///   - mergedHeading: What is in front of all records, where the work writes ``DatedRecords``,
  ///     which are put in one order; nil where it writes its results.
  /// - Throws: ``CommandFailure`` where the list of what is done cannot be used.
  init(
    _ fleet: Fleet, command: String, options: FleetOptions, layout: ItemLayout, to output: Output,
    mergedHeading: [UInt8]? = nil
  ) throws(CommandFailure) {
    self.fleet = fleet
    self.command = command
    self.options = options
    self.layout = layout
    self.output = output
    self.mergedHeading = mergedHeading
    if let path = options.resume {
      resume = try ResumeList(path, command: command, inputs: fleet.paths)
    } else {
      resume = nil
    }
  }

  /// Whether results were written by an earlier run already, so that a heading is there.
  var goesOn: Bool { resume.map { !$0.done.isEmpty } ?? false }

  /// Does the work.
  ///
  /// - Parameters:
  ///   - work: Does it for one item; on any thread.
  ///   - failed: Says what to write of an item that cannot be read at all; nil for nothing.
  ///   - take: Takes what the command adds up, in the order of the items.
  /// - Returns: The exit code.
  /// - Throws: ``CommandFailure`` where no item could be read, or the run was interrupted.
  func run<Part: Sendable>(
    _ work: @escaping @Sendable (Inputs, Output) throws(CommandFailure) -> ItemResult<Part>,
    failed: (@Sendable (String, CommandFailure, Output) -> Part)? = nil,
    take: (Part) -> Void = { _ in }
  ) throws(CommandFailure) -> ExitCode {
    let items = fleet.items.filter { !(resume?.contains($0.name) ?? false) }
    if let resume, items.isEmpty, !fleet.items.isEmpty {
      let count = counted(fleet.items.count, "input")
      Diagnostics.note("nothing is left to do: \(resume.path) has all of \(count)")
    }
    let (fleet, isTerminal, isSeveral) = (fleet, output.isTerminal, fleet.isSeveral)
    let color = output.color
    Interruption.watch()
    let joined = isSeveral ? layout : .lines
    let sink: any ItemSink =
      mergedHeading.map {
        ItemMerger(
          layout, heading: $0, to: output, writesEachItem: resume != nil, goesOn: goesOn)
      } ?? ItemJoiner(joined, to: output, goesOn: goesOn)
    var state = RunState<Part>(
      sink: sink,
      progress: FleetProgress("machines", of: items.count, isShown: !output.isTerminal))
    state.sink.begin()
    let holdsAll = resume != nil || mergedHeading == nil && joined == .array
    let ordered = OrderedWork<Outcome<Part>>(
      count: items.count, jobs: options.threadCount, holdsAll: holdsAll)
    let doItem: @Sendable (Int, ItemStream) -> Outcome<Part> = { index, stream in
      ThreadValue.with(isSeveral ? stream : nil) {
        let output = Output(stream, isTerminal: isTerminal, color: color)
        defer { output.flush() }
        do throws(CommandFailure) {
          let result = try fleet.withInputs(of: items[index]) { (inputs) throws(CommandFailure) in
            try work(inputs, output)
          }
          return .done(result)
        } catch {
          let part = isSeveral ? failed?(fleet.label(of: items[index]), error, output) : nil
          return .failed(error, label: fleet.label(of: items[index]), part)
        }
      }
    }
    var failure: CommandFailure?
    try ordered.run(doItem) { event in
      do throws(CommandFailure) {
        if try state.take(event) {
          if let part = state.lastPart { take(part) }
          try resume?.add(items[state.progress.done - 1].name)
        }
      } catch {
        failure = error
      }
      return failure == nil && output.failure == nil && !Interruption.hasCome
    }
    state.progress.finish()
    if Interruption.hasCome, state.progress.done < items.count, output.failure == nil {
      state.sink.giveUp()
      Diagnostics.note(Self.interruption(done: state.progress.done, of: items))
      return .interrupted
    }
    if let failure { throw failure }
    try state.sink.end()
    if mergedHeading != nil, Interruption.hasCome, output.failure == nil {
      Diagnostics.note("interrupted; the output ends with a whole record")
      return .interrupted
    }
    if let first = state.firstFailure, state.progress.failed == items.count {
      if !isSeveral || failed == nil { throw first }
    }
    return state.firstFailure == nil ? state.code : .incomplete
  }

  private static func interruption(done: Int, of items: [Fleet.Item]) -> String {
    let last = done == 0 ? "" : "; the last one is \(items[done - 1].name)"
    return "interrupted after \(grouped(done)) of \(grouped(items.count))\(last)"
  }
}

/// What became of an item.
private enum Outcome<Part: Sendable>: Sendable {
  case done(ItemResult<Part>)
  /// The item cannot be read; with what was written of it.
  case failed(CommandFailure, label: String, Part?)
}

/// Writes out what comes of items, in their order.
private struct RunState<Part: Sendable> {
  var sink: any ItemSink
  var progress: FleetProgress
  private(set) var code = ExitCode.success
  private(set) var firstFailure: CommandFailure?
  /// What the item that was last taken adds.
  private(set) var lastPart: Part?

  init(sink: any ItemSink, progress: FleetProgress) {
    self.sink = sink
    self.progress = progress
  }

  /// Takes an event; returns whether it ends an item.
  mutating func take(_ event: OrderedWork<Outcome<Part>>.Event) throws(CommandFailure) -> Bool {
    switch event {
    case .pause:
      progress.show()
      return false
    case .bytes(let bytes):
      try sink.write(bytes)
      return false
    case .done(_, let outcome, let stream):
      try stream.drain { (bytes) throws(CommandFailure) in try sink.write(bytes) }
      try sink.endItem()
      let diagnostics = stream.allDiagnostics
      if !diagnostics.isEmpty {
        progress.finish()
        Diagnostics.write(diagnostics)
      }
      finish(outcome)
      progress.show()
      return true
    }
  }

  private mutating func finish(_ outcome: Outcome<Part>) {
    switch outcome {
    case .done(let result):
      lastPart = result.part
      if code == .success { code = result.code }
      progress.advance()
    case .failed(let failure, let label, let part):
      lastPart = part
      if progress.isOneOfSeveral {
        progress.finish()
        let isNamed = failure.message.contains(label)
        Diagnostics.note(isNamed ? failure.message : "\(label): \(failure.message)")
      }
      firstFailure = firstFailure ?? failure
      progress.advance(failed: true)
    }
  }
}

extension ExitCode {
  /// Ended by a person or the system, as a shell says it of SIGINT.
  static let interrupted = ExitCode(130)
}
