// SPDX-License-Identifier: MIT

import RegistryHive
import Testing
import WindowsEvents

/// Every number of the catalogue, by what the manifests and message tables of the providers say.
@Suite struct EventCatalogueTests {
  private static let service: [Int: EventKind] = [
    1: .logOnBegan, 2: .logOnEnded, 3: .logOffBegan, 4: .logOffEnded, 5: .hiveLoaded,
    6: .synchronizationBegan, 7: .synchronizationEnded, 67: .profileChosen,
    68: .synchronizationTimes,
    1500: .loadFailed, 1501: .loadFailed, 1502: .loadFailed, 1503: .loadFailed,
    1504: .roamingNotUpdated, 1505: .defaultProfile, 1506: .roamingUnavailable,
    1508: .loadFailed, 1509: .loadFailed, 1510: .loadFailed, 1511: .temporaryProfile,
    1512: .unloadFailed, 1513: .copyFailed, 1514: .defaultProfile, 1515: .setAside,
    1516: .unloadedLater, 1517: .savedWhileInUse, 1518: .temporaryProfile,
    1519: .mandatoryUnavailable, 1520: .mandatoryUnavailable, 1521: .roamingUnavailable,
    1522: .roamingUnavailable, 1523: .roamingUnavailable, 1524: .classesInUse,
    1525: .roamingMisconfigured, 1526: .roamingUnavailable, 1527: .profilesNotReady,
    1529: .roamingUnavailable, 1530: .handlesLeaked, 1531: .serviceStarted,
    1532: .serviceStopped, 1533: .folderNotDeleted, 1534: .notificationFailed,
    1540: .roamingUnavailable, 1542: .loadFailed, 1543: .roamingUnavailable, 1544: .notSetAside,
    1545: .lockedAtLoad, 1552: .lockedAtLoad,
  ]

  private static let userenv: [Int: EventKind] = [
    1500: .loadFailed, 1501: .loadFailed, 1502: .loadFailed, 1503: .loadFailed,
    1504: .roamingNotUpdated, 1505: .defaultProfile, 1506: .roamingUnavailable,
    1508: .loadFailed, 1509: .copyFailed, 1510: .loadFailed, 1511: .temporaryProfile,
    1512: .unloadFailed, 1513: .copyFailed, 1514: .defaultProfile, 1515: .setAside,
    1516: .unloadedLater, 1517: .savedWhileInUse, 1518: .temporaryProfile,
    1519: .mandatoryUnavailable, 1520: .mandatoryUnavailable, 1521: .roamingUnavailable,
    1522: .roamingUnavailable, 1523: .roamingUnavailable, 1524: .classesInUse,
    1525: .roamingMisconfigured,
  ]

  private static let com: [Int: EventKind] = [
    10000: .comNotStarted, 10001: .comNotStarted, 10004: .comLogOnFailed, 10005: .comNotStarted,
    10006: .comFailed, 10010: .comTimedOut, 10016: .comNotPermitted,
  ]

  private static let all: [(provider: String, kinds: [Int: EventKind])] = [
    (Providers.service, service), (Providers.com, com), ("DCOM", com), ("Userenv", userenv),
    (Providers.general, [1509: .copyFailed, 1534: .notificationFailed]),
    (
      "UPHClean",
      [
        1001: .cleanupStarted, 1010: .cleanupStopped, 1111: .unloadFailed,
        1201: .handlesReleased, 1211: .handlesNotReleased, 1401: .handlesReleased,
        1501: .handlesLeaked, 1511: .loadedWithoutLogOn,
      ]
    ),
    (Providers.kernel, [12: .machineStarted, 13: .machineStopped]),
    (Providers.power, [41: .machineStoppedUnexpectedly]),
    (
      "EventLog",
      [
        6005: .machineStarted, 6006: .machineStopped, 6008: .machineStoppedUnexpectedly,
        6009: .machineStarted,
      ]
    ),
    ("User32", [1074: .shutdownRequested]),
    (Providers.eventLog, [104: .logCleared, 1102: .logCleared]),
    ("Application Popup", [333: .registryInputOutputFailed]), ("Srv", [2020: .pagedPoolEmpty]),
  ]

  @Test func `every number of the catalogue has its kind, a sentence and a source`() {
    for (provider, kinds) in Self.all {
      for (event, kind) in kinds {
        let meaning = EventMeaning(of: .test(provider, event))
        #expect(meaning?.kind == kind, "\(provider) \(event)")
        #expect(meaning?.summary.hasSuffix(".") == true, "\(provider) \(event)")
        #expect(meaning?.statement.source.isEmpty == false, "\(provider) \(event)")
      }
    }
    let tested = Set(
      Self.all.flatMap { entry in entry.kinds.keys.map { "\(entry.provider) \($0)" } })
    let known = Set(EventMeaning.catalogue.map { "\($0.provider) \($0.event)" })
    #expect(known.subtracting(tested) == ["Userenv 1000", "Application Popup 26"])
  }

  @Test func `no event stands in the catalogue twice`() {
    let names = EventMeaning.catalogue.map { "\($0.provider) \($0.event) \($0.kind)" }
    #expect(Set(names).count == names.count)
    #expect(EventMeaning.catalogue.allSatisfy { !$0.levels.isEmpty && !$0.releases.isEmpty })
  }

