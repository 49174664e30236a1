// SPDX-License-Identifier: MIT

import RegistryHive

extension RegistrySizeLimit {
  /// The limit on the size of a hive other than SYSTEM; nil for a Windows that has the registry
  /// size limit instead.
  var hiveLimit: Candidate? {
    func limit(_ note: Claim) -> Candidate {
      Candidate(kind: .hiveSize, bytes: 2 << 30, source: Source.storage, notes: [note])
    }
    let largest = "No hive but SYSTEM may be larger than 2 GB"
    guard let release else {
      return limit(
        Claim(
          "\(largest), from Windows Server 2003 with Service Pack 2 on.", source: Source.storage))
    }
    switch release.generation {
    case .nt3, .nt4, .windows2000:
      return nil
    case .server2003 where release.servicePack >= 2:
      return limit(Claim("\(largest).", source: Source.storage))
    case .xp, .server2003:
      return Candidate(
        kind: .hiveSize, bytes: nil, source: Source.storage,
        notes: [
          Claim(
            "A limit of 2 GB on a hive is documented from Windows Server 2003 with Service Pack 2 "
              + "on; for this Windows no limit on a hive is.", source: Source.storage)
        ])
    case .vista, .windows7, .windows8:
      return limit(Claim("\(largest).", source: Source.storage))
    }
  }

  /// The limit on the size of the SYSTEM hive, which Windows must load before it manages memory
  /// itself.
  var systemHiveLimit: Candidate {
    guard let architecture = settings.architecture else {
      return Candidate(
        kind: .systemHiveSize, bytes: nil, source: Source.storage,
        notes: [
          Claim(
            "The SYSTEM hive may have 50 % of the machine's memory: at most 400 MB on x86, 1.5 GB "
              + "on x64, 1 GB on Itanium; older releases less. Which processor this machine has "
              + "is not known, or no limit is documented for it.", source: Source.storage)
        ])
    }
    let rules = Self.systemRules(of: architecture)
    let rule = release.map { release in rules.last { $0.holds(release) } ?? rules[0] } ?? rules[0]
    let others =
      release == nil
      ? rules.dropFirst().map { Claim("\($0.name): \($0.text).", source: $0.source) } : []
    let subject = "The SYSTEM hive of \(release == nil ? rule.name : "this Windows")"
    var notes = [
      Claim("\(subject) may have \(rule.text).", source: rule.source)
    ]
    if rule.dependsOnMemory {
      notes.append(
        Claim(
          "No hive records how much memory the machine has: with less, the limit is lower.",
          source: Source.storage))
    }
    return Candidate(
      kind: .systemHiveSize, bytes: rule.bytes, source: rule.source, notes: notes + others)
  }
}

/// How large the SYSTEM hive of some releases may be.
private struct SystemRule {
  let name: String
  let text: String
  let bytes: Int
  let source: String
  let dependsOnMemory: Bool
  let holds: @Sendable (WindowsRelease) -> Bool

  init(
    _ name: String, percent: Int? = nil, atMost megabytes: Int, source: String = Source.storage,
    holds: @escaping @Sendable (WindowsRelease) -> Bool
  ) {
    self.name = name
    bytes = megabytes << 20
    let most = byteText(bytes)
    text = percent.map { "\($0) % of the machine's memory, at most \(most)" } ?? "at most \(most)"
    self.source = source
    dependsOnMemory = percent != nil
    self.holds = holds
  }

  /// Windows NT and 2000 load the SYSTEM hive, the kernel and the drivers into one space.
  static let loader = SystemRule(
    "Windows NT and 2000, the kernel and the drivers of the start included", atMost: 16,
    source: Source.loader
  ) { $0.generation <= .windows2000 }
}

extension RegistrySizeLimit {
  /// The rules for a processor, newest first; of those that hold, the last is the right one.
  private static func systemRules(of architecture: Settings.Architecture) -> [SystemRule] {
    switch architecture {
    case .x86:
      [
        SystemRule("Windows Vista and later", percent: 50, atMost: 400) { _ in true },
        SystemRule("Windows XP and Server 2003", percent: 25, atMost: 200) {
          $0.generation <= .server2003
        },
        .loader,
      ]
    case .x64:
      [
        SystemRule("Windows Vista and later", percent: 50, atMost: 1536) { _ in true },
        SystemRule("Windows Server 2003 with Service Pack 2", percent: 25, atMost: 200) {
          $0.generation <= .server2003
        },
        SystemRule(
          "Windows Server 2003 before Service Pack 2 and Windows XP x64, without the update",
          atMost: 32, source: "\(Source.storage), \(Source.oldX64)"
        ) { $0.generation <= .server2003 && $0.servicePack < 2 },
      ]
    case .itanium:
      [
        SystemRule("Windows Server 2008 R2 and later", percent: 50, atMost: 1024) { _ in true },
        SystemRule("Windows XP to Server 2008", atMost: 32) { $0.generation <= .vista },
      ]
    }
  }
}
