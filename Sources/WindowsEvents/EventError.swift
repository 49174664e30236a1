// SPDX-License-Identifier: MIT

/// An error that an event gives as its reason: a text of Windows, or a number.
///
/// Texts are in the language of the system that wrote the record. Numbers are decimal or behind
/// `0x`, signed or not; records of DistributedCOM hold them behind `%%` too, for the message that
/// the event viewer looks up.
public struct EventError: Sendable, Hashable {
  /// The errors that matter to profiles.
  ///
  /// Source of numbers and texts: System Error Codes, in the documentation of Windows.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The user's registry is gone: "Illegal operation attempted on a registry key that has been
    /// marked for deletion" (1018, `0x800703FA`; KB 2287297).
    case keyDeleted
    /// "Unspecified error" (`0x80004005`; KB 2287297).
    case unspecified
    /// "Access is denied" (5, `0x80070005`).
    case accessDenied
    /// "Insufficient system resources exist to complete the requested service" (1450,
    /// `0x800705AA`): the registry size limit or the paged pool is used up (KB 906952, KB 2567018).
    case noSystemResources
    /// The registry size limit is reached (613, `0x80070265`).
    case registryQuota
    /// The registry could not be read or written (1016, `0x800703F8`).
    case registryInputOutput
    /// The registry is corrupt (1015 and 1009, `0x800703F7` and `0x800703F1`).
    case registryCorrupt
    /// Another process uses the file (32, `0x80070020`).
    case fileInUse
    /// A file or folder is missing (2 and 3, `0x80070002` and `0x80070003`).
    case notFound
    /// A folder is not empty (145, `0x80070091`).
    case folderNotEmpty
    /// The network or the server was not reached (53, 64 and 67).
    case networkPath
    /// The disk is full (112, `0x80070070`).
    case diskFull
    /// Any other.
    case other
  }

  /// What the event says, without blanks around it.
  public let text: String
  /// The number that the event gives, or that its text stands for; nil where neither is known.
  public let code: UInt32?
  /// What it stands for.
  public let kind: Kind

  /// Whether the number or the text is one that is known here; of another text it is not known
  /// whether it is that of an error at all.
  public var isRecognised: Bool { code != nil || kind != .other }

  /// Reads what an event says; nil where that is nothing, or that all went well (0).
  public init?(_ text: String) {
    let shown = text.trimmed
    guard !shown.isEmpty else { return nil }
    self.text = String(shown)
    if let number = Self.number(shown) {
      guard number != 0 else { return nil }
      code = number
      kind = Self.kinds[Self.win32(number)] ?? (number == 0x8000_4005 ? .unspecified : .other)
    } else if let known = EventError.known(text: self.text) {
      code = known.code
      kind = known.kind
    } else if Self.successes.contains(self.text.lowercased()) {
      return nil
    } else {
      code = nil
      kind = .other
    }
  }

  private static func number(_ text: Substring) -> UInt32? {
    let digits = text.drop { $0 == "%" }
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      return UInt32(digits.dropFirst(2), radix: 16)
    }
    guard let number = Int64(digits), digits.first != "+" else { return nil }
    return UInt32(exactly: number) ?? Int32(exactly: number).map { UInt32(bitPattern: $0) }
  }

  /// The error of Windows in an `HRESULT` of its facility, or the number itself.
  private static func win32(_ number: UInt32) -> UInt32 {
    number >> 16 == 0x8007 ? number & 0xFFFF : number
  }

  private static let kinds: [UInt32: Kind] = [
    1018: .keyDeleted, 5: .accessDenied, 1450: .noSystemResources, 613: .registryQuota,
    1016: .registryInputOutput, 1015: .registryCorrupt, 1009: .registryCorrupt, 32: .fileInUse,
    2: .notFound, 3: .notFound, 145: .folderNotEmpty, 53: .networkPath, 64: .networkPath,
    67: .networkPath, 112: .diskFull,
  ]

  /// The texts of "no error".
  ///
  /// For those in German, French and Swedish no source was found.
  private static let successes: Set<String> = [
    "the operation completed successfully.", "success",
    "der vorgang wurde erfolgreich beendet.", "l’opération a réussi.", "l'opération a réussi.",
    "l’opération s’est terminée correctement.", "l'opération s'est terminée correctement.",
    "åtgärden har slutförts.", "åtgärden slutfördes.",
  ]
}

// MARK: - Texts

extension EventError {
  /// What an error's text stands for, in the languages that a source was found for.
  ///
  /// English: System Error Codes. The others: Microsoft's pages in Swedish, German and French on
  /// "Access is denied", and the French edition of System Error Codes. For all others in Swedish,
  /// German and French no source was found: words of the language, not whole messages.
  static func known(text: String) -> (kind: Kind, code: UInt32)? {
    let lower = text.lowercased()
    return texts.first { lower.contains($0.text) }.map { ($0.kind, $0.code) }
  }

