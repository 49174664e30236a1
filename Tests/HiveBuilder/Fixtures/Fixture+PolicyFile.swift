// SPDX-License-Identifier: MIT

/// A policy file of the `TestHives` folder, as it is described in code.
package struct PolicyFileFixture: Sendable {
  /// Its path in the folder.
  package let name: String
  /// Describes it.
  package let describe: @Sendable () -> PolicyFileDescription

  /// Every policy file of the folder.
  package static let all = [
    // What local Group Policy is to put into the SOFTWARE hive of the same folder: one policy is
    // there, one has another number there, one was disabled and is there all the same.
    PolicyFileFixture(name: "Registry.pol") {
      let system = "Software\\Policies\\Microsoft\\Windows\\System"
      var file = PolicyFileDescription()
      file.set(system, .dword("DisableForceUnload", 1))
      file.set(system, .dword("CleanupProfiles", 30))
      file.delete("WaitForNetwork", in: system)
      file.deleteValues(in: "Software\\Policies\\Microsoft\\Windows\\Safer\\CodeIdentifiers")
      file.set(
        "Software\\Policies\\Microsoft\\Windows\\System",
        .expandString("MachineProfilePath", "\\\\server\\profile$\\%USERNAME%"))
      return file
    }
  ]
}
