// SPDX-License-Identifier: MIT

/// The names that providers have in logs.
enum Provider {
  static let profileService = "Microsoft-Windows-User Profiles Service"
  static let profilesGeneral = "Microsoft-Windows-User Profiles General"
  static let userenv = "Userenv"
  static let uphclean = "UPHClean"
  static let distributedCOM = "Microsoft-Windows-DistributedCOM"
  /// The name that DistributedCOM had before Windows Vista, and still has as `EventSourceName`.
  static let dcom = "DCOM"
  static let kernelGeneral = "Microsoft-Windows-Kernel-General"
  static let kernelPower = "Microsoft-Windows-Kernel-Power"
  static let eventLog = "EventLog"
  static let eventLogService = "Microsoft-Windows-Eventlog"
  static let user32 = "User32"
  static let applicationPopup = "Application Popup"
  static let server = "Srv"

  private static let identifiers = [
    "89b1e9f05aff44a69b440a07a7ce5845": profileService,
    "db00dfb629f94a9c9b3b1f4f9e7d9770": profilesGeneral,
    "1b562e86b7aa4131badcb6f3a001407e": distributedCOM,
  ]

  /// The name of a provider that the catalogue knows, by its identifier.
  static func name(of identifier: String) -> String? {
    identifiers[identifier.lowercased().filter { $0.isHexDigit }]
  }
}

extension EventMeaning {
  /// The name of a provider that the catalogue knows, by its identifier, such as
  /// `{1b562e86-b7aa-4131-badc-b6f3a001407e}`; nil for any other.
  ///
  /// Source: the manifests of the providers.
  public static func providerName(of identifier: String) -> String? {
    Provider.name(of: identifier)
  }
}

extension EventRecord {
  /// Whether the record is by a provider, in any case.
  func isBy(_ provider: String) -> Bool { self.provider.lowercased() == provider.lowercased() }
}
