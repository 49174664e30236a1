// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsTypes

/// Machines and their states in folders of all kinds.
@Suite struct CollectionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ volume: VolumeDescription, to path: String) throws {
    for (name, bytes) in volume.files { try folder.write(bytes, to: "\(path)/\(name)") }
  }

  private func volume(_ name: String, _ layout: VolumeDescription.Layout = .windows10)
    -> VolumeDescription
  {
    var volume = VolumeDescription(layout)
    volume.computerName = name
    return volume
  }

  private var collection: EvidenceCollection { EvidenceCollection(paths: [folder.path]) }

  // MARK: - Layouts

  @Test(
    "A volume is found in the folders that tools make",
    arguments: [
      "C", "c", "C:", "C%3A", "uploads/auto/C%3A", "uploads/ntfs/%5C%5C.%5CC%3A", "HOST/C",
      "a/b/c_drive/d/e/f/g/h/i/j/k/C",
    ])
  func layout(path: String) throws {
    try write(volume("WS1"), to: path)
    try folder.write(
      [UInt8]("done".utf8), to: "2024-06-21T170344_ConsoleLog.txt")
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    #expect(machine.name == "WS1")
    #expect(machine.label == "WS1")
    #expect(machine.captures.map(\.layout) == [.folders])
    #expect(machine.live.machineHives.count == 3)
    #expect(machine.live.profiles.map(\.volumePath) == [["Users", "Default"], ["Users", "anna"]])
    #expect(machine.live.profiles.map(\.drive) == [nil, nil])
    #expect(machine.live.eventLogs.count == 2)
    #expect(collection.skipped.isEmpty)
  }

  @Test(
    "The volume of Windows is the system drive, whatever letter a tool gave its folder",
    arguments: ["E", "E%3A", "2024-06-03T100000/F"])
  func letter(path: String) throws {
    try write(volume("WS1"), to: path)
    let check = ProfileCheck(try #require(collection.machines.first))
    #expect(check.ids == [])
    #expect(check.profiles.filter { $0.verdict != nil }.map(\.name) == ["anna"])
    #expect(check.verdict?.outcome == .unloaded)
  }

  @Test func `a profile on another drive is that of the letter, and no other`() throws {
    var volume = volume("WS1")
    volume.anna.imagePath = "D:\\Users\\anna"
    try write(volume, to: "E")
    let check = ProfileCheck(try #require(collection.machines.first))
    #expect(check.ids.contains("profile-on-other-drive"))
  }

  @Test func `a saved SOFTWARE is known by the version of Windows in it`() throws {
    var hive = HiveDescription()
    hive.set("Microsoft\\Windows NT\\CurrentVersion", .string("CurrentVersion", "6.3"))
    try folder.write(hive.build().bytes, to: "software.save")
    var other = HiveDescription()
    other.makeKey("Unknown")
    try folder.write(other.build().bytes, to: "other.hiv")
    #expect(collection.machines.first?.live.machineHives.keys.map(\.self) == [.software])
    #expect(
      collection.skipped.map(\.reason) == [
        "is not one of Windows' own hives, by its keys and its name"
      ])
  }

  @Test func `what two methods of a collection found is one machine`() throws {
    for (path, bytes) in volume("WS1").files {
      let isHive = path.contains("config") || path.hasSuffix("DAT")
      try folder.write(
        bytes, to: (isHive ? "uploads/ntfs/%5C%5C.%5CC%3A/" : "uploads/auto/C%3A/") + path)
    }
    try folder.write(
      [UInt8]("ElfFile".utf8),
      to: "uploads/auto/C%3A/Windows/System32/winevt/Logs/"
        + "Microsoft-Windows-User Profile Service%254Operational.evtx")
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    #expect(machine.captures.count == 1)
    #expect(machine.live.machineHives.count == 3)
    #expect(machine.live.eventLogs.count == 3)
    #expect(machine.live.profiles.map(\.hives.count).reduce(0, +) == 3)
  }

  @Test func `a profile on another drive of the same machine`() throws {
    var volume = volume("WS1")
    volume.anna.hasFolder = false
    volume.anna.imagePath = "D:\\Profiles\\anna"
    try write(volume, to: "C")
    try folder.write(volume.anna.hive.build().bytes, to: "D/Profiles/anna/NTUSER.DAT")
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    let profile = try #require(machine.live.profiles.last)
    #expect(profile.volumePath == ["Profiles", "anna"])
    #expect(profile.drive == "D")
    #expect(machine.live.presence(of: ["Profiles", "anna"], drive: "D") == .folder)
    #expect(machine.live.presence(of: ["Profiles", "bob"], drive: "D") == .notCollected)
    #expect(machine.live.presence(of: ["Users", "bob"], drive: "D") == .unknown)
  }

  @Test func `the files of one machine in one folder`() throws {
    let volume = volume("WS1")
    for (path, bytes) in volume.files where !path.contains("Default/") && !path.contains("TxR") {
      try folder.write(bytes, to: path.split(separator: "/").last.map(String.init) ?? path)
    }
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    #expect(machine.name == "WS1")
    #expect(machine.live.layout == .collection)
    #expect(machine.live.profiles.map(\.identifier?.description) == [volume.anna.sid])
    #expect(machine.live.profiles.map(\.hives.count) == [2])
    #expect(machine.live.profiles.map(\.name) == ["anna"])
    #expect(machine.live.eventLogs.count == 2)
  }

  @Test(arguments: [("", "_Classes"), (".hiv", "_classes.hiv"), (".dat", "_CLASSES.dat")])
  func `hives under their names in HKEY_USERS`(user: String, classes: String) throws {
    var volume = volume("WS1")
    volume.users.append(VolumeUser("bernd", 1002))
    for (path, bytes) in volume.files {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      guard let owner = volume.users.first(where: { path.contains("/\($0.name)/") }) else {
        if ["SOFTWARE", "SYSTEM"].contains(name) { try folder.write(bytes, to: name) }
        continue
      }
      if name == "NTUSER.DAT" { try folder.write(bytes, to: owner.sid + user) }
      if name == "UsrClass.dat" { try folder.write(bytes, to: owner.sid + classes) }
    }
    let profiles = try #require(collection.machines.first).live.profiles
    #expect(profiles.map(\.identifier?.description) == volume.users.map(\.sid))
    #expect(profiles.map(\.hives.count) == [2, 2])
    #expect(profiles.map(\.name) == ["anna", "bernd"])
  }

  // MARK: - Several machines

  @Test func `machines by host, and with the same files`() throws {
    try write(volume("HOST1"), to: "host1/C")
    try write(volume("HOST2"), to: "host2/C")
    #expect(collection.machines.map(\.label) == ["HOST1", "HOST2"])
    #expect(collection.machines.map(\.captures.count) == [1, 1])
    #expect(collection.skipped.isEmpty)
  }

  @Test func `machines in one folder, told apart by the names of the files`() throws {
    for host in ["HOST1", "HOST2"] {
      for (path, bytes) in volume(host).files where path.contains("config/S") {
        try folder.write(bytes, to: "\(host)_\(path.suffix(path.hasSuffix("SYSTEM") ? 6 : 8))")
      }
      try folder.write(
        VolumeUser("anna", 1001).hive.build().bytes, to: "\(host)_anna_NTUSER.DAT")
    }
    #expect(collection.machines.map(\.label) == ["HOST1", "HOST2"])
    #expect(collection.machines.map(\.live.machineHives.count) == [2, 2])
    #expect(collection.machines.map(\.live.profiles.count) == [1, 1])
  }

  @Test func `two machines of one name are told apart`() throws {
    var other = volume("WS1")
    other.users[0].sid = "S-1-5-21-7-8-9-1001"
    try write(volume("WS1"), to: "berlin/C")
    try write(other, to: "paris/C")
    #expect(collection.machines.map(\.name) == ["WS1", "WS1"])
    #expect(collection.machines.map(\.label) == ["WS1 (berlin)", "WS1 (paris)"])
  }

  @Test func `a machine without a name is called by its folder`() throws {
    try write(VolumeDescription(.windows7), to: "case 7/C")
    #expect(collection.machines.map(\.name) == [nil])
    #expect(collection.machines.map(\.label) == ["case 7"])
  }

  // MARK: - Earlier states

  @Test func `shadow copies are earlier states of their machine`() throws {
    try write(volume("WS1"), to: "C")
    try write(volume("WS1"), to: "VSS1")
    try write(volume("WS1"), to: "%5C%5C.%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy3")
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    #expect(machine.captures.map(\.origin).first == .live)
    #expect(machine.captures.dropFirst().allSatisfy { $0.origin != .live })
    #expect(machine.captures.contains { $0.origin == .shadowCopy("VSS1") })
    #expect(machine.captures.count == 3)
  }

  @Test func `Windows' own copies of hives are an earlier state`() throws {
    let volume = volume("WS1")
    try volume.write(to: folder)
    for (path, bytes) in volume.files where path.contains("config/S") {
      try folder.write(
        bytes, to: "Windows/System32/config/RegBack/\(path.split(separator: "/").last ?? "")")
    }
    try folder.write([], to: "Windows/System32/config/RegBack/DEFAULT")
    let machine = try #require(collection.machines.first)
    #expect(machine.captures.map(\.origin) == [.live, .regBack])
    #expect(machine.captures.map(\.layout) == [.volume, .collection])
    #expect(Set(machine.captures[1].machineHives.keys) == [.software, .system])
    #expect(collection.skipped.map(\.isLoss) == [false])
  }

  @Test func `of one machine collected twice, the newer state comes first`() throws {
    var later = volume("WS1")
    later.anna.loaded = filetime(2024, 7, 1)
    later.anna.unloaded = filetime(2024, 7, 2)
    try write(volume("WS1"), to: "1 june/C")
    try write(later, to: "2 july/C")
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    #expect(machine.captures.map(\.origin) == [.live, .saved])
    #expect(machine.live.path == folder.path("2 july/C"))
  }

  // MARK: - Copies of roaming profiles

  @Test func `a store of roaming profiles beside the machine is no part of its list`() throws {
    var volume = volume("WS1")
    volume.anna.centralProfile = "\\\\srv\\profiles\\anna"
    try write(volume, to: "pc/C")
    let hive = volume.anna.hive.build().bytes
    for name in ["anna.V6", "bert.v2", "carl"] {
      try folder.write(hive, to: "srv/profiles/\(name)/NTUSER.DAT")
    }
    let machine = try #require(collection.machines.first)
    #expect(collection.machines.count == 1)
    #expect(machine.captures.map(\.origin) == [.live, .roamingStore])
    #expect(machine.live.profiles.map(\.name) == ["Default", "anna"])
    #expect(
      machine.captures.last?.profiles.map(\.path)
        == ["anna.V6", "bert.v2", "carl"].map { folder.path("srv/profiles/\($0)") })
    #expect(machine.earlierStates.isEmpty)
    #expect(
      collection.skipped.map(\.description) == [
        "\(folder.path("srv/profiles")): holds copies of roaming profiles as their server keeps "
          + "them, which do not show whether a profile was unloaded, and were not judged"
      ])
    let check = ProfileCheck(machine)
    #expect(check.ids == ["roaming-cache-kept"])
    #expect(check.profiles.compactMap(\.verdict).count == 1)
  }

  @Test func `roaming profiles of Windows XP are known by the list`() throws {
    var volume = volume("WS1", .windowsXP)
    volume.anna.centralProfile = "\\\\srv\\profiles\\anna"
    try write(volume, to: "pc/C")
    try folder.write(volume.anna.hive.build().bytes, to: "profiles/anna/NTUSER.DAT")
    let machine = try #require(collection.machines.first)
    #expect(machine.captures.map(\.origin) == [.live, .roamingStore])
  }

  @Test func `a store alone is said to be one`() throws {
    let hive = VolumeUser("anna", 1001).hive.build().bytes
    for name in ["anna.V6", "carl"] { try folder.write(hive, to: "\(name)/NTUSER.DAT") }
    #expect(collection.machines.map { $0.captures.map(\.origin) } == [[.roamingStore]])
    #expect(collection.machines.first?.live.profiles.count == 2)
    #expect(collection.skipped.map(\.path) == [folder.path])
  }

  @Test(arguments: [false, true])
  func `a copy on a server gets no verdict by its hives`(isDirty: Bool) throws {
    var volume = volume("WS1")
    volume.anna.isDirty = isDirty
    for (path, bytes) in volume.files where path.hasPrefix("Users/anna/") {
      try folder.write(bytes, to: "anna.V6/\(path.dropFirst("Users/anna/".count))")
    }
    let machine = try #require(collection.machines.first)
    #expect(machine.live.origin == .roamingStore)
    #expect(machine.live.profiles.first?.classesHive != nil)
    let verdict = try #require(ProfileCheck(machine).verdict)
    #expect(verdict.outcome == .unclear)
    #expect(
      verdict.reason == "a copy of a roaming profile, as its server keeps it, does not show "
        + "whether the profile was unloaded")
  }

  @Test func `a profile that the list names is no copy, whatever its ending`() throws {
    var volume = volume("WS1")
    volume.anna.hasFolder = false
    volume.anna.imagePath = "C:\\Profiles\\anna.V2"
    try write(volume, to: "C")
    try folder.write(volume.anna.hive.build().bytes, to: "C/Profiles/anna.V2/NTUSER.DAT")
    let machine = try #require(collection.machines.first)
    #expect(machine.captures.map(\.origin) == [.live])
    #expect(machine.live.profiles.map(\.name).contains("anna.V2"))
  }

  // MARK: - What is skipped

  @Test func `hives that something wrote over are found in folders of any kind`() throws {
    var software = Fixture.named("SOFTWARE").build().bytes
    for index in 0..<4096 { software[index] = 0xAA }
    try folder.write(software, to: "files/thing.bin")
    try folder.write([UInt8](repeating: 0, count: 8192), to: "files/SYSTEM")
    try folder.write([], to: "files/SAM")
    let hives = collection.machines.flatMap(\.captures).flatMap(\.machineHives)
    #expect(Set(hives.map(\.key)) == [.software, .system])
    #expect(
      Set(hives.map(\.value.path)) == [folder.path("files/thing.bin"), folder.path("files/SYSTEM")])
    #expect(
      collection.skipped.map(\.description) == [
        "\(folder.path("files/SAM")): has the name of a hive, and is too short for one"
      ])
  }

  @Test func `a hive whose first bins are lost too is found where its name says that it is one`()
    throws
  {
    var bytes = [UInt8](repeating: 0xAA, count: 65_536)
    let bin = [UInt8]("hbin".utf8) + [0, 0xF0, 0, 0]
    bytes += bin + [UInt8](repeating: 0, count: 4096 - bin.count)
    for name in ["PC7_UsrClass.dat.locked", "photo.jpg"] { try folder.write(bytes, to: name) }
    try folder.write([UInt8]("text".utf8), to: "SYSTEM")
    let hives = try #require(collection.machines.first).live.profiles.flatMap(\.hives)
    #expect(hives.map(\.path) == [folder.path("PC7_UsrClass.dat.locked")])
    #expect(collection.skipped.isEmpty)
  }

  @Test func `hives whose names differ in case alone are all read`() throws {
    let volume = volume("WS1")
    try write(volume, to: "C")
    let hive = HiveDescription().build().bytes
    let classes = "C/Users/anna/AppData/Local/Microsoft/Windows"
    let older = "C/Users/anna/Local Settings/Application Data/Microsoft/Windows"
    let others = ["C/Users/anna/Ntuser.DAT", "\(classes)/USRCLASS.DAT", "\(older)/UsrClass.dat"]
    for name in others { try folder.write(hive, to: name) }
    let same = try #require(volume.files.first { $0.path.hasSuffix("UsrClass.dat") })
    try folder.write(same.bytes, to: "\(older)/usrclass.dat")
    let machine = try #require(collection.machines.first)
    let anna = try #require(machine.live.profiles.first { $0.name == "anna" })
    #expect(anna.userHive?.path == folder.path("C/Users/anna/NTUSER.DAT"))
    #expect(anna.classesHive?.path == folder.path("\(classes)/UsrClass.dat"))
    #expect(Set(machine.live.otherHives.map(\.path)) == Set(others.map(folder.path)))
    #expect(
      Set(collection.skipped.map(\.description))
        == Set(
          others.map {
            "\(folder.path($0)): is another hive of a profile, and was not judged with it"
          }))
    #expect(collection.skipped.allSatisfy { !$0.isLoss })
  }

  @Test func `of many spellings of one name, those that are not read are named`() throws {
    let hive = HiveDescription().build().bytes
    try write(volume("WS1"), to: "C")
    for name in ["ntuser.dat", "Ntuser.dat", "nTuser.dat", "ntUser.dat"] {
      try folder.write(hive, to: "C/Users/anna/\(name)")
    }
    let lost = collection.skipped.filter(\.isLoss)
    #expect(
      lost.map(\.reason)
        == ["has the same name as 4 others but for case, and was not read"])
  }

  /// Whether the system has a file that looks like any other, and whose bytes cannot be read.
  private static let hasUnreadableFile: Bool = {
    let path = "/sys/class/net/lo/speed"
    return FileManager.default.fileExists(atPath: path)
      && (try? Data(contentsOf: URL(filePath: path))) == nil
  }()

  @Test(.enabled(if: hasUnreadableFile, "no file whose bytes cannot be read"))
  func `a file whose beginning cannot be read is named`() throws {
    let collection = EvidenceCollection(paths: ["/sys/class/net/lo"])
    let skipped = try #require(collection.skipped.first { $0.path.hasSuffix("/speed") })
    #expect(skipped.reason.hasPrefix("cannot be read: "))
    #expect(skipped.isLoss)
  }

  @Test func `a file with a common name of hives is one unless it is a text`() throws {
    // Encrypted, with a footer after it: no number of whole sectors.
    var generator = SplitMix(state: 7)
    let noise = (0..<65_553).map { _ in UInt8.random(in: 0...255, using: &generator) }
    try folder.write(noise, to: "files/SYSTEM")
    try folder.write([UInt8](repeating: 0, count: 30_001), to: "files/SAM")
    try folder.write([UInt8](repeating: 0x61, count: 65_553), to: "files/SOFTWARE")
    let hives = collection.machines.flatMap(\.captures).flatMap(\.machineHives)
    #expect(
      Set(hives.map(\.value.path)) == [folder.path("files/SYSTEM"), folder.path("files/SAM")])
  }

  @Test func `what is no file is named, and lost where it has the name of a hive`() throws {
    try folder.write(VolumeUser("anna", 1001).hive.build().bytes, to: "anna.hiv")
    for name in ["NTUSER.DAT", "pipe"] {
      #expect(unsafe mkfifo(folder.path(name), 0o600) == 0)
    }
    #expect(
      collection.skipped.map(\.description) == [
        "\(folder.path("NTUSER.DAT")): is neither a regular file nor a folder, and was not read",
        "\(folder.path("pipe")): is neither a regular file nor a folder, and was not read",
      ])
    #expect(collection.skipped.map(\.isLoss) == [true, false])
  }

  @Test func `a copy that is too small to be told by its keys is told by its name`() throws {
    var hive = HiveDescription()
    hive.makeKey("Microsoft")
    try folder.write(hive.build().bytes, to: "PC7-software.save")
    try folder.write(hive.build().bytes, to: "some system software")
    let live = try #require(collection.machines.first).live
    #expect(
      live.machineHives.mapValues(\.path) == [.software: folder.path("PC7-software.save")])
    #expect(live.otherHives.map(\.path) == [folder.path("some system software")])
  }

  @Test func `a damaged hive is named, and lost`() throws {
    var bytes = [UInt8]("regf".utf8)
    bytes += [UInt8](repeating: 0xFF, count: 8188)
    try folder.write(bytes, to: "SYSTEM")
    try folder.write(bytes, to: "thing.bin")
    try folder.write(VolumeUser("anna", 1001).hive.build().bytes, to: "NTUSER.DAT")
    let machine = try #require(collection.machines.first)
    #expect(machine.live.machineHives[.system]?.path == folder.path("SYSTEM"))
    #expect(collection.skipped.map(\.path) == [folder.path("thing.bin")])
    #expect(collection.skipped.map(\.isLoss) == [true])
  }

  @Test func `a profile behind a link on the same volume`() throws {
    try volume("WS1").write(to: folder)
    try folder.write(VolumeUser("bob", 1002).hive.build().bytes, to: "Data/bob/NTUSER.DAT")
    try folder.link("Users/bob", to: "../Data/bob")
    try folder.link("Users/eve", to: "/nowhere/eve")
    try folder.link("Users/mia", to: "../Gone/mia")
    let live = try #require(collection.machines.first).live
    #expect(live.profiles.map(\.name).sorted() == ["Default", "anna", "bob"])
    #expect(live.profiles.first { $0.name == "bob" }?.volumePath == ["Users", "bob"])
    #expect(live.profiles.first { $0.name == "bob" }?.path == folder.path("Data/bob"))
    #expect(live.profiles.first { $0.name == "bob" }?.linkTarget == "Data/bob")
    let links = ["eve", "mia"].map { folder.path("Users/\($0)") }
    #expect(live.notEntered.map(\.path) == links)
    #expect(live.presence(of: ["users", "ANNA"]) == .folder)
    #expect(live.presence(of: ["Users", "nobody"]) == .missing)
    guard case .notEntered = live.presence(of: ["Users", "eve"]) else {
      Issue.record("the link is there")
      return
    }
  }

  @Test(
    "A link to a folder beside it is the same profile, whichever of both the list names",
    arguments: ["anna", "anna.real"])
  func linkToSibling(listed: String) throws {
    var volume = volume("WS1")
    volume.anna.name = "anna.real"
    volume.anna.imagePath = "C:\\Users\\\(listed)"
    try volume.write(to: folder)
    try folder.link("Users/anna", to: "anna.real")
    let machine = try #require(collection.machines.first)
    #expect(machine.live.profiles.map(\.name) == ["Default", "anna"])
    let check = ProfileCheck(machine)
    #expect(check.ids == ["profile-folder-linked"])
    #expect(
      check.facts("profile-folder-linked") == [
        "is a link to Users/anna.real, whose hives were read"
      ])
    #expect(check.profiles.compactMap(\.verdict).map(\.outcome) == [.unloaded])
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `many hives in one folder take no longer each`() throws {
    let bytes = VolumeUser("anna", 1001).hive.build().bytes
    for index in 0..<600 {
      try folder.write(bytes, to: "S-1-5-21-1-2-3-\(1000 + index)")
      try folder.write([0], to: "S-1-5-21-1-2-3-\(1000 + index).LOG1")
    }
    let profiles = try #require(collection.machines.first).live.profiles
    #expect(profiles.count == 600)
    #expect(profiles.allSatisfy { $0.userHive?.companions.count == 1 })
  }
}
