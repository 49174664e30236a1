// SPDX-License-Identifier: MIT

import Archives
import FileAccess
import ProfileForensics

/// What the paths of a command line lead to, as items that are worked on one by one: machines, and
/// files that were named.
///
/// The files of a few machines are looked through together, so that parts of one machine from
/// several folders come together. Of many machines, or archives, only the folders of each are found
/// at first, and the computers' names; the rest is looked through when it is their turn.
struct Fleet: Sendable {
  /// A piece of the work.
  struct Item: Sendable {
    /// What distinguishes it from the others, as long as the inputs stay where they are.
    let name: String
    fileprivate let source: Source
  }

  /// How files that were named are taken.
  enum Named {
    /// Each is an item.
    case each
    /// Each is an item; but with event logs among them, all are files of machines.
    case eachOrOfMachines
    /// All are one item.
    case together
  }

  fileprivate enum Source: Sendable {
    /// What was looked through already.
    case inputs(Inputs)
    /// Folders and archives of one machine, and what to call it where that is decided.
    case folders([String], label: String?)
    /// A path that cannot be read.
    case failure(CommandFailure)
  }

  /// Up to this many machines are looked through together.
  static let fewMachines = 16

  /// The items, in the order of the paths.
  private(set) var items: [Item] = []
  /// The paths of the command line.
  let paths: [String]
  /// Whether files were named, and not folders or archives alone.
  var namesFiles: Bool {
    items.contains { item in
      if case .inputs(let inputs) = item.source { !inputs.named.isEmpty } else { false }
    }
  }
  /// Whether there is more than one item.
  var isSeveral: Bool { items.count > 1 }

  /// The files that are known to be read, none of which may be written to.
  var files: [String] {
    items.flatMap { item in
      if case .inputs(let inputs) = item.source { inputs.files } else { [String]() }
    }
  }

  /// Finds the items.
  ///
  /// - Parameters:
  ///   - paths: The paths of the command line.
  ///   - named: How files that were named are taken.
  ///   - joinsFew: Whether a few machines are one item.
  ///   - jobs: How many threads look names up.
  /// - Throws: ``CommandFailure`` where a path is empty, or the system gives no thread.
  init(
    _ paths: [String], named: Named = .each, joinsFew: Bool = false, jobs: Int
  ) throws(CommandFailure) {
    try Inputs.refuseEmpty(paths)
    let paths = Inputs.distinct(paths)
    self.paths = paths
    let folders = paths.filter(Inputs.isFolder)
    let archives = paths.filter(ArchiveMounts.isArchive)
    let allFiles = paths.filter { !folders.contains($0) && !archives.contains($0) }
    let areOfMachines =
      named == .eachOrOfMachines
      && allFiles.contains { $0 != StandardInput.path && EventsRun.isLog($0) }
    let files = areOfMachines ? [] : allFiles
    let collected = areOfMachines ? paths.filter { !archives.contains($0) } : folders
    let parts = paths.flatMap { path in
      archives.contains(path)
        ? [CollectionParts.Part(path: path, isArchive: true)]
        : folders.contains(path)
          ? CollectionParts(below: path, isArchive: Archive.isArchive(named:)).parts : []
    }
    let count = parts.count
    let areFew = count <= Self.fewMachines && !parts.contains(where: \.isArchive)
    let collection = areFew ? EvidenceCollection(paths: collected) : nil
    let machineCount = collection.map { $0.machines.count + $0.failures.count } ?? count
    let isSeveral = machineCount + files.count > 1
    if let collection, joinsFew {
      let whole = Inputs(
        paths: paths, named: files, machines: collection.machines, isOneOfSeveral: isSeveral,
        skipped: collection.skipped, failures: collection.failures.map { CommandFailure($0) })
      items = [Item(name: paths.joined(separator: " "), source: .inputs(whole))]
      return
    }
    let groups = named != .together ? files.map { [$0] } : files.isEmpty ? [] : [files]
    var places = groups.map { files in
      let inputs = Inputs(paths: files, named: files, machines: [], isOneOfSeveral: isSeveral)
      return (
        path: files[0], item: Item(name: files.joined(separator: " "), source: .inputs(inputs))
      )
    }
    if let collection {
      places += Self.items(of: collection, isSeveral: isSeveral)
    } else {
      if areOfMachines {
        let item = Item(
          name: allFiles.joined(separator: " "), source: .folders(allFiles, label: nil))
        places.append((path: allFiles[0], item: item))
      }
      places += try Self.items(of: parts, jobs: jobs).map { (path: $0.first, item: $0.item) }
    }
    items = Self.ordered(places, by: paths)
  }

  /// The items in the order of the paths that they are below.
  private static func ordered(
    _ places: [(path: String, item: Item)], by paths: [String]
  ) -> [Item] {
    let ranked = places.enumerated().map { index, place in
      let rank = paths.indices.filter { place.path.hasPrefix(paths[$0]) }
        .max { paths[$0].utf8.count < paths[$1].utf8.count }
      return (rank: rank ?? paths.count, index: index, item: place.item)
    }
    return ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.item)
  }
}

// MARK: - Few machines

extension Fleet {
  /// The machines of a collection, each with what was passed over in its folder.
  private static func items(
    of collection: EvidenceCollection, isSeveral: Bool
  ) -> [(path: String, item: Item)] {
    var notes = collection.skipped
    var places: [(path: String, item: Item)] = []
    for (index, machine) in collection.machines.enumerated() {
      let folder = machine.live.path
      let isLast = index == collection.machines.count - 1
      let own = isLast ? notes : notes.filter { $0.path.hasPrefix(folder) }
      if !isLast { notes.removeAll { $0.path.hasPrefix(folder) } }
      let inputs = Inputs(
        paths: [folder], named: [], machines: [machine], isOneOfSeveral: isSeveral, skipped: own)
      places.append((folder, Item(name: "\(folder) \(machine.label)", source: .inputs(inputs))))
    }
    places += collection.failures.map { failure in
      (failure.path, Item(name: failure.path, source: .failure(CommandFailure(failure))))
    }
    return places
  }
}

