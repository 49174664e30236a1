// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

/// Two hives to compare.
struct HivePair {
  let old: InputHive
  let new: InputHive
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
    var user = ""
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
    let partners = Dictionary(after.map { ($0.place, $0.hive) }) { first, _ in first }
    let places = Set(before.map(\.place))
    for (place, hive) in before {
      if let partner = partners[place] {
        list.append(HivePair(old: hive, new: partner))
      } else {
        lone.append(LoneHive(hive: hive, isNew: false, other: new.paths[0]))
      }
    }
    for (place, hive) in after where !places.contains(place) {
      lone.append(LoneHive(hive: hive, isNew: true, other: old.paths[0]))
    }
  }

  /// The hives of an input as they are now, in its order.
  private static func places(
    of inputs: Inputs, isOneMachine: Bool
  ) -> [(place: Place, hive: InputHive)] {
    var places: [(place: Place, hive: InputHive)] = []
    for machine in inputs.machines {
      let name = isOneMachine ? "" : machine.label.lowercased()
      let label = inputs.label(of: machine)
      let capture = machine.live
      for kind in HiveKind.allCases {
        guard let file = capture.machineHives[kind] else { continue }
        places.append(
          (
            Place(machine: name, kind: kind.rawValue),
            InputHive(path: file.path, machine: label)
          ))
      }
      for file in capture.otherHives {
        let kind = file.path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        places.append(
          (Place(machine: name, kind: kind), InputHive(path: file.path, machine: label)))
      }
      for profile in capture.profiles {
        for file in profile.hives {
          let kind: HiveKind = file.path == profile.classesHive?.path ? .usrClass : .ntuser
          places.append(
            (
              Place(machine: name, kind: kind.rawValue, user: profile.name.lowercased()),
              InputHive(path: file.path, machine: label, profile: profile)
            ))
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
