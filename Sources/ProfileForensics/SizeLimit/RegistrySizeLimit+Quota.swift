// SPDX-License-Identifier: MIT

import RegistryHive

/// The numbers that Microsoft documents about the registry size limit, in bytes.
private enum Bound {
  static let least = 4 << 20
  /// What the reference of Windows 2000 has as the least instead.
  static let leastOfWindows2000 = 16 << 20
  static let asLargeAsPossible = UInt32.max

  /// The part of the paged pool that the registry may have at most.
  static func most(of pagedPool: Int) -> Int { part(4, of: 5, pagedPool) }

  static func quarter(of pagedPool: Int) -> Int { pagedPool / 4 }

  static func third(of pagedPool: Int) -> Int { pagedPool / 3 }

  /// The greatest limit that a release can have, with the largest paged pool it supports.
  static func ceiling(of release: WindowsRelease.Generation) -> Int? {
    switch release {
    case .nt3: most(of: 128 << 20)
    case .nt4: most(of: 192 << 20)
    case .windows2000: most(of: 470 << 20)
    default: nil
    }
  }

  private static func part(_ numerator: Int, of denominator: Int, _ number: Int) -> Int {
    // The order keeps any number from overflowing.
    number / denominator * numerator + number % denominator * numerator / denominator
  }
}

extension RegistrySizeLimit {
  /// The registry size limit itself.
  var sizeLimit: Candidate {
    // Where nothing is known, all rules for all releases would say no more than this.
    if self == RegistrySizeLimit(Settings(architecture: settings.architecture)) {
      return Candidate(
        kind: .registrySizeLimit, bytes: nil, source: Source.rslRules, notes: [settingStatement])
    }
    let (bytes, notes) =
      if case .number(let number) = settings.limit, number != 0 {
        chosen(number)
      } else {
        automatic
      }
    return Candidate(
      kind: .registrySizeLimit, bytes: bytes, source: limitSource,
      notes: [settingStatement] + notes + poolNotes + releaseNotes)
  }

  /// Whether `RegistrySizeLimit` asks for a limit.
  private var isSet: Bool {
    if case .number(let number) = settings.limit { return number != 0 }
    return false
  }

  private var limitSource: String {
    let rule = isLater ? Source.rslLater : Source.rslRules
    guard isSet else { return rule }
    return settings.limitKey.map { "\($0)\\RegistrySizeLimit; \(rule)" } ?? "given; \(rule)"
  }

  /// Whether the release is known to be Windows XP or later.
  private var isLater: Bool {
    release.map { $0.generation > .windows2000 } ?? false
  }

  /// What the value is, before any rule is applied to it.
  private var settingStatement: Claim {
    let source = settings.limitKey ?? ""
    switch settings.limit {
    case .unknown:
      return Claim(
        "Whether RegistrySizeLimit is set is not known without the machine's SYSTEM hive.",
        .unconfirmed)
    case .absent:
      return Claim(
        "RegistrySizeLimit is not set, which leaves the limit to Windows.",
        source: [source, Source.rslRules].joined(separator: ", "))
    case .ignored(let type, let size):
      return Claim(
        "RegistrySizeLimit is a \(type) of \(size == 1 ? "1 byte" : "\(size) bytes"); Windows "
          + "ignores all but a REG_DWORD of 4 bytes and chooses the limit itself.",
        source: [source, Source.rslType].joined(separator: ", "))
    case .unreadable:
      return Claim(
        "The data of RegistrySizeLimit cannot be read, because the hive is damaged.",
        source: source, .observed)
    case .number(0):
      return Claim(
        "RegistrySizeLimit is 0, which leaves the limit to Windows.",
        source: [source, Source.rslRules].filter { !$0.isEmpty }.joined(separator: ", "))
    case .number(let number):
      let hexadecimal = "0x" + String(number, radix: 16, uppercase: true)
      return Claim(
        number == Bound.asLargeAsPossible
          ? "RegistrySizeLimit is \(hexadecimal)."
          : "RegistrySizeLimit is \(byteText(Int(number))) (\(hexadecimal)).",
        source: settings.limitKey ?? "given", .observed)
    }
  }
}

// MARK: - A limit that is set

extension RegistrySizeLimit {
  private func chosen(_ number: UInt32) -> (Int?, [Claim]) {
    number == Bound.asLargeAsPossible ? largest : clamped(Int(number))
  }

  /// `FFFFFFFF`.
  private var largest: (Int?, [Claim]) {
    let bytes =
      settings.pagedPool.map(Bound.most) ?? release.flatMap { Bound.ceiling(of: $0.generation) }
    var notes = [
      Claim(
        "That number asks for as much as possible, about 80 % of the paged pool.",
        source: Source.rslRules),
      Claim("It is also said to mean 25 %.", source: "JSI tip 0279", .thirdParty),
    ]
    if settings.pagedPool == nil { notes += ceilingNotes }
    return (bytes, notes)
  }

