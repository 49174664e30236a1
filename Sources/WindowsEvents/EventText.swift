// SPDX-License-Identifier: MIT

/// What the texts of events say where their number alone is not enough.
enum EventText {
  /// What a record of several meanings is about; nil where it does not matter to profiles.
  static func kind(of record: EventRecord) -> EventKind? {
    let text = record.strings.joined(separator: "\n")
    if record.isBy(Provider.applicationPopup) { return popup(text.lowercased()) }
    return userenv(text)
  }

  /// What a message box of the system is about, which Application Popup 26 records.
  ///
  /// KB 2567018 gives the caption "Windows - Low On Registry Space". For other languages no source
  /// of the text was found: there a box whose caption begins as those of the system do, and that has
  /// the words for the registry and for space or size, is taken for it.
  private static func popup(_ lower: String) -> EventKind? {
    if lower.contains("registry space") { return .registrySpaceLow }
    if EventError.known(text: lower)?.kind == .registryQuota { return .registrySpaceLow }
    func has(_ words: [String]) -> Bool { words.contains { lower.contains($0) } }
    return lower.hasPrefix("windows") && has(registry) && has(space) ? .registrySpaceLow : nil
  }

  /// The registry in Swedish, German and French.
  private static let registry = ["registret", "registerutrymme", "registrierung", "registre"]
  /// Space and size in these languages.
  private static let space = [
    "utrymme", "storlek", "speicher", "größe", "platz", "espace", "taille",
  ]

  /// What Userenv's event 1000 is about.
  ///
  /// On Windows NT 4.0 and 2000, what later has numbers of its own is one number with many texts.
  /// Sources: KB 837115, KB 906952, the readme of UPHClean, the messages of userenv.dll. In other
  /// languages than English, words for "registry file", "Group Policy", "load" and "unload" and the
  /// error "access is denied" decide; where these are missing, the event stays unclear.
  private static func userenv(_ text: String) -> EventKind {
    let lower = text.lowercased()
    func has(_ words: [String]) -> Bool { words.contains { lower.contains($0) } }
    // An unload and a load may both fail with "Access is denied": what could not be done decides.
    if has(["cannot unload"]) { return .unloadFailed }
    if has(["cannot delete the profile directory"]) { return .folderNotDeleted }
    if has(["default system profile", "logged on with the default profile"]) {
      return .defaultProfile
    }
    if has(["temporary profile"]) { return .temporaryProfile }
    if has(["cannot update your roaming profile", "update your roaming profile"]) {
      return .roamingNotUpdated
    }
    if has(["roaming profile", "server copy of your"]) { return .roamingUnavailable }
    if has(["cannot copy file"]) { return .copyFailed }
    if has(groupPolicy) { return .groupPolicy }
    if has(loads) { return .loadFailed }
    guard has(registryFiles + [".dat"]) else {
      return lower.contains("profil") && hasLoadWord(lower) ? .loadFailed : .unclear
    }
    if has(unloadWords) { return .unloadFailed }
    if EventError.known(text: text)?.kind == .noSystemResources { return .loadFailed }
    if hasLoadWord(lower) { return .loadFailed }
    if EventError.known(text: text)?.kind == .accessDenied, has(registryFiles) {
      return .unloadFailed
    }
    return .unclear
  }

  private static let loads = [
    "regloadkey", "unable to load your profile", "profile cannot be loaded",
    "cannot load the locally stored profile", "cannot load your profile",
    "unable to load the registry", "could not load your profile", "load the user's profile",
  ]

  private static let groupPolicy = [
    "group policy", "gpo", "determine the user or computer name",
    "determine the computer name", "domain controller name", "organizational unit",
    "distinguished name", "active directory", "policy object", "grupprincip", "gruppenrichtlinie",
    "stratégie de groupe", "client-side extension",
  ]

  /// "Registry file" as Microsoft calls it: in English, in the Swedish KB 837115, and in the German
  /// and French editions of "Troubleshoot user profiles with events".
  private static let registryFiles = [
    "registry file", "registry class file", "registerfil", "registreringsfil",
    "registrierungsdatei",
    "fichier de registre",
  ]

  /// "Unload" in Swedish, German and French: words of the language, not whole messages.
  private static let unloadWords = [
    "ta bort registerfil", "ladda ur", "laddas ur", "ur minnet", "aus dem speicher", "avlasta",
    "inaktivera", "entladen", "entfernt werden",
    "décharge",
  ]

  /// Whether a text has a word for "load", and not that for "unload", in these languages.
  private static func hasLoadWord(_ lower: String) -> Bool {
    lower.split { !$0.isLetter }.contains { word in
      ["läsa", "läsas", "ladda", "laddas", "laden", "geladen", "charger", "chargé"].contains(word)
    }
  }
}
