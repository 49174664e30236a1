// SPDX-License-Identifier: MIT

import RegistryHive

/// What keeps users' profiles outside of the volume and attaches them at log-on.
public struct ProfileContainers: Sendable {
  /// A product that does so.
  public enum Product: String, Sendable, Hashable, CaseIterable {
    /// FSLogix Profile Container.
    case fslogix = "FSLogix"
    /// Citrix Profile Management.
    case citrix = "Citrix Profile Management"
    /// User profile disks of Remote Desktop Services.
    case userProfileDisk = "user profile disks"
  }

  /// The products that are switched on, with where that is.
  let products: [(product: Product, evidence: CheckEvidence)]
  /// The users with an FSLogix session, by the identifiers of their keys.
  let sessions: Set<SecurityIdentifier>
  /// Whether FSLogix is on the machine, whether it keeps profiles or not.
  private let hasFSLogix: Bool

  init(software: Hive?, system: Hive?) {
    var products: [(product: Product, evidence: CheckEvidence)] = []
    func add(
      _ product: Product, _ hive: String, _ key: Key?, _ path: RegistryPath, _ value: RegistryString
    ) {
      guard let key, let number = key.number(value), number != 0 else { return }
      products.append(
        (
          product,
          CheckEvidence(
            in: hive, path, value: value, time: key.lastWritten, "\(product.rawValue): \(number)")
        ))
    }
    let profiles: RegistryPath = "FSLogix\\Profiles"
    add(.fslogix, "SOFTWARE", software?.key(at: profiles), profiles, "Enabled")
    let citrix: RegistryPath = "Policies\\Citrix\\UserProfileManager"
    add(.citrix, "SOFTWARE", software?.key(at: citrix), citrix, "ServiceActive")
    if let system, let set = ControlSet(of: system) {
      let path = RegistryPath(
        names: [set.key.name, "Control", "Terminal Server", "ClusterSettings"])
      add(.userProfileDisk, "SYSTEM", system.key(at: path), path, "UvhdEnabled")
    }
    self.products = products
    let sessions = software?.key(at: "FSLogix\\Profiles\\Sessions")?.subkeys ?? []
    self.sessions = Set(sessions.compactMap { SecurityIdentifier($0.name.description) })
    hasFSLogix = Self.hasFSLogix(software, system)
  }

  /// Looks for the services and drivers of FSLogix, for what its setup leaves, and for profiles that
  /// it brought.
  ///
  /// Source: Microsoft, FSLogix: services and drivers.
  private static func hasFSLogix(_ software: Hive?, _ system: Hive?) -> Bool {
    if software?.key(at: "FSLogix\\Apps") != nil || software?.key(at: "FSLogix\\Profiles") != nil {
      return true
    }
    let services = system.flatMap { ControlSet(of: $0) }?.key.key(at: "Services")
    if ["frxsvc", "frxccds", "frxdrv", "frxdrvvt", "frxccd"].contains(where: {
      services?.key(at: RegistryPath(names: [RegistryString($0)])) != nil
    }) {
      return true
    }
    let profiles = software.flatMap { ProfileList(software: $0) }?.profiles ?? []
    return profiles.contains { $0.originalImagePath != nil }
  }

  /// Whether FSLogix makes a folder of this name, `local_user`, for what stays on the machine.
  func isLocalFolder(_ name: String) -> Bool {
    (hasFSLogix || products.contains { $0.product == .fslogix })
      && RegistryString(String(name.prefix(6))).matches("local_")
  }
}
