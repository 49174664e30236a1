// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import ProfileForensics
import RegistryHive

/// Two hives to compare.
struct HivePair {
  let old: InputHive
  let new: InputHive
  /// The user whose hives they are, where one of many; nil where that is not known.
  var user: SecurityIdentifier?
}

/// A hive that only one of two inputs has.
struct LoneHive {
  let hive: InputHive
  /// Whether the later input has it.
  let isNew: Bool
  /// The input that does not have it.
  let other: String

  /// How the hive changed: it came, or it went.
  var kind: HiveChange.Kind { isNew ? .added : .removed }
  /// What standard error says of it.
  var note: String { "\(hive.path): has no counterpart in \(other)" }
}

/// The hives of two inputs that belong together, by machine, kind and user.
struct HivePairs {
  private struct Place: Hashable {
    var machine = ""
    var kind: String
    /// The user by the SID or by the name of the folder.
    var user = ""
  }

  /// A hive of an input, and the places that it may be paired by.
  private struct Placed {
    let hive: InputHive
    /// The place by the name of the user's folder.
    let place: Place
    /// The user, by the profile list.
    var user: SecurityIdentifier?

    /// The place by the name of the folder; never nil.
    var placeOfFolder: Place? { place }

    /// The place by the user's SID; nil where that is not known.
    var placeOfUser: Place? {
      user.map { Place(machine: place.machine, kind: place.kind, user: $0.description) }
    }
  }

  private(set) var list: [HivePair] = []
  /// Hives that only one of the inputs has.
  private(set) var lone: [LoneHive] = []
  /// Every file that is read.
  var files: [String] { list.flatMap { [$0.old.path, $0.new.path] } + lone.map(\.hive.path) }
  /// Whether two hives were named, or one hive and a folder that has its like.
  let isSingle: Bool

  /// Pairs the hives of two inputs.
  ///
  /// - Throws: ``CommandFailure`` where one is a hive and the other has no hive of its kind, or
  ///   several.
  init(from old: Inputs, to new: Inputs) throws(CommandFailure) {
    isSingle = old.isSingleHive || new.isSingleHive
    if old.isSingleHive, new.isSingleHive {
      list = [HivePair(old: old.hives[0], new: new.hives[0])]
      return
    }
    _ = old.report()
    _ = new.report()
    if old.isSingleHive {
      list = [HivePair(old: old.hives[0], new: try Self.partner(of: old.hives[0], in: new))]
    } else if new.isSingleHive {
      list = [HivePair(old: try Self.partner(of: new.hives[0], in: old), new: new.hives[0])]
    } else {
      pair(old, new)
    }
  }

  private mutating func pair(_ old: Inputs, _ new: Inputs) {
    let isOneMachine =
      old.machines.count == 1 && new.machines.count == 1
    let before = Self.places(of: old, isOneMachine: isOneMachine)
    let after = Self.places(of: new, isOneMachine: isOneMachine)
    // Windows renames folders of users; so those of one SID come together first.
    var partners: [Int: Int] = [:]
    for place in [\Placed.placeOfUser, \Placed.placeOfFolder] {
      let taken = Set(partners.values)
      let free = after.indices.filter { !taken.contains($0) }
      let places = Dictionary(
        free.compactMap { index in after[index][keyPath: place].map { ($0, index) } }
      ) { first, _ in first }
      for index in before.indices where partners[index] == nil {
        if let key = before[index][keyPath: place], let partner = places[key],
          !partners.values.contains(partner)
        {
          partners[index] = partner
        }
      }
    }
    for (index, placed) in before.enumerated() {
      if let partner = partners[index] {
        let found = after[partner]
        list.append(
          HivePair(old: placed.hive, new: found.hive, user: found.user ?? placed.user))
      } else {
        lone.append(LoneHive(hive: placed.hive, isNew: false, other: new.paths[0]))
      }
    }
    let taken = Set(partners.values)
    for (index, placed) in after.enumerated() where !taken.contains(index) {
      lone.append(LoneHive(hive: placed.hive, isNew: true, other: old.paths[0]))
    }
  }

  /// The users of folders, by the profile list of a machine: by the folder's name in lower case;
  /// those of several users are none's.
  private static func users(of machine: Machine) -> [String: SecurityIdentifier] {
    guard !machine.live.profiles.isEmpty, let path = machine.live.machineHives[.software]?.path,
      let list = (try? Hive(path: path)).flatMap({ ProfileList(software: $0) })
    else { return [:] }
    var users: [String: Set<SecurityIdentifier>] = [:]
    for profile in list.profiles {
      guard let user = profile.identifier,
        let folder = profile.folderName?.lowercased()
      else { continue }
      users[folder, default: []].insert(user)
    }
    return users.compactMapValues { $0.count == 1 ? $0.first : nil }
  }

  /// The hives of an input as they are now, in its order.
  private static func places(
    of inputs: Inputs, isOneMachine: Bool
  ) -> [Placed] {
    var places: [Placed] = []
    for machine in inputs.machines {
      let name = isOneMachine ? "" : machine.label.lowercased()
      let label = inputs.label(of: machine)
      let capture = machine.live
      for kind in HiveKind.allCases {
        guard let file = capture.machineHives[kind] else { continue }
        places.append(
          Placed(
            hive: InputHive(path: file.path, machine: label),
            place: Place(machine: name, kind: kind.rawValue)))
      }
      for file in capture.otherHives {
        // Many apps have hives of one name.
        let kind =
          capture.isStray(file)
          ? capture.relativePath(file.path).lowercased()
          : file.path.lastPathPart.lowercased()
        places.append(
          Placed(
            hive: InputHive(path: file.path, machine: label),
            place: Place(machine: name, kind: kind)))
      }
      let users = users(of: machine)
      for profile in capture.profiles {
        let folder = profile.name.lowercased()
        for file in profile.hives {
          let kind: HiveKind = file.path == profile.classesHive?.path ? .usrClass : .ntuser
          places.append(
            Placed(
              hive: InputHive(path: file.path, machine: label, profile: profile),
              place: Place(machine: name, kind: kind.rawValue, user: folder),
              user: users[folder] ?? profile.identifier))
        }
      }
    }
    return places
  }

  /// The only hive of an input that has the kind of another one.
  private static func partner(
    of hive: InputHive, in inputs: Inputs
  ) throws(CommandFailure) -> InputHive {
    var options = LogOptions()
    options.logs = ["none"]
    let kind = try options.openSilently(hive.path).kind
    let candidates = places(of: inputs, isOneMachine: true).filter {
      $0.place.kind == kind.rawValue
    }
    guard candidates.count == 1, let partner = candidates.first else {
      throw CommandFailure(
        exitCode: .validationFailure,
        message: candidates.isEmpty
          ? "\(inputs.paths[0]): has no hive of the kind \(kind.rawValue), as \(hive.path) is"
          : "\(inputs.paths[0]): has \(candidates.count) hives of the kind \(kind.rawValue): name "
            + "the one to compare with \(hive.path)")
    }
    return partner.hive
  }
}

extension HivePairs {
  /// Makes sure that one registry file can hold the changes of all pairs.
  ///
  /// - Throws: ``CommandFailure`` where they are of several machines, or get one prefix.
  func checkOneRegistry(prefix: String?) throws(CommandFailure) {
    guard list.count > 1 else { return }
    let isSeveral = Set(list.map(\.new.machine)).count > 1
    guard isSeveral || prefix != nil else { return }
    throw CommandFailure(
      exitCode: .validationFailure,
      message: isSeveral
        ? "--format reg takes the hives of one machine"
        : "--prefix takes two hives: those of a machine have paths of their own")
  }
}