// MARK: - Many machines

extension Fleet {
  /// The machines of many folders and archives: those of one machine are one item, however many.
  private static func items(
    of parts: [CollectionParts.Part], jobs: Int
  ) throws(CommandFailure) -> [(first: String, item: Item)] {
    let machines = try machines(of: parts, jobs: jobs)
    let labels = MachineNames.labels(machines.map { ($0.name, parts[$0.parts[0]].path) })
    var items: [(first: Int, path: String, item: Item)] = []
    for (machine, label) in zip(machines, labels) {
      let paths = machine.parts.map { parts[$0].path }
      let name = machine.name ?? MachineNames.folderName(paths[0])
      let item = Item(
        name: paths.count == 1 ? paths[0] : paths.sorted().joined(separator: " "),
        source: .folders(
          machine.parts.flatMap { parts[$0].inputs }, label: label == name ? nil : label))
      let first = machine.parts.min() ?? 0
      items.append((first, parts[first].path, item))
    }
    return items.sorted { $0.first < $1.first }.map { ($0.path, $0.item) }
  }

  /// Finds out which parts are of one machine, by two looks.
  ///
  /// The first takes the computer's name from SYSTEM. The second, of those alone that share their
  /// name with others, reads SOFTWARE too: the installation, the version of Windows, the users. So
  /// its price depends on how many collections there are of one name, and not on how many there are.
  ///
  /// - Returns: The machines, each with the computer's name and the places of its parts, the newest
  ///   first.
  private static func machines(
    of parts: [CollectionParts.Part], jobs: Int
  ) throws(CommandFailure) -> [(name: String?, parts: [Int])] {
    guard parts.count > 1 else { return parts.indices.map { (nil, [$0]) } }
    let names = try looks(at: Array(parts.indices), of: parts, for: ["SYSTEM"], jobs: jobs) {
      MachineNames.computerName(of: $0)
    }
    let groups = Dictionary(grouping: parts.indices.filter { names[$0] != nil }) {
      names[$0]?.uppercased() ?? ""
    }
    let shared = groups.values.filter { $0.count > 1 }.flatMap(\.self).sorted()
    let identities = Dictionary(
      uniqueKeysWithValues: zip(
        shared,
        try looks(at: shared, of: parts, for: ["SYSTEM", "SOFTWARE"], jobs: jobs) {
          PartIdentity(of: $0)
        }))
    var machines: [(name: String?, parts: [Int])] = parts.indices.filter { names[$0] == nil }
      .map { (nil, [$0]) }
    for group in groups.values {
      let known = group.compactMap { identities[$0] }
      let found = known.count < group.count ? [[0]] : PartIdentity.machines(known)
      machines += found.map { (names[group[0]], $0.map { group[$0] }) }
    }
    return machines.sorted { ($0.parts.min() ?? 0) < ($1.parts.min() ?? 0) }
  }

  /// Looks at parts on several threads; of archives only some hives are unpacked for it.
  private static func looks<Found: Sendable>(
    at places: [Int], of parts: [CollectionParts.Part], for hives: [String], jobs: Int,
    _ look: @escaping @Sendable (CollectionParts.Part) -> Found
  ) throws(CommandFailure) -> [Found] {
    var found: [Found] = []
    let work = OrderedWork<Found>(count: places.count, jobs: jobs)
    var progress = FleetProgress("machines looked up", of: places.count)
    try work.run { (index, _) in
      let part = parts[places[index]]
      let archive = part.isArchive ? ArchiveMounts(of: [part.path], only: hives) : nil
      defer { archive?.unmount() }
      return look(part)
    } _: { event in
      if case .done(_, let result, _) = event {
        found.append(result)
        progress.advance()
      }
      progress.show()
      return true
    }
    progress.finish()
    return found
  }
}

// MARK: - An item's inputs

extension Fleet {
  /// Looks through an item, and does something with what is there.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be read.
  func withInputs<Result>(
    of item: Item, _ body: (Inputs) throws(CommandFailure) -> Result
  ) throws(CommandFailure) -> Result {
    switch item.source {
    case .inputs(let inputs):
      try inputs.checkSomethingIsThere()
      return try body(inputs)
    case .failure(let failure): throw failure
    case .folders(let paths, let label):
      let archives = ArchiveMounts(of: paths)
      defer { archives.unmount() }
      if let failure = archives.failures.first, archives.failed.count == paths.count {
        throw failure
      }
      let collection = EvidenceCollection(
        paths: paths.filter { !archives.failed.contains(ExactText($0)) })
      var machines = collection.machines
      if let label, machines.count == 1 { machines[0] = machines[0].called(label) }
      let inputs = Inputs(
        paths: paths, named: [], machines: machines, isOneOfSeveral: isSeveral,
        skipped: archives.skipped + collection.skipped,
        failures: archives.failures + collection.failures.map { CommandFailure($0) })
      try inputs.checkSomethingIsThere()
      return try body(inputs)
    }
  }

  /// What to call an item of which nothing can be read.
  func label(of item: Item) -> String {
    switch item.source {
    case .folders(let paths, let label): label ?? MachineNames.folderName(paths[0])
    case .inputs(let inputs): inputs.machines.first?.label ?? item.name
    case .failure: item.name
    }
  }
}
