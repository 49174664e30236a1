// SPDX-License-Identifier: MIT

public import RegistryHive

/// The limits that Windows puts on the size of the registry, and how near a hive is to them.
///
/// The registry size limit (RSL) of Windows NT and 2000 is a share of the paged pool for the data
/// of all hives together. Windows XP and later replaced it by limits on each hive, but hold to a
/// `RegistrySizeLimit` that is set. Everything said about a limit carries its source, and how sure
/// it is: Microsoft's documents leave gaps, and disagree on some points.
///
/// ```swift
/// let system = try Hive(path: "SYSTEM")
/// let limit = RegistrySizeLimit(RegistrySizeLimit.Settings(system: system))
/// let applied = limit.applied(to: .ntuser, bins: Int(hive.header.binsSize), file: hive.fileSize)
/// print(applied.bytes ?? 0, applied.share ?? 0)
/// ```
public struct RegistrySizeLimit: Sendable, Hashable {
  /// What the machine is set to.
  public let settings: Settings
  /// The machine's Windows; nil where it is not known.
  public let release: WindowsRelease?

  /// Makes the model of a machine's limits.
  ///
  /// - Parameters:
  ///   - settings: What the machine is set to.
  ///   - release: The machine's Windows; nil where it is not known.
  public init(_ settings: Settings = Settings(), release: WindowsRelease? = nil) {
    self.settings = settings
    self.release = release
  }
}

// MARK: - A limit and what is used of it

extension RegistrySizeLimit {
  /// What a limit is on.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The data of all hives together: the RSL.
    case registrySizeLimit
    /// The size of any one hive but SYSTEM.
    case hiveSize
    /// The size of the SYSTEM hive.
    case systemHiveSize
    /// The size of a user's profile, the registry files in it included.
    case profileQuota
  }

  /// The limit that applies to a hive, or to all hives of a machine.
  public struct Applied: Sendable, Hashable {
    /// What the limit is on.
    public let kind: Kind
    /// The limit in bytes, an upper bound where the notes say so; nil where it is not known.
    public let bytes: Int?
    /// What of the limit is used, in bytes: the size of the bins, or that of the file where the
    /// limit is on files.
    public let used: Int
    /// Where the limit comes from: the value or policy that sets it, the document that says it.
    public let source: String
    /// What is to be said about the limit, and about other limits that apply too.
    public let notes: [Claim]

    /// What is used as a part of the limit, 1 when all is used up; nil where the limit is unknown.
    public var share: Double? {
      bytes.map { $0 > 0 ? Double(used) / Double($0) : 0 }
    }
  }

  /// A limit that may apply.
  struct Candidate {
    let kind: Kind
    let bytes: Int?
    let source: String
    let notes: [Claim]
  }
}

extension RegistrySizeLimit {
  /// The limit that a hive meets first.
  ///
  /// - Parameters:
  ///   - kind: Which of Windows' hives it is.
  ///   - bins: The size of all its bins in bytes, which is what counts against the limits.
  ///   - file: The size of its file in bytes.
  ///   - quota: The profile quota of the user whose hive it is; nil where there is none.
  /// - Returns: The smallest limit that is known, and what is to be said about all of them.
  public func applied(
    to kind: HiveKind, bins: Int, file: Int, quota: ProfileQuota? = nil
  ) -> Applied {
    var candidates = [sizeLimit]
    if kind == .system {
      candidates.append(systemHiveLimit)
    } else if let limit = hiveLimit {
      candidates.append(limit)
    }
    if kind == .ntuser, let quota {
      candidates.append(quota.candidate(release: release))
    }
    let first = Self.first(of: candidates)
    let notes = first.notes + candidates.filter { $0.kind != first.kind }.flatMap(\.notes)
    var extra: [Claim] = []
    if first.kind == .registrySizeLimit {
      extra.append(
        Claim(
          "The limit is on all loaded hives together: this hive is a part of what counts.",
          source: Source.rslRules))
      extra += nearLimit(first.bytes, used: bins)
    }
    return Applied(
      kind: first.kind, bytes: first.bytes, used: first.kind == .profileQuota ? file : bins,
      source: first.source, notes: notes + extra + settings.notes)
  }

  /// The registry size limit, and what all hives of the machine use of it together.
  ///
  /// - Parameter bins: The size of all bins of all hives in bytes.
  /// - Returns: The registry size limit, known or not.
  public func appliedToMachine(bins: Int) -> Applied {
    let limit = sizeLimit
    var notes = limit.notes
    notes.append(
      Claim(
        "Only loaded hives count: those of the machine, and of users who are logged on.",
        source: Source.rslRules))
    notes += nearLimit(limit.bytes, used: bins)
    if (release?.generation ?? .windows8) >= .windows8, bins > 2 << 30 {
      notes.append(
        Claim(
          "With more than 2 GB of hives, Windows 8, 8.1, Server 2012 and 2012 R2 for x64 may not "
            + "start again without an update.", source: Source.totalSize))
    }
    return Applied(
      kind: limit.kind, bytes: limit.bytes, used: bins, source: limit.source,
      notes: notes + settings.notes)
  }

  /// The smallest of the limits that are known, else the first.
  private static func first(of candidates: [Candidate]) -> Candidate {
    candidates.dropFirst().reduce(candidates[0]) { best, next in
      guard let bytes = next.bytes else { return best }
      return bytes < best.bytes ?? .max ? next : best
    }
  }

  private func nearLimit(_ bytes: Int?, used: Int) -> [Claim] {
    guard let bytes, used >= bytes - bytes / 20 else { return [] }
    var notes = [
      Claim(
        "From 95 % of the limit on, Windows warns once per start that registry space is low.",
        source: Source.rslWarning)
    ]
    if used > bytes {
      notes.append(
        Claim(
          "Windows enforces the limit only after it has loaded the first user's hive, so that a "
            + "limit that is too low can be corrected.", source: Source.rslRepair))
    }
    return notes
  }
}
