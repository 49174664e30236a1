// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents
import WindowsTypes

/// The account that a COM application or a service runs as, by the name that the registry has.
public enum RunAsAccount: Sendable, Hashable {
  /// Whoever starts it: there is no name.
  case launchingUser
  /// Whoever is logged on at the console: `Interactive User`.
  case interactiveUser
  /// An account of Windows itself, such as `NT AUTHORITY\LocalService` or `NT SERVICE\name`.
  case service(String)
  /// A user's account.
  case user(domain: String?, name: String)

  /// Tells accounts apart by their names, of COM's `RunAs` or a service's `ObjectName`.
  ///
  /// Source: "RunAs" and "LocalSystem Account" in Microsoft's Win32 documentation.
  public init(_ text: String) {
    let name = text.split(separator: " ").joined(separator: " ")
    let folded = name.lowercased()
    if name.isEmpty {
      self = .launchingUser
    } else if Self.interactiveUsers.contains(folded) {
      self = .interactiveUser
    } else if AccountName(name).isOfWindows || SecurityIdentifier(name)?.isUser == false {
      self = .service(name)
    } else if let separator = name.firstIndex(of: "\\") {
      let domain = name[..<separator]
      self = .user(
        domain: domain == "." ? nil : String(domain),
        name: String(name[name.index(after: separator)...]))
    } else if let separator = name.firstIndex(of: "@"), separator > name.startIndex {
      self = .user(
        domain: String(name[name.index(after: separator)...]), name: String(name[..<separator]))
    } else {
      self = .user(domain: nil, name: name)
    }
  }

  /// `Interactive User` as Windows in English, Swedish, German, French, Spanish, Italian, Danish,
  /// Norwegian and Dutch writes it.
  private static let interactiveUsers: Set<String> = [
    "interactive user", "interaktiv användare", "interaktiver benutzer", "utilisateur interactif",
    "usuario interactivo", "utente interattivo", "interaktiv bruger", "interaktiv bruker",
    "interactieve gebruiker",
  ]

  /// The user's name without the domain; nil for all but users.
  public var userName: String? {
    if case .user(_, let name) = self { name } else { nil }
  }

  /// Whether a profile's folder is named after the user, as Windows names it: `anna`, or where
  /// that was taken `anna.DOMAIN` or `anna.PC1.000`.
  ///
  /// A folder may keep an old name of a user, so that this says what is likely and no more.
  public func isNameOf(folder: String) -> Bool {
    guard let userName, !userName.isEmpty else { return false }
    let start = RegistryString(String(folder.prefix(userName.count)))
    let rest = folder.dropFirst(userName.count)
    return start.matches(RegistryString(userName)) && (rest.isEmpty || rest.first == ".")
  }
}

extension RunAsAccount: CustomStringConvertible {
  /// The account as people write it.
  public var description: String {
    switch self {
    case .launchingUser: "the launching user"
    case .interactiveUser: "the interactive user"
    case .service(let name): name
    // A domain with a dot comes from a name in the form user@domain.
    case .user(let domain?, let name):
      domain.contains(".") ? "\(name)@\(domain)" : "\(domain)\\\(name)"
    case .user(nil, let name): name
    }
  }
}
