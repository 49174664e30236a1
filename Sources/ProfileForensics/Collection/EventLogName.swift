// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// What the names of event logs say, as Windows gives them and as tools change them.
enum EventLogName {
  /// The logs of Windows that matter here.
  enum Channel {
    case application
    case system
    case security
    /// The events of other machines, on one that collects them.
    case forwarded
    /// The operational log of the User Profile Service.
    case profileService
  }

  /// The log that a file is of or was copied from; nil for any other, and where the name does not say.
  ///
  /// An archive is what a full log was renamed to: `Archive-Application-2024-06-21…`. Tools put dates,
  /// numbers and names around the log's own: `Application_20250304.evtx`, `PC1-System.evtx.001`. Of
  /// the words of a name, the last that is a log's counts.
  static func channel(of name: String) -> Channel? {
    // Collections may write "%254" for the "%4" in a name.
    let name = CollectedName.decoded(name).uppercased()
    if name.contains("MICROSOFT-") || name.contains("%4") {
      return name.contains("USER PROFILE SERVICE") && name.contains("OPERATIONAL")
        ? .profileService : nil
    }
    let words = name.split { !$0.isLetter && !$0.isNumber }
    return words.lazy.reversed().compactMap { channels[String($0)] }.first
  }

  private static let channels: [String: Channel] = [
    "APPLICATION": .application, "APPEVENT": .application,
    "SYSTEM": .system, "SYSEVENT": .system,
    "SECURITY": .security, "SECEVENT": .security,
    "FORWARDEDEVENTS": .forwarded,
  ]

  /// Whether a file in the folder `winevt` of Windows may hold events about profiles and COM.
  ///
  /// Exports as XML count, whatever their names.
  static func isProfileRelated(_ name: String) -> Bool {
    switch channel(of: name) {
    case .application?, .system?, .forwarded?, .profileService?: true
    case .security?, nil: ends(CollectedName.decoded(name), with: ".xml")
    }
  }

  /// Files of `System32\config` with events, before Windows Vista.
  static func isOld(_ name: String) -> Bool { ends(name, with: ".evt") }

  /// Whether a file of `System32\config` may be one of these or a copy of one.
  static func mayBeOld(_ name: String) -> Bool {
    isOld(name) || CollectedName.decoded(name).uppercased().contains(".EVT")
      || channel(of: name) != nil
  }

  /// Files that may hold events of any kind, exports included.
  static func hasEventLogExtension(_ name: String) -> Bool {
    [".evtx", ".evt", ".xml"].contains { ends(name, with: $0) }
  }

  private static func ends(_ name: String, with end: String) -> Bool {
    RegistryString(String(name.suffix(end.count))).matches(RegistryString(end))
  }

  /// Whether a file begins as a log of Windows does, whatever its name.
  ///
  /// Sources: the specifications of EVTX and EVT by J. Metz.
  static func isLog(_ file: OpenFile) -> Bool {
    guard let start = try? file.bytes(at: 0, count: 8) else { return false }
    return start.elementsEqual("ElfFile\0".utf8)
      || start.starts(with: [0x30, 0, 0, 0]) && start.dropFirst(4).elementsEqual("LfLe".utf8)
  }
}