  private static let texts: [(text: String, kind: Kind, code: UInt32)] =
    [
      ("registry key that has been marked for deletion", .keyDeleted, 1018),
      ("registre marquée pour suppression", .keyDeleted, 1018),
      ("zum löschen markiert", .keyDeleted, 1018),
      ("markerats för borttagning", .keyDeleted, 1018),
      ("unbekannter fehler", .unspecified, 0x8000_4005),
      ("ospecificerat fel", .unspecified, 0x8000_4005),
      ("erreur non spécifiée", .unspecified, 0x8000_4005),
      ("unspecified error", .unspecified, 0x8000_4005),
      ("access is denied", .accessDenied, 5),
      ("åtkomst nekad", .accessDenied, 5),
      ("zugriff verweigert", .accessDenied, 5),
      ("accès refusé", .accessDenied, 5),
      ("insufficient system resources", .noSystemResources, 1450),
      ("ressources système insuffisantes", .noSystemResources, 1450),
      ("nicht genügend systemressourcen", .noSystemResources, 1450),
      ("systemressourcen reichen nicht aus", .noSystemResources, 1450),
      ("unzureichende systemressourcen", .noSystemResources, 1450),
      ("tillräckligt med systemresurser", .noSystemResources, 1450),
      ("tillräckliga systemresurser", .noSystemResources, 1450),
      ("maximum size allowed for the system part of the registry", .registryQuota, 613),
      ("i/o operation initiated by the registry failed", .registryInputOutput, 1016),
      ("configuration registry database is corrupt", .registryCorrupt, 1009),
      ("registry is corrupted", .registryCorrupt, 1015),
      ("registrierungsdatenbank ist beschädigt", .registryCorrupt, 1009),
      ("registerdatabasen är skadad", .registryCorrupt, 1009),
      ("registre de configuration est endommagée", .registryCorrupt, 1009),
      ("being used by another process", .fileInUse, 32),
      ("von einem anderen prozess verwendet", .fileInUse, 32),
      ("används av en annan process", .fileInUse, 32),
      ("utilisé par un autre processus", .fileInUse, 32),
      ("cannot find the file specified", .notFound, 2),
      ("cannot find the path specified", .notFound, 3),
      ("directory is not empty", .folderNotEmpty, 145),
      ("verzeichnis ist nicht leer", .folderNotEmpty, 145),
      ("katalogen är inte tom", .folderNotEmpty, 145),
      ("répertoire n’est pas vide", .folderNotEmpty, 145),
      ("répertoire n'est pas vide", .folderNotEmpty, 145),
      ("network path was not found", .networkPath, 53),
      ("netzwerkpfad wurde nicht gefunden", .networkPath, 53),
      ("hitta nätverkssökvägen", .networkPath, 53),
      ("chemin réseau n’a pas été trouvé", .networkPath, 53),
      ("chemin réseau n'a pas été trouvé", .networkPath, 53),
      ("network name cannot be found", .networkPath, 67),
      ("network name is no longer available", .networkPath, 64),
      ("not enough space on the disk", .diskFull, 112),
    ] + otherTexts

  /// Texts that COM gives as the reason of a failure and that have nothing to do with registries, so
  /// that they are known as others.
  private static let otherTexts: [(text: String, kind: Kind, code: UInt32)] = [
    ("kann die angegebene datei nicht finden", .notFound, 2),
    ("kann den angegebenen pfad nicht finden", .notFound, 3),
    ("fichier spécifié", .notFound, 2),
    ("chemin d’accès spécifié", .notFound, 3), ("chemin d'accès spécifié", .notFound, 3),
    ("hitta filen", .notFound, 2), ("hittar inte filen", .notFound, 2),
    ("hitta sökvägen", .notFound, 3), ("hittar inte sökvägen", .notFound, 3),
    ("catastrophic failure", .other, 0x8000_FFFF), ("schwerwiegender fehler", .other, 0x8000_FFFF),
    ("défaillance irrémédiable", .other, 0x8000_FFFF), ("oåterkalleligt fel", .other, 0x8000_FFFF),
    ("unknown user name or bad password", .other, 1326),
    ("user name or password is incorrect", .other, 1326),
    ("unbekannter benutzername oder falsches kennwort", .other, 1326),
    ("nom d’utilisateur inconnu ou mot de passe", .other, 1326),
    ("nom d'utilisateur inconnu ou mot de passe", .other, 1326),
    ("användarnamn eller felaktigt lösenord", .other, 1326),
    ("class not registered", .other, 0x8004_0154),
    ("klasse nicht registriert", .other, 0x8004_0154),
    ("classe non enregistrée", .other, 0x8004_0154),
    ("klassen är inte registrerad", .other, 0x8004_0154),
    ("server execution failed", .other, 0x8008_0005),
    ("starten des servers fehlgeschlagen", .other, 0x8008_0005),
    ("exécution du serveur", .other, 0x8008_0005),
    ("serverkörningen misslyckades", .other, 0x8008_0005),
    ("rpc server is unavailable", .other, 1722), ("rpc-server ist nicht verfügbar", .other, 1722),
    ("serveur rpc n’est pas disponible", .other, 1722),
    ("serveur rpc n'est pas disponible", .other, 1722),
    ("rpc-servern är inte tillgänglig", .other, 1722),
  ]
}