  @Test func `one number of two providers is two things`() {
    #expect(
      EventMeaning(of: .test(Providers.general, 1509))?.fields == ["Source", "Target", "Error"])
    #expect(EventMeaning(of: .test(Providers.service, 1509))?.fields.first == "File")
    #expect(EventMeaning(of: .test(Providers.general, 1533)) == nil)
    #expect(EventMeaning(of: .test(Providers.general, 1530)) == nil)
  }

  @Test func `read-only roaming profiles are not called mandatory`() throws {
    for event in [1522, 1523] {
      let meaning = try #require(EventMeaning(of: .test(Providers.service, event)))
      #expect(!meaning.summary.contains("mandatory"))
      #expect(meaning.summary.contains("read-only roaming profile"))
    }
  }

  @Test(
    "On Windows NT 4.0 and 2000 the text of Userenv 1000 says what it is about",
    arguments: [
      // KB 837115 and the readme of UPHClean.
      (
        """
        Windows cannot unload your registry file.  If you have a roaming profile, your settings \
        are not replicated. Contact your administrator. DETAIL - Access is denied.
        """, EventKind.unloadFailed
      ),
      (
        """
        Windows cannot unload your registry class file.  If you have a roaming profile, your \
        settings are not replicated. Contact your administrator. DETAIL Access is denied.
        """, .unloadFailed
      ),
      (
        """
        Windows cannot log you on because the profile cannot be loaded. Contact your network \
        administrator.
        """, .loadFailed
      ),
      (
        """
        The operating system was unable to load your profile.  Please contact your Network \
        Administrator.
        """, .loadFailed
      ),
      // KB 906952.
      (
        """
        RegLoadKey failed with error Insufficient system resources exist to complete the requested \
        service. for C:\\Documents and Settings\\anna\\ntuser.dat
        """, .loadFailed
      ),
      // The messages of userenv.dll.
      (
        "Windows cannot determine the user or computer name. Return value (1722). ", .groupPolicy
      ),
      (
        """
        The Group Policy client-side extension Security was passed flags (17) and returned a \
        failure status code of (1332).
        """, .groupPolicy
      ),
      (
        """
        Windows cannot update your roaming profile. Contact your network administrator. DETAIL - \
        The network path was not found.
        """, .roamingNotUpdated
      ),
      ("Windows kan inte inaktivera din registerfil. DETALJER - Åtkomst nekad. ", .unloadFailed),
      // Words for "registry file", "load", "unload" and the error, in other languages.
      (
        """
        Windows kan inte ta bort registerfilen ur minnet. Om du har en central profil kopieras inte \
        inställningarna. INFORMATION - Åtkomst nekad.
        """, .unloadFailed
      ),
      (
        """
        Windows kann die Registrierungsdatei nicht entladen. Wenn Sie ein servergespeichertes \
        Profil haben, werden die Einstellungen nicht repliziert. DETAIL - Zugriff verweigert
        """, .unloadFailed
      ),
      (
        """
        Windows ne peut pas décharger votre fichier de Registre. Si vous avez un profil itinérant, \
        vos paramètres ne sont pas répliqués. DÉTAIL - Accès refusé.
        """, .unloadFailed
      ),
      (
        "Die Registrierungsdatei kann nicht geladen werden. DETAIL - Zugriff verweigert",
        .loadFailed
      ),
      ("Windows ne peut pas charger le fichier de Registre. DÉTAIL - Accès refusé.", .loadFailed),
      ("Das Profil kann nicht geladen werden.", .loadFailed),
      ("Datei C:\\WINNT\\x.tmp: Zugriff verweigert", .unclear),
      ("Something else.", .unclear), ("", .unclear),
    ])
  func textsOf1000(text: String, kind: EventKind) throws {
    let event = try #require(ProfileEvent(.test("Userenv", 1000, [text])))
    #expect(event.kind == kind)
  }

  @Test func `a message box matters where it is about the registry's size`() {
    let caption = "Windows - Low On Registry Space"
    #expect(
      EventMeaning(of: .test("Application Popup", 26, [caption, "…"]))?.kind == .registrySpaceLow)
    #expect(EventMeaning(of: .test("Application Popup", 26, ["Windows - No Disk", "…"])) == nil)
    for caption in [
      "Windows - Registrierungsspeicher", "Windows - Espace de Registre insuffisant",
      "Windows - Ont om registerutrymme",
    ] {
      #expect(
        EventMeaning(of: .test("Application Popup", 26, [caption, "…"]))?.kind == .registrySpaceLow)
    }
    for caption in [
      "Windows - Registrierung wiederhergestellt", "Setup - Espace de Registre",
      "Windows - Speicher",
    ] {
      #expect(EventMeaning(of: .test("Application Popup", 26, [caption, "…"])) == nil)
    }
  }

  @Test func `events that are written in great numbers are shown on request only`() {
    #expect(EventKind.allCases.filter(\.isShownOnRequestOnly) == [.comNotPermitted, .groupPolicy])
    #expect(EventMeaning.isShownOnRequestOnly(provider: Providers.com, event: 10016))
    // Only the text says whether it is about Group Policy.
    #expect(!EventMeaning.isShownOnRequestOnly(provider: "Userenv", event: 1000))
    #expect(!EventMeaning.isShownOnRequestOnly(provider: Providers.com, event: 10006))
    #expect(EventMeaning.isShownOnRequestOnly(provider: "Other", event: 10006))
  }

  @Test func `a process that locks the hive at log-on is not one that leaked handles`() {
    #expect(EventKind.lockedAtLoad.topic == .load)
    #expect(!EventKind.lockedAtLoad.isAboutHiveInUse)
    #expect(EventKind.handlesLeaked.isAboutHiveInUse)
  }
}
