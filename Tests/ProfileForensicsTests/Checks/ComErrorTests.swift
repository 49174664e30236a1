// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder

/// Event 10006 after a log-off, whoever its class runs as and whatever language its error is in.
@Suite struct ComErrorTests {
  private static let application = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"
  private static let order = "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"
  private static let dllhost = "\\Device\\HarddiskVolume3\\Windows\\System32\\dllhost.exe"

  private func check(
    _ error: String, runAs: String? = nil, service: (account: String, start: UInt32)? = nil,
    hours: Int = 0
  ) throws -> ProfileCheck {
    try ProfileCheck(
      .changed {
        $0.software.set("Classes\\CLSID\\\(Self.order)", .string("AppID", Self.application))
        if let runAs {
          $0.software.set("Classes\\AppID\\\(Self.application)", .string("RunAs", runAs))
        }
        if let service {
          $0.software.set("Classes\\AppID\\\(Self.application)", .string("LocalService", "Lager"))
          $0.system.set(
            "ControlSet001\\Services\\Lager", .dword("Type", 0x10), .dword("Start", service.start),
            .string("ObjectName", service.account))
        }
        $0.applicationEvents = [
          .handlesLeaked(
            by: $0.anna.sid, at: filetime(2024, 6, 21, 17, 3, 40), [(7, Self.dllhost, "")])
        ]
        $0.systemEvents = [
          EventDescription(
            time: filetime(2024, 6, 21, 17 + hours, 5), provider: "DCOM", event: 10006, level: 2,
            computer: "WS1", data: [("", error), ("", "WS1"), ("", Self.order)])
        ]
      })
  }

  private func found(_ check: ProfileCheck) -> CheckResult? {
    check.first("com-server-lost-profile")
  }

  @Test(
    "0x800703FA is reported beside the leak, whoever the class runs as",
    arguments: ["Interactive User", "NT AUTHORITY\\NetworkService"])
  func otherIdentities(account: String) throws {
    let lost = try #require(found(try check("2147943418", runAs: account)))
    #expect(lost.severity == .warning)
    #expect(lost.subject == VolumeUser("", 1001).sid)
    #expect(lost.evidence.count >= 2)
    #expect(found(try check("0x80004005", runAs: account)) == nil)
    #expect(found(try check("Access is denied.", runAs: account)) == nil)
    // A day later nothing leads from the one to the other.
    let later = try #require(found(try check("2147943418", runAs: account, hours: 30)))
    #expect(!later.evidence.contains { $0.fact.contains("event 1530") })
  }

  @Test func `a class in a service is reported where the service does not run`() throws {
    let disabled = try check("2147943418", service: (".\\anna", 4))
    #expect(found(disabled)?.severity == .warning)
    let running = try check("2147943418", service: (".\\anna", 2))
    #expect(found(running) == nil)
    let note = try #require(running.first("com-runs-as-user"))
    #expect(note.severity == .information)
    #expect(note.advice.contains("failed with 0x800703FA all the same"))
    #expect(note.evidence.contains { $0.fact.contains("event 10006") })
    #expect(found(try check("Access is denied.", service: (".\\anna", 4))) == nil)
  }

  @Test(
    "An error that is not recognised is a warning with its text",
    arguments: ["Errore non specificato", ""], [".\\anna", nil])
  func unknownTexts(text: String, account: String?) throws {
    let lost = try #require(found(try check(text, runAs: account)))
    #expect(lost.severity == .warning)
    #expect(
      lost.advice.hasPrefix(
        text.isEmpty
          ? "Event 10006 gives no error: if"
          : "The error of event 10006 is not recognised here (\"\(text)\"): if"))
  }

  @Test(arguments: [
    "Zugriff verweigert", "0x80070005", "Åtkomst nekad", "Catastrophic failure",
    "Logon failure: unknown user name or bad password.", "Logon failure: the account is not here.",
    "Das System kann die angegebene Datei nicht finden.", "Det går inte att hitta filen.",
    "Le fichier spécifié est introuvable.", "Klasse nicht registriert",
    "RPC-servern är inte tillgänglig.",
  ])
  func `errors that are known as others stay out`(text: String) throws {
    #expect(found(try check(text, runAs: ".\\anna")) == nil)
    #expect(found(try check(text)) == nil)
  }
}
