// SPDX-License-Identifier: MIT

/// The name of an account as people and records write it: `user`, `DOMAIN\user`, `.\user` or
/// `user@domain`.
public struct AccountName: Sendable, Hashable {
  /// The domain or machine in front of the name; nil where there is none, or it is `.`.
  public let domain: String?
  /// The name itself.
  public let name: String

  /// Takes a name apart.
  public init(_ text: String) {
    if let separator = text.firstIndex(where: { $0 == "\\" || $0 == "/" }) {
      let domain = String(text[..<separator])
      self.domain = domain.isEmpty || domain == "." ? nil : domain
      name = String(text[text.index(after: separator)...])
    } else if let at = text.lastIndex(of: "@"), at > text.startIndex {
      domain = String(text[text.index(after: at)...])
      name = String(text[..<at])
    } else {
      domain = nil
      name = text
    }
  }

  /// Whether it is an account of Windows itself and never a user's: `NT AUTHORITY\SYSTEM`,
  /// `NT SERVICE\…`, in any language that Windows translates them to and that is known here.
  ///
  /// Names are translated, identifiers are not: where there is one, ask
  /// ``SecurityIdentifier`` instead.
  public var isOfWindows: Bool {
    // Both `NetworkService` and `Network Service` are written.
    if let domain, Self.authorities.contains(Self.folded(domain)) || Self.isAuthority(domain) {
      return true
    }
    return domain == nil && Self.accounts.contains(Self.folded(name))
  }

  /// The identifier of an account of Windows that is the same on every machine: SYSTEM, LOCAL
  /// SERVICE and NETWORK SERVICE; nil for any other, and in languages that are not known here.
  public var identifierOfWindows: SecurityIdentifier? {
    if let domain, !Self.authorities.contains(Self.folded(domain)) { return nil }
    return Self.identifiers[Self.folded(name)].flatMap { SecurityIdentifier("S-1-5-\($0)") }
  }

  /// Whether a domain is `NT AUTHORITY` in a language that is not known here: no domain of a network
  /// has a blank in its name.
  private static func isAuthority(_ domain: String) -> Bool {
    let words = domain.uppercased().split(separator: " ")
    return words.count > 1 && (words.first == "NT" || words.last == "NT")
  }

  private static func folded(_ text: String) -> String { text.lowercased().filter { $0 != " " } }

  /// Whether both name the same account, as far as they say: a name without a domain fits one with
  /// any, and a domain fits itself with or without what follows its first dot.
  public func matches(_ other: AccountName) -> Bool {
    guard RegistryString(name).matches(RegistryString(other.name)) else { return false }
    guard let domain, let otherDomain = other.domain else { return true }
    return RegistryString(Self.short(domain)).matches(RegistryString(Self.short(otherDomain)))
  }

  /// Whether the account's profile can be in a folder of this name: the name itself, or with the
  /// domain or a number after a dot, as Windows adds where the name was taken.
  public func mayHaveFolder(named folder: String) -> Bool {
    if RegistryString(folder).matches(RegistryString(name)) { return true }
    guard let dot = folder[...].lastIndex(of: "."), dot > folder.startIndex else { return false }
    // `anna.CONTOSO.000` has both.
    var stem = folder[..<dot]
    var suffix = folder[folder.index(after: dot)...]
    if suffix.count == 3, suffix.allSatisfy({ $0.isASCII && $0.isNumber }) {
      if RegistryString(String(stem)).matches(RegistryString(name)) { return true }
      guard let next = stem.lastIndex(of: ".") else { return false }
      suffix = stem[stem.index(after: next)...]
      stem = stem[..<next]
    }
    guard RegistryString(String(stem)).matches(RegistryString(name)) else { return false }
    return domain.map { RegistryString(Self.short($0)).matches(RegistryString(String(suffix))) }
      ?? true
  }

  private static func short(_ domain: String) -> String {
    String(domain.prefix { $0 != "." })
  }

  /// Authorities of Windows in English, Swedish, German, French, Polish, Norwegian, Danish and
  /// Finnish; other languages keep the English name, or are not known here.
  private static let authorities: Set<String> = [
    "ntauthority", "ntinstans", "nt-myndighet", "nt-myndighed", "nt-hallinta", "nt-autorität",
    "autoritent", "zarządzanient", "ntservice",
    "ntvirtualmachine", "iisapppool", "windowmanager", "fontdriverhost",
  ]

  private static let accounts = Set(identifiers.keys)

  private static let identifiers = [
    "system": 18, "localsystem": 18, "localservice": 19, "networkservice": 20, "lokaltjänst": 19,
    "nätverkstjänst": 20, "lokalerdienst": 19, "netzwerkdienst": 20, "servicelocal": 19,
    "serviceréseau": 20, "système": 18,
  ]
}
