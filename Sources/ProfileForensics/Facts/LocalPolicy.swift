// SPDX-License-Identifier: MIT

import RegistryHive

/// What local Group Policy (`GroupPolicy\\Machine\\Registry.pol`) orders about profiles, where the
/// registry has something else.
struct LocalPolicy: Sendable {
  /// A policy of which file and registry differ.
  struct Difference: Sendable {
    /// The value's name, such as `DisableForceUnload`.
    let name: String
    /// Whether the file sets the value; otherwise it deletes it.
    let isSet: Bool
    /// What the file and the registry have.
    let evidence: [CheckEvidence]
  }

  let differences: [Difference]

  /// The names of the policies, in the catalogue, that decide what becomes of a profile at log-off.
  private static let names: Set<String> = ["DontForceUnloadHive", "DeleteRoamingCachedProfiles"]

  init() {
    differences = []
  }

  /// Compares the policy file with SOFTWARE.
  ///
  /// - Throws: ``ForensicsError`` where the file cannot be read.
  init(_ capture: Capture, software: Hive?) throws(ForensicsError) {
    guard let file = capture.machinePolicy, let software else {
      differences = []
      return
    }
    let policyFile = try PolicyFile(path: file.path)
    let source = HivePolicySource(software, source: "SOFTWARE")
    let machine = source.machine
    differences = Policy.userProfiles.filter { Self.names.contains($0.name) }.compactMap { policy in
      let here = source.read(policy, on: machine).decidingSetting
      let there = policyFile.read(policy, on: machine).decidingSetting
      guard there.content != .missing, here.content.applied != there.content.applied else {
        return nil
      }
      let order = there.data.map { "local Group Policy sets it to \($0.sentence)" }
      let now = here.data.map { "is \($0.sentence)" } ?? "is not set"
      return Difference(
        name: here.setting.name.description, isSet: order != nil,
        evidence: [
          CheckEvidence(
            source: RegistryString(capture.relativePath(file.path)), value: here.setting.name,
            fact: order ?? "local Group Policy deletes it"),
          CheckEvidence(
            in: "SOFTWARE", here.key, value: here.setting.name, time: here.keyLastWritten, now),
        ])
    }
  }
}
