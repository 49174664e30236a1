// SPDX-License-Identifier: MIT

import Archives
import ArgumentParser
import FileAccess
import ProfileForensics
import RegistryHive
import WindowsTypes

/// What the paths of a command line lead to: PATH means the same in every command.
///
/// A path is a hive, another file that the command reads, a folder with files of machines in it, the
/// root of a mounted Windows volume, or `-` for a hive from standard input.
struct Inputs: Sendable {
  /// The paths as they were given; for an item of a ``Fleet`` those that it is of.
  let paths: [String]
  /// The paths that are not folders.
  let named: [String]
  /// The machines of all folders.
  let machines: [Machine]
  /// Whether what is read is one of several items, so that each record says where it is from.
  let isOneOfSeveral: Bool
  /// All hives: those that were named, and those of the machines, newest captures first.
  let hives: [InputHive]
  /// The event logs of the machines.
  let eventLogs: [InputFile]
  /// The policy files of the machines.
  let policyFiles: [InputFile]
  /// What was found and not used.
  let skipped: [SkippedItem]
  /// Paths that could not be read at all.
  let failures: [CommandFailure]

  /// Looks through all paths; one that cannot be read does not keep the others from it.
  ///
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  init(_ paths: [String]) throws(CommandFailure) {
    try Self.refuseEmpty(paths)
    let paths = Self.distinct(paths)
    var found = paths.filter(ArchiveMounts.isArchive)
    let archived = Set(found.map { ExactText($0) })
    let given = Set(paths.filter(Inputs.isFolder).map { ExactText($0) })
    let folders = paths.flatMap { path -> [String] in
      if archived.contains(ExactText(path)) { return [path] }
      guard given.contains(ExactText(path)) else { return [] }
      let parts = CollectionParts(below: path, isArchive: Archive.isArchive(named:)).parts
      // A folder without archives is looked through as a whole.
      guard parts.contains(where: \.isArchive) else { return [path] }
      found += parts.filter(\.isArchive).map(\.path)
      return parts.flatMap(\.inputs)
    }
    let archives = ArchiveMounts(of: found)
    let named = paths.filter { path in
      !given.contains(ExactText(path)) && !archived.contains(ExactText(path))
    }
    let collection = EvidenceCollection(
      paths: folders.filter { !archives.failed.contains(ExactText($0)) })
    let failures = archives.failures + collection.failures.map { error in CommandFailure(error) }
    self.init(
      paths: paths, named: named, machines: collection.machines,
      isOneOfSeveral: collection.machines.count + named.count > 1,
      skipped: archives.skipped + collection.skipped, failures: failures)
    try checkSomethingIsThere()
  }

  /// The paths without those that lead to the same file or folder as one before.
  static func distinct(_ paths: [String]) -> [String] {
    guard paths.count > 1 else { return paths }
    var seen: Set<ExactText> = []
    var files: Set<FileStatus> = []
    return paths.filter { path in
      guard seen.insert(ExactText(path)).inserted else { return false }
      guard path != StandardInput.path, let status = fileStatus(of: path) else { return true }
      return files.insert(status).inserted
    }
  }

  /// Refuses a path without a character, as a variable that is not set leaves one, and standard
  /// input without a byte, as a program before the pipe leaves it that failed.
  ///
  /// - Throws: ``CommandFailure`` where there is one.
  static func refuseEmpty(_ paths: [String]) throws(CommandFailure) {
    if paths.contains("") {
      throw CommandFailure(exitCode: .noInput, message: "'': an empty path names no file")
    }
    if paths.contains(StandardInput.path), StandardInput.file?.count ?? 0 == 0 {
      throw CommandFailure(exitCode: .badInput, message: "-: standard input is empty")
    }
  }

  /// What the help of a command says of its paths.
  ///
  /// - Parameters:
  ///   - files: The kinds of files that it reads.
  ///   - piped: What it reads from standard input.
  /// - Returns: The help of the argument.
  static func help(_ files: String = "Hives", piped: String = "a hive") -> ArgumentHelp {
    """
    \(files), or folders, archives (zip, tar, 7z) and mounted Windows volumes with them; - is \
    \(piped) from standard input.
    """
  }

  /// Takes what is known.
  init(
    paths: [String], named: [String], machines: [Machine], isOneOfSeveral: Bool,
    skipped: [SkippedItem] = [], failures: [CommandFailure] = []
  ) {
    self.paths = paths
    self.named = named
    self.machines = machines
    self.isOneOfSeveral = isOneOfSeveral
    self.skipped = skipped
    self.failures = failures
    var hives = named.map { InputHive(path: $0) }
    var logs: [InputFile] = []
    var policies: [InputFile] = []
    for machine in machines {
      let label = Self.label(
        of: machine, isNamed: machines.count > 1 || isOneOfSeveral && named.isEmpty)
      for capture in machine.captures {
        hives += InputHive.all(in: capture, of: label)
        logs += capture.eventLogs.map { InputFile(path: $0.path, machine: label) }
        policies += [capture.machinePolicy, capture.userPolicy].compactMap(\.self)
          .map { InputFile(path: $0.path, machine: label) }
      }
    }
    self.hives = hives
    eventLogs = logs
    policyFiles = policies
  }

