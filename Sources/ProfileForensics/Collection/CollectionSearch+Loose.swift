// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsTypes

/// What is taken from folders without Windows' layout: hives are recognised by their contents.
extension CollectionSearch {
  /// The files of one folder; a draft for each machine where its name is in the files' names.
  mutating func looseFiles(in folder: VolumeFolder, _ place: Place) -> [MachineDraft] {
    looseFiles(folder.names, in: folder, place)
  }

  /// The same of some files of a folder.
  mutating func looseFiles(
    _ names: [String], in folder: VolumeFolder, _ place: Place
  ) -> [MachineDraft] {
    var parts = LooseParts(path: folder.path, origin: place.origin)
    let profile = profile(in: folder, place)
    if let profile {
      parts.profiles.append(profile)
      taken.formUnion((profile.hives + profile.otherSpellings).map { ExactText($0.path) })
    }
    for name in names {
      let shown = CollectedName.decoded(name)
      if EventLogName.hasEventLogExtension(shown) {
        parts.eventLogs += folder.files(named: name)
      } else if RegistryString(shown).matches("Registry.pol") {
        addPolicy(folder.files(named: name), place, to: &parts)
      } else if !taken.contains(ExactText(folder.path(of: name))),
        let file = folder.hive(named: name)
      {
        add(file, named: shown, place, to: &parts)
      } else if folder.isEventLog(name) {
        parts.eventLogs += folder.files(named: name)
      } else if let reason = folder.otherEvidence(named: name) {
        log.add(folder.path(of: name), reason, isLoss: false)
      }
    }
    return parts.machines(log)
  }

  /// The profile whose folder this is: a user's hive under its own name, with the classes where
  /// Windows keeps them; nil where it is none.
  private func profile(in folder: VolumeFolder, _ place: Place) -> ProfileFiles? {
    guard folder.has("NTUSER.DAT") || folder.has("NTUSER.MAN"),
      var profile = ProfileFiles(folder, name: place.name, place: .other),
      profile.classesHive != nil || place.volumePath != nil
    else { return nil }
    profile.name = CollectedName.decoded(place.name)
    profile.volumePath = place.volumePath
    profile.identifier = profile.classesHive.flatMap {
      HiveGlance(path: $0.path, name: "UsrClass.dat").classesIdentifier
    }
    return profile
  }

  private func addPolicy(_ files: [EvidenceFile], _ place: Place, to parts: inout LooseParts) {
    if RegistryString(place.name).matches("User") {
      parts.userPolicy = parts.userPolicy ?? files.first
    } else {
      parts.machinePolicy = parts.machinePolicy ?? files.first
    }
  }

  private func add(
    _ file: EvidenceFile, named name: String, _ place: Place, to parts: inout LooseParts
  ) {
    let glance = HiveGlance(path: file.path, name: name)
    if let failure = glance.failure {
      // A log that begins as its hive does is not a hive.
      if failure.code == .isLog { return }
      guard glance.kind != .other else {
        log.add(file.path, "begins like a hive, and cannot be opened: \(failure.reason)")
        return
      }
    }
    switch glance.kind {
    case .ntuser, .usrClass:
      parts.looseHives.append(
        CaptureDraft.LooseHive(
          file: file, isClasses: glance.kind == .usrClass, folder: parts.path,
          volumePath: place.volumePath, name: name, storedPath: glance.storedPath,
          identifier: glance.classesIdentifier ?? SecurityIdentifier(fileName: name)))
    case let kind where Capture.machineKinds.contains(kind):
      parts.machineHives.append((kind, file, name))
    default:
      parts.otherHives.append(file)
      if glance.kind == .other, glance.failure == nil {
        log.add(
          file.path, "is not one of Windows' own hives, by its keys and its name", isLoss: false)
      }
    }
  }
}

/// The files of one folder before it is known how many machines they are of.
struct LooseParts {
  let path: String
  let origin: Capture.Origin
  var machineHives: [(kind: HiveKind, file: EvidenceFile, name: String)] = []
  var otherHives: [EvidenceFile] = []
  var profiles: [ProfileFiles] = []
  var looseHives: [CaptureDraft.LooseHive] = []
  var eventLogs: [EvidenceFile] = []
  var machinePolicy: EvidenceFile?
  var userPolicy: EvidenceFile?

