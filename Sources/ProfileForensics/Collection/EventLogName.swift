// SPDX-License-Identifier: MIT

import RegistryHive

/// The names of the files that Windows keeps events in.
enum EventLogName {
  /// Whether a file in the folder `winevt` of Windows may hold events about profiles and COM.
  ///
  /// An archive is what a full log was renamed to. Exports as XML count, whatever their names.
  static func isProfileRelated(_ name: String) -> Bool {
    let starts = [
      "Application.", "System.", "Archive-Application-", "Archive-System-",
      // Those of other machines, on one that collects them.
      "ForwardedEvents.", "Archive-ForwardedEvents-",
      "Microsoft-Windows-User Profile Service%4Operational.",
      "Archive-Microsoft-Windows-User Profile Service%4Operational-",
    ]
    // Collections may write "%254" for the "%4" in a name.
    return ends(name, with: ".xml")
      || ends(name, with: ".evtx")
        && [name, CollectedName.decoded(name)].contains { name in
          let name = NumberedCopy.original(of: name) ?? name
          return starts.contains { begins(name, with: $0) }
        }
  }

  /// Files of `System32\config` with events, before Windows Vista.
  static func isOld(_ name: String) -> Bool { ends(name, with: ".evt") }

  /// Files that may hold events of any kind, exports included.
  static func hasEventLogExtension(_ name: String) -> Bool {
    [".evtx", ".evt", ".xml"].contains { ends(name, with: $0) }
  }

  private static func begins(_ name: String, with start: String) -> Bool {
    RegistryString(String(name.prefix(start.count))).matches(RegistryString(start))
  }

  private static func ends(_ name: String, with end: String) -> Bool {
    RegistryString(String(name.suffix(end.count))).matches(RegistryString(end))
  }
}