  private func clamped(_ number: Int) -> (Int?, [Claim]) {
    var notes: [Claim] = []
    var bytes = number
    if number < Bound.least {
      bytes = Bound.least
      notes.append(
        Claim("That is below 4 MB: Windows raises it to 4 MB.", source: Source.rslRules))
    }
    if number < Bound.leastOfWindows2000, (release?.generation ?? .windows2000) == .windows2000 {
      notes.append(
        Claim(
          "The reference of Windows 2000 gives 16 MB as the least it takes.",
          source: Source.rslWindows2000, .disputed))
    }
    if let pool = settings.pagedPool {
      let most = Bound.most(of: pool)
      if bytes > max(most, Bound.least) {
        bytes = max(most, Bound.least)
        notes.append(
          Claim(
            "That is above about 80 % of the paged pool of \(byteText(pool)): Windows lowers it "
              + "to \(byteText(bytes)).", source: "\(Source.rslRules), \(Source.storage)"))
      }
      return (bytes, notes)
    }
    if let ceiling = release.flatMap({ Bound.ceiling(of: $0.generation) }), bytes > ceiling {
      bytes = ceiling
    }
    notes.append(
      Claim(
        "Windows lowers a limit above about 80 % of the paged pool to that; the size of the pool is "
          + "not known, so the limit may be lower.",
        source: "\(Source.rslRules), \(Source.storage)"))
    return (bytes, notes + ceilingNotes)
  }

  private var ceilingNotes: [Claim] {
    guard let generation = release?.generation, let ceiling = Bound.ceiling(of: generation)
    else { return [] }
    let source = generation == .windows2000 ? Source.storage : Source.rslRules
    return [
      Claim(
        "\(generation) cannot have a limit above \(byteText(ceiling)), with the largest paged "
          + "pool it supports.", source: source)
    ]
      + (generation == .windows2000
        ? [
          Claim(
            "Started with /3GB it cannot have one above 153.6 MB.", source: Source.storage)
        ] : [])
  }
}

// MARK: - The limit that Windows chooses

extension RegistrySizeLimit {
  private var automatic: (Int?, [Claim]) {
    let pool = settings.pagedPool
    func sized(_ part: String, _ size: (Int) -> Int) -> String {
      pool.map { "\(part) of the paged pool, \(byteText(size($0)))" } ?? "\(part) of the paged pool"
    }
    let automatically = "Left to itself, Windows takes"
    let quarter = sized("25 %", Bound.quarter)
    let third = sized("one third", Bound.third)
    if let generation = release?.generation, generation <= .nt4 {
      return (
        pool.map(Bound.quarter),
        [Claim("\(automatically) \(quarter).", source: Source.rslRules)] + unknownPool
      )
    }
    if isLater {
      return (
        pool.map(Bound.third),
        [Claim("\(automatically) \(third).", source: Source.rslLater, .disputed)]
          + unknownPool
      )
    }
    return (
      pool.map(Bound.quarter),
      [
        Claim(
          "\(automatically) \(quarter).", source: "\(Source.rslRules), \(Source.storage)",
          .disputed),
        Claim(
          "By other documents it takes \(third).",
          source: "\(Source.rslWindows2000), \(Source.rslLater)", .disputed),
      ] + unknownPool
    )
  }

  private var unknownPool: [Claim] {
    guard settings.pagedPool == nil else { return [] }
    return [
      Claim(
        "Windows works out the size of the paged pool from the memory it finds; no hive records "
          + "it.", source: Source.storage)
    ]
  }

  private var poolNotes: [Claim] {
    guard settings.isPagedPoolRead, let pool = settings.pagedPool else { return [] }
    let source = "Control\\Session Manager\\Memory Management\\PagedPoolSize"
    var notes = [
      Claim("The paged pool is set to \(byteText(pool)).", source: source, .observed)
    ]
    if let generation = release?.generation, generation >= .vista {
      notes.append(
        Claim("Whether \(generation) holds to that setting is not known.", .unconfirmed))
    }
    return notes
  }
}

// MARK: - Releases

extension RegistrySizeLimit {
  /// What the release makes of the registry size limit.
  private var releaseNotes: [Claim] {
    let honoured = Claim(
      "Windows XP to 7 and Server 2003 to 2008 R2 hold to a RegistrySizeLimit other than 0; "
        + "Microsoft advises to delete it or to set it to 0.", source: Source.rslLater)
    let none = Claim(
      "Windows XP and Server 2003 are also said to have no registry quota.",
      source: Source.noQuota, .disputed)
    let open = Claim(
      "Whether Windows 8 and later have this limit is not known: the article that says so for 7 "
        + "and Server 2008 R2 names later versions only in its header.",
      source: Source.rslLater, .unconfirmed)
    switch release?.generation {
    case .nt3, .nt4, .windows2000:
      return []
    case .xp, .server2003:
      return isSet ? [honoured, none] : [none]
    case .vista, .windows7:
      return isSet ? [honoured] : []
    case .windows8:
      return isSet ? [honoured, open] : [open]
    case nil:
      return [
        Claim(
          "Which Windows the hive belongs to is not known. NT 4.0 and 2000 hold to this limit "
            + "always.", source: Source.rslRules),
        honoured, none, open,
      ]
    }
  }
}