  init(path: String, origin: Capture.Origin) {
    self.path = path
    self.origin = origin
  }

  /// The machines: one where no hive is there twice, else one for each that the names of the files
  /// distinguish.
  func machines(_ log: SkippedItems) -> [MachineDraft] {
    var (drafts, marks) = machineDrafts(log)
    let rest = distributeRest(to: &drafts, marks)
    let saved = marks.filter { mark in
      drafts[""] != nil && !mark.isEmpty
        && (Self.savedMarks.contains(mark) || mark.allSatisfy { $0.isNumber || $0 == "-" })
    }
    marks.removeAll { saved.contains($0) }
    var unnamed: [MachineDraft] = []
    if !rest.isEmpty {
      // What has no machine's name goes with the hives that have none either.
      if let mark = marks.contains("") ? "" : marks.count == 1 ? marks.first : nil {
        _ = drafts[mark]?.absorb(rest)
      } else {
        unnamed = [MachineDraft(rest)]
      }
    }
    return marks.compactMap { mark in
      guard let draft = drafts[mark] else { return nil }
      var machine = MachineDraft(draft)
      guard mark.isEmpty else { return machine }
      machine.captures += saved.compactMap { mark in
        var draft = drafts[mark]
        if origin == .live { draft?.origin = .saved }
        return draft
      }
      return machine
    } + unnamed
  }

  private var emptyDraft: CaptureDraft {
    var draft = CaptureDraft(path: path)
    draft.origin = origin
    return draft
  }

  /// The hives of machines, by what the names of the files distinguish them by, in the order in
  /// which they were found.
  private func machineDrafts(
    _ log: SkippedItems
  ) -> (drafts: [String: CaptureDraft], marks: [String]) {
    var drafts: [String: CaptureDraft] = [:]
    var marks: [String] = []
    let isSeveral = Set(machineHives.map(\.kind)).count < machineHives.count
    for (kind, file, name) in machineHives {
      let mark = isSeveral ? Self.mark(in: name, kind: kind) : ""
      if drafts[mark] == nil {
        drafts[mark] = emptyDraft
        marks.append(mark)
      }
      if let first = drafts[mark]?.machineHives[kind] {
        log.add(
          file.path, "is another \(kind.rawValue) hive beside \(first.path), and was skipped",
          isLoss: false)
      } else {
        drafts[mark]?.machineHives[kind] = file
      }
    }
    return (drafts, marks)
  }

  /// Gives the other files to the machines that their names have the marks of.
  ///
  /// - Returns: What has the mark of none.
  private func distributeRest(
    to drafts: inout [String: CaptureDraft], _ marks: [String]
  ) -> CaptureDraft {
    var rest = emptyDraft
    rest.otherHives = otherHives
    rest.profiles = profiles
    rest.machinePolicy = machinePolicy
    rest.userPolicy = userPolicy
    func owner(_ name: String) -> String? {
      marks.filter { !$0.isEmpty && name.uppercased().contains($0) }.max { $0.count < $1.count }
    }
    for hive in looseHives {
      if let mark = owner(hive.name) {
        drafts[mark]?.looseHives.append(hive)
      } else {
        rest.looseHives.append(hive)
      }
    }
    for file in eventLogs {
      let name = file.path.lastPathPart
      if let mark = owner(name) {
        drafts[mark]?.eventLogs.append(file)
      } else {
        rest.eventLogs.append(file)
      }
    }
    return rest
  }

  /// What is put after the name of a copy.
  private static let savedMarks: Set<String> = [
    "OLD", "BAK", "SAV", "SAVE", "SAVED", "BACKUP", "COPY", "ORIG", "PREV", "PREVIOUS",
  ]

  /// What a file's name has beside the kind of its hive: `HOST1` in `HOST1_SYSTEM.hiv`.
  private static func mark(in name: String, kind: HiveKind) -> String {
    var text = name.uppercased()
    if let dot = text.lastIndex(of: "."), text[dot...].count <= 5, dot != text.startIndex {
      let end = text[dot...].dropFirst()
      if ["HIV", "HIVE", "DAT", "REG", "BIN", "HVE"].contains(String(end)) {
        text = String(text[..<dot])
      }
    }
    if let range = text.firstRange(of: kind.rawValue.uppercased()) {
      text.replaceSubrange(range, with: "")
    }
    return text.trimmingSeparators
  }
}