  /// The path that was given for a machine.
  func path(of machine: Machine) -> String {
    paths.filter { machine.live.path.hasPrefix($0) }.max { $0.utf8.count < $1.utf8.count }
      ?? machine.live.path
  }

  /// The paths of ``failures``.
  var failedPaths: [String] {
    failures.map { failure in
      paths.first { failure.message.hasPrefix("\($0):") } ?? failure.message
    }
  }

  /// Makes sure that there is something to read.
  ///
  /// - Throws: ``CommandFailure`` where there is nothing.
  func checkSomethingIsThere() throws(CommandFailure) {
    guard hives.isEmpty, eventLogs.isEmpty, policyFiles.isEmpty else { return }
    try failures.report(isAll: true)
  }

  /// What to call a machine in records; nil where it has no name and is the only one.
  func label(of machine: Machine) -> String? {
    Self.label(of: machine, isNamed: machines.count > 1 || isOneOfSeveral && named.isEmpty)
  }

  private static func label(of machine: Machine, isNamed: Bool) -> String? {
    isNamed || machine.name != nil ? machine.label : nil
  }

  /// Whether a path leads to a folder.
  static func isFolder(_ path: String) -> Bool {
    fileStatus(of: path)?.kind == .folder
  }

  /// Whether the command line names one hive and nothing else.
  var isSingleHive: Bool { paths.count == 1 && named == paths && !isOneOfSeveral }

  /// Every file that is read, none of which may be written to.
  var files: [String] {
    hives.map(\.path) + (eventLogs + policyFiles).map(\.path)
  }

  /// Does something with each hive; one that cannot be read does not keep the others from it.
  ///
  /// - Parameters:
  ///   - logs: Where to look for transaction logs; files are those of a single hive only.
  ///   - output: Where the results go: nothing more is done where it has failed.
  ///   - body: What is done.
  /// - Returns: Why hives could not be read.
  func forEachHive(
    _ logs: LogOptions, until output: Output,
    _ body: (InputHive, LogOptions) throws(CommandFailure) -> Void
  ) -> [CommandFailure] {
    let logs = isSingleHive ? logs : logs.forOtherHives
    var failures: [CommandFailure] = []
    for input in hives where output.failure == nil {
      do throws(CommandFailure) {
        try body(input, logs)
      } catch {
        failures.append(error)
      }
    }
    return failures
  }

  /// Says once on standard error what was passed over; returns whether nothing is lost by it.
  func report() -> Bool {
    let shown = 100
    // What may be missing is not pushed off the list by what is only worth a note.
    let sorted = skipped.filter(\.isLoss) + skipped.filter { !$0.isLoss }
    for item in sorted.prefix(shown) { Diagnostics.note(item.description) }
    if skipped.count > shown {
      Diagnostics.note("and \(skipped.count - shown) more were skipped")
    }
    for failure in failures { Diagnostics.note(failure.message) }
    return failures.isEmpty && !skipped.contains(where: \.isLoss)
  }
}

/// A file that a command reads.
struct InputFile: Sendable {
  /// Where it is.
  let path: String
  /// The machine that it is from; nil where that has no name and is the only one.
  var machine: String?
}

/// A hive that a command reads.
struct InputHive: Sendable {
  /// Where it is; `-` for standard input.
  let path: String
  /// The machine that it is from; nil where that has no name and is the only one, and for a hive
  /// that was named.
  var machine: String?
  /// The profile that it belongs to; nil for a hive of the machine, and one that was named.
  var profile: ProfileFiles?
  /// Whether it lies where Windows keeps no hive, so that no full path leads to it.
  var isStray = false

  /// The SOFTWARE hive of its machine; nil for a hive of the machine, and one that was named.
  var software: String?

  /// The user whose hive it is, as the profile's own hives say it; nil where they do not.
  var user: SecurityIdentifier? { profile?.identifier }

  /// The user whose hive it is, by the machine's profile list where the profile's own hives do not
  /// say it; nil where that is not known.
  var owner: SecurityIdentifier? {
    if let user { return user }
    guard let software, let folder = profile?.name.lowercased(),
      let list = (try? Hive(path: software)).flatMap({ ProfileList(software: $0) })
    else { return nil }
    let users = list.profiles.filter { $0.folderName?.lowercased() == folder }
    let identifiers = Set(users.compactMap(\.identifier))
    return identifiers.count == 1 ? identifiers.first : nil
  }

  /// Opens the hive, and says on standard error what became of its logs where it is dirty.
  func open(_ logs: LogOptions) throws(CommandFailure) -> Hive {
    try logs.open(path)
  }

  /// The hives of a capture: the machine's, then those of the profiles.
  static func all(in capture: Capture, of machine: String?) -> [InputHive] {
    let stray = Set(capture.strayHives)
    return HiveKind.allCases.compactMap { capture.machineHives[$0] }
      .map { InputHive(path: $0.path, machine: machine) }
      + capture.otherHives.map { file in
        InputHive(path: file.path, machine: machine, isStray: stray.contains(file))
      }
      + capture.profiles.flatMap { profile in
        [profile.userHive, profile.mandatoryHive, profile.classesHive].compactMap(\.self)
          .map {
            InputHive(
              path: $0.path, machine: machine, profile: profile,
              software: capture.machineHives[.software]?.path)
          }
      }
  }
}
