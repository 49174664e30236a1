// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents
import WindowsTypes

/// Brings together machines that are found to be one by what their hives say.
struct MachineUnion {
  /// A machine with the name of its computer.
  struct Named {
    var draft: MachineDraft
    let name: String?
  }

  private let merge: MachineMerge

  init(log: SkippedItems) {
    merge = MachineMerge(log: log)
  }

  /// The machines of several paths.
  ///
  /// - Parameter found: The machines of each path.
  /// - Returns: Each machine once, with all its states.
  func union(_ found: [[MachineDraft]]) -> [Named] {
    var machines = found.flatMap(\.self).map { Named(draft: $0, name: Self.name(of: $0)) }
    guard machines.count > 1 else { return machines.map(sorted) }
    machines = joinByName(machines)
    machines = attachEarlierStates(machines)
    if found.count > 1 { machines = attachUsers(machines) }
    return machines.map(sorted)
  }

  private static func name(of draft: MachineDraft) -> String? {
    for capture in draft.captures {
      if let file = capture.machineHives[.system], let hive = try? Hive(path: file.path),
        let name = MachineIdentity.computerName(hive)
      {
        return name
      }
    }
    return nil
  }

  /// The live files first.
  private func sorted(_ machine: Named) -> Named {
    var machine = machine
    let captures = machine.draft.captures
    machine.draft.captures =
      captures.filter { $0.origin == .live } + captures.filter { $0.origin != .live }
    return machine
  }

  /// Makes states of one machine of those that have the same name, where nothing else that is known
  /// of them differs.
  private func joinByName(_ machines: [Named]) -> [Named] {
    var joined: [Named] = []
    var places: [String: [Int]] = [:]
    var identities: [Int: MachineIdentity] = [:]
    func identity(_ index: Int) -> MachineIdentity {
      if let known = identities[index] { return known }
      let identity = MachineIdentity(joined[index].draft)
      identities[index] = identity
      return identity
    }
    for machine in machines {
      guard let name = machine.name?.uppercased() else {
        joined.append(machine)
        continue
      }
      if let known = places[name] {
        let own = MachineIdentity(machine.draft)
        if let index = known.first(where: { identity($0).mayBe(own) }) {
          let isNewer = own.newest > identity(index).newest
          let isEarlier = machine.draft.isEarlierOnly && !joined[index].draft.isEarlierOnly
          if isNewer, !isEarlier || joined[index].draft.isEarlierOnly {
            joined[index].draft = states(machine.draft, joined[index].draft)
            identities[index] = own
          } else {
            joined[index].draft = states(joined[index].draft, machine.draft)
          }
          continue
        }
      }
      places[name, default: []].append(joined.count)
      joined.append(machine)
    }
    return joined
  }

  /// One machine of two states, the newer one first.
  private func states(_ newer: MachineDraft, _ older: MachineDraft) -> MachineDraft {
    var machine = newer
    machine.captures += older.captures.map { capture in
      var capture = capture
      if capture.origin == .live, newer.captures.contains(where: { $0.origin == .live }) {
        capture.origin = .saved
      }
      return capture
    }
    return machine
  }

  /// Gives earlier states without a name to the machine, where there is only one.
  private func attachEarlierStates(_ machines: [Named]) -> [Named] {
    let live = machines.indices.filter { !machines[$0].draft.isEarlierOnly }
    let anchors = live.filter { machines[$0].draft.isAnchor }
    guard let index = anchors.count == 1 ? anchors.first : live.count == 1 ? live.first : nil else {
      return machines
    }
    var machines = machines
    for (place, machine) in machines.enumerated()
    where place != index && machine.draft.isEarlierOnly && machine.name == nil {
      machines[index].draft.captures += machine.draft.captures
      machines[place].draft.captures = []
    }
    return machines.filter { !$0.draft.captures.isEmpty }
  }

  /// Gives users' hives that have a path of their own to the machine that lists the users.
  private func attachUsers(_ machines: [Named]) -> [Named] {
    var machines = machines
    let anchors = machines.indices.filter { machines[$0].draft.isAnchor }
    var lists: [Int: Set<SecurityIdentifier>] = [:]
    for place in machines.indices where !machines[place].draft.isAnchor {
      let users = machines[place].draft.identifiers.filter(\.isUser)
      guard !users.isEmpty, machines[place].draft.captures.count == 1 else { continue }
      let owners = anchors.filter { index in
        let list = lists[index] ?? MachineIdentity.users(of: machines[index].draft)
        lists[index] = list
        return !list.isDisjoint(with: users)
      }
      guard owners.count == 1 else { continue }
      merge.absorb(machines[place].draft, into: &machines[owners[0]].draft)
      machines[place].draft.captures = []
    }
    return machines.filter { !$0.draft.captures.isEmpty }
  }
}
