// SPDX-License-Identifier: MIT

import RegistryHive
import Testing
import WindowsEvents

/// A record counts once, whichever copy of its log it comes from.
@Suite struct EventIdentityTests {
  private func event(_ record: EventRecord) throws -> ProfileEvent {
    try #require(ProfileEvent(record))
  }

  @Test func `copies of a log give each record once`() throws {
    func copy(_ log: String, _ computer: String, recovered: Bool = false) throws -> [ProfileEvent] {
      try (1...3).map { number in
        try event(
          .test(
            Providers.service, 1530, ["\(log)"], computer: computer, number: number,
            time: 100 - number, log: log, isRecovered: recovered))
      }
    }
    let all =
      try copy("Archive-Application.evtx", "PC1.contoso.com") + copy("Application.evtx", "pc1")
      + copy("ForwardedEvents.evtx", "PC1.contoso.com")
    let merged = ProfileEvent.merged(all)
    #expect(merged.map(\.record.number) == [3, 2, 1])
    #expect(Set(merged.map(\.record.log)) == ["Application.evtx"])
    let recovered = ProfileEvent.merged(
      try copy("Application.evtx", "PC1", recovered: true) + copy("B.evtx", "PC1"))
    #expect(recovered.allSatisfy { !$0.record.isRecovered })
    #expect(recovered.count == 3)
  }

  @Test func `records of other machines, times, numbers and providers are others`() throws {
    let events = try [
      event(.test(Providers.service, 1530, computer: "PC1", number: 1, time: 5)),
      event(.test(Providers.service, 1530, computer: "PC2", number: 1, time: 5)),
      event(.test(Providers.service, 1530, computer: "PC1", number: 2, time: 5)),
      event(.test(Providers.service, 1530, computer: "PC1", number: 1, time: 6)),
      event(.test(Providers.service, 1531, computer: "PC1", number: 1, time: 5)),
      event(.test(Providers.general, 1509, computer: "PC1", number: 1, time: 5)),
    ]
    #expect(ProfileEvent.merged(events).count == events.count)
  }

  @Test(
    "A machine is known by its host name, with a domain or cut to 15 characters",
    arguments: [
      ("PC1", "pc1", true), ("pc1.contoso.com", "PC1", true), ("PC1", "PC2", false),
      ("PC1.contoso.com", "PC1.fabrikam.com", true), ("PC12", "PC1", false),
      ("averylonghostname01.contoso.com", "AVERYLONGHOSTNA", true),
      ("AVERYLONGHOSTNA", "averylonghostname01", true),
      ("AVERYLONGHOSTN", "averylonghostname01", false), ("", "PC1", false), ("PC1", "", false),
      ("", "", false), ("192.168.1.1", "192.168.1.2", false),
    ])
  func machines(computer: String, name: String, isFrom: Bool) {
    #expect(EventRecord.test("x", 1, computer: computer).isFrom(machine: name) == isFrom)
  }

  @Test(
    "Accounts of Windows are no users, whatever the language",
    arguments: [
      ("NT AUTHORITY\\SYSTEM", true), ("NT INSTANS\\LOKAL TJÄNST", true),
      ("nt instans\\nätverkstjänst", true), ("NT-AUTORITÄT\\LOKALER DIENST", true),
      ("AUTORITE NT\\SERVICE LOCAL", true), ("ZARZĄDZANIE NT\\SYSTEM", true),
      ("NT SERVICE\\MSSQLSERVER", true), ("IIS APPPOOL\\DefaultAppPool", true),
      ("LocalSystem", true), (".\\LocalService", true), ("Network Service", true),
      ("CONTOSO\\anna", false), ("anna", false), (".\\anna", false), ("anna@contoso.com", false),
      ("CONTOSO\\SYSTEM", false),
    ])
  func accounts(name: String, isOfWindows: Bool) {
    #expect(AccountName(name).isOfWindows == isOfWindows)
  }

  @Test(
    "Folders of profiles by the account's name",
    arguments: [
      ("anna", "Anna", true), ("CONTOSO\\anna", "anna", true), ("anna", "anna.CONTOSO", true),
      ("CONTOSO\\anna", "anna.CONTOSO.000", true), ("FABRIKAM\\anna", "anna.CONTOSO", false),
      ("FABRIKAM\\anna", "anna.000", true), ("anna", "annabel", false), ("anna.b", "anna.b", true),
      ("anna@contoso.com", "anna", true), ("ann", "anna", false),
    ])
  func folders(account: String, folder: String, fits: Bool) {
    #expect(AccountName(account).mayHaveFolder(named: folder) == fits)
  }
}
