// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsTypes

/// Looks through the folders of a collection, and brings together what is of one machine.
struct CollectionSearch {
  /// How deep folders are looked into.
  private static let depthLimit = 128
  /// How many names are looked at in all; those of volumes do not count.
  private static let nameLimit = 2_000_000

  let log: SkippedItems
  /// The hives of profiles that were found by their names.
  var taken: Set<ExactText> = []
  private var nameCount = 0

  init(log: SkippedItems) {
    self.log = log
  }

  /// Where a folder is.
  struct Place {
    /// Its name, or the last part of the path that was given.
    var name: String
    var depth = 0
    /// Whether it is a path that was given, and not below one.
    var isInput = false
    /// What the folder above it was found to be a copy of.
    var origin = Capture.Origin.live
    /// The names on the way from the root of a volume; nil where no folder above looks like one.
    var volumePath: [String]?

    init(name: String, depth: Int = 0, isInput: Bool = false) {
      self.name = name
      self.depth = depth
      self.isInput = isInput
      volumePath = Self.path(nil, name)
    }

    /// The place of a folder in this one.
    func child(_ name: String) -> Place {
      var child = Place(name: name, depth: depth + 1)
      child.origin = origin
      child.volumePath = Self.path(volumePath, name)
      return child
    }

    /// The path of a folder from its volume: folders that Windows has in the root begin one.
    private static func path(_ path: [String]?, _ name: String) -> [String]? {
      if let path { return path + [CollectedName.decoded(name)] }
      let isRoot = ProfileFiles.usersFolders.contains { RegistryString($0).matches(.init(name)) }
      return isRoot ? [name] : nil
    }
  }

  /// The machines whose files are in a folder or below it.
  mutating func machines(in folder: VolumeFolder, _ place: Place) -> [MachineDraft] {
    var place = place
    let mark = CollectedName(place.name)
    if mark == .shadowCopy, place.origin == .live { place.origin = .shadowCopy(place.name) }
    if mark == .regBack, place.origin == .live { place.origin = .regBack }
    if let volume = volume(in: folder, place) {
      return MachineMerge(log: log).merge([volume] + nested(in: folder, place), in: folder.path)
    }
    if mark != .plain, mark != .regBack { place.volumePath = place.volumePath ?? [] }
    nameCount += folder.names.count
    guard nameCount <= Self.nameLimit else {
      log.add(folder.path, "and more was skipped: there are more than \(Self.nameLimit) files")
      return []
    }
    var found = looseFiles(in: folder, place)
    guard place.depth < Self.depthLimit else {
      log.add(folder.path, "is \(Self.depthLimit) folders down; those in it were skipped")
      return found
    }
    for name in folder.names {
      guard let child = folder.openFolder(name) else { continue }
      found += machines(in: child, place.child(name))
    }
    if case .drive(let letter) = mark {
      found = found.map { $0.on(CapturedVolume(letter: letter, path: folder.path)) }
    }
    return MachineMerge(log: log).merge(found, in: folder.path)
  }

  /// What lies in folders of shadow copies and drives that a tool put into the root of a volume.
  private mutating func nested(in folder: VolumeFolder, _ place: Place) -> [MachineDraft] {
    var found: [MachineDraft] = []
    for name in folder.names {
      switch CollectedName(name) {
      case .shadowCopy: break
      case .drive where !place.isInput: break
      default: continue
      }
      guard let child = folder.openFolder(name) else { continue }
      found += machines(in: child, place.child(name))
    }
    return found
  }
}

extension MachineDraft {
  /// The same on a drive, where none is known.
  fileprivate func on(_ volume: CapturedVolume) -> MachineDraft {
    var draft = self
    for index in draft.captures.indices where draft.captures[index].volumes.isEmpty {
      draft.captures[index].volumes = [volume]
      draft.captures[index].layout = .folders
      for profile in draft.captures[index].profiles.indices {
        let known = draft.captures[index].profiles[profile].drive
        draft.captures[index].profiles[profile].drive = known ?? volume.letter
      }
    }
    return draft
  }
}
