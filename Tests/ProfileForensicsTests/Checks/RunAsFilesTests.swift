// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder

/// What runs as a user by files that are not hives: application pools of IIS, and tasks.
@Suite struct RunAsFilesTests {
  private func check(
    pools: String? = nil, task: [UInt8]? = nil,
    _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> ProfileCheck {
    let folder = try TemporaryFolder()
    var volume = VolumeDescription(.server2019)
    volume.anna.loaded = filetime(2024, 6, 22, 8)
    change(&volume)
    try volume.write(to: folder)
    if let pools {
      let text =
        "<?xml version=\"1.0\"?><!-- <add name='no'> --><configuration><system.applicationHost>"
        + "<applicationPools>\(pools)</applicationPools></system.applicationHost></configuration>"
      try folder.write(
        [UInt8](text.utf8), to: "Windows/System32/inetsrv/config/applicationHost.config")
    }
    if let task { try folder.write(task, to: "Windows/System32/Tasks/Backup/Nightly") }
    return try ProfileCheck(path: folder.path)
  }

  private func pool(_ attributes: String, name: String = "Shop") -> String {
    "<add name=\"\(name)\" autoStart=\"true\"><processModel \(attributes) /></add>"
  }

  @Test func `a pool that runs as a user keeps the user's profile loaded`() throws {
    let user = "identityType=\"SpecificUser\" userName=\"CORP\\anna\""
    let found = try check(pools: pool(user + " loadUserProfile=\"true\""))
    #expect(
      found.facts("pool-runs-as-user").first
        == "the pool Shop runs as CORP\\anna, with its profile (loadUserProfile)")
    #expect(found.first("profile-loaded-at-capture")?.advice.contains("pool of IIS") == true)
    #expect(found.verdict?.reason.contains("pool of IIS runs as the user (Shop)") == true)
    let without = try check(pools: pool(user + " loadUserProfile=\"false\""))
    #expect(without.first("pool-runs-as-user")?.advice.contains("does not load") == true)
    #expect(without.verdict?.reason.contains("IIS") == false)
    // The defaults of all pools, which are after them.
    let byDefault = try check(
      pools: pool(user)
        + "<applicationPoolDefaults><processModel loadUserProfile=\"false\"/>"
        + "</applicationPoolDefaults>")
    #expect(byDefault.facts("pool-runs-as-user").first?.hasSuffix("without its profile") == true)
  }

  @Test(arguments: [
    "identityType=\"ApplicationPoolIdentity\"", "identityType=\"NetworkService\"",
    "identityType=\"SpecificUser\" userName=\"\"", "userName=\"anna\"", "identityType=",
  ])
  func `other pools are no user's`(attributes: String) throws {
    #expect(try check(pools: pool(attributes)).first("pool-runs-as-user") == nil)
  }

  private func task(_ user: String) -> [UInt8] {
    let text =
      "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-16\"?><Task><RegistrationInfo><Author>x</Author>"
      + "</RegistrationInfo><Triggers><LogonTrigger><UserId>CORP\\other</UserId></LogonTrigger>"
      + "</Triggers><Principals><Principal id=\"Author\"><UserId>\(user)</UserId></Principal>"
      + "</Principals></Task>"
    return text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }

  @Test(arguments: [
    "CORP\\anna", "anna", "S-1-5-21-1111111111-2222222222-3333333333-1001",
  ])
  func `a task runs as a user, by name or identifier`(user: String) throws {
    let found = try check(task: task(user))
    #expect(found.facts("task-names-user") == ["the task runs as \(user)"])
    #expect(
      found.first("profile-loaded-at-capture")?.advice.hasSuffix(
        "A scheduled task runs as the user (Nightly) and has it loaded while it runs.") == true)
  }

  @Test(arguments: ["S-1-5-18", "SYSTEM", "NT AUTHORITY\\LOCAL SERVICE", "CORP\\annabel", ""])
  func `tasks of others are not the user's`(user: String) throws {
    #expect(try check(task: task(user)).first("task-names-user") == nil)
  }

  @Test(arguments: [("InteractiveToken", false), ("Password", true), ("S4U", true)])
  func `a task that runs only in the user's own session loads no profile`(
    type: String, isReported: Bool
  ) throws {
    let text =
      "<Task><Principals><Principal><UserId>CORP\\anna</UserId><LogonType>\(type)</LogonType>"
      + "</Principal></Principals></Task>"
    let found = try check(task: [UInt8](text.utf8))
    #expect((found.first("task-names-user") != nil) == isReported)
  }

  @Test func `files of any content are taken`() throws {
    for text in ["", "<", "<<>>", "<a b='", "<Principal><UserId>", "</></a>", "<!--"] {
      #expect(
        try check(pools: text, task: [UInt8](text.utf8)).first("pool-runs-as-user") == nil)
    }
  }
}
