// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

/// What a person knows of the machine that a hive comes from, as far as limits depend on it.
struct SizeLimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the registry size limit from the machine's SYSTEM hive.", valueName: "file"),
    completion: .file())
  var system: String?

  @Option(
    help: ArgumentHelp(
      "Use this as the value of RegistrySizeLimit; 0 lets Windows choose.", valueName: "size"))
  var limit: ByteSize?

  @Option(
    help: ArgumentHelp(
      "Use this as the size of the paged pool, such as 192M or 1.5G.", valueName: "size"))
  var pagedPool: ByteSize?

  func validate() throws {
    if let limit, limit.bytes > UInt32.max {
      throw ValidationError("--limit is a REG_DWORD: at most 4294967295 bytes.")
    }
    if let pagedPool, pagedPool.bytes == 0 {
      throw ValidationError("--paged-pool must be more than 0.")
    }
  }

  /// The files that are read.
  var inputs: [String] { [system].compactMap(\.self) }

  /// What the SYSTEM hive that the person names sets the machine to.
  ///
  /// - Parameter logs: Where to look for the hive's transaction logs.
  /// - Returns: The settings; nil where the person names no hive.
  /// - Throws: ``CommandFailure`` where the hive cannot be read, or is not a SYSTEM hive.
  func settings(logs: LogOptions) throws(CommandFailure) -> RegistrySizeLimit.Settings? {
    guard let system else { return nil }
    let hive = try logs.open(system)
    guard ControlSet(of: hive) != nil else {
      throw CommandFailure(
        exitCode: .badInput, message: "\(system): is not a SYSTEM hive: it has no control set")
    }
    return RegistrySizeLimit.Settings(system: hive)
  }

  /// The limits of the machine that a hive comes from; a SYSTEM hive has them itself.
  func model(for hive: Hive, logs: LogOptions) throws(CommandFailure) -> RegistrySizeLimit {
    let own =
      hive.kind == .system
      ? RegistrySizeLimit.Settings(system: hive) : RegistrySizeLimit.Settings()
    return model(try settings(logs: logs) ?? own)
  }

  /// The limits of a machine with these settings, except for what the person gives.
  func model(
    _ settings: RegistrySizeLimit.Settings, release: WindowsRelease? = nil
  ) -> RegistrySizeLimit {
    RegistrySizeLimit(
      settings.replacing(
        limit: limit.flatMap { UInt32(exactly: $0.bytes) }, pagedPool: pagedPool?.bytes),
      release: release)
  }
}

extension RegistrySizeLimit {
  /// The limit that a hive meets first.
  func applied(to usage: HiveUsage) -> Applied {
    applied(
      to: usage.hive.kind, bins: usage.bytes.bins, file: usage.bytes.file,
      quota: ProfileQuota(user: usage.hive))
  }
}

extension RegistrySizeLimit.Kind {
  /// What the limit is on, as it is in a sentence.
  var text: String {
    switch self {
    case .registrySizeLimit: "the registry size limit"
    case .hiveSize: "the limit of a hive"
    case .systemHiveSize: "the limit of the SYSTEM hive"
    case .profileQuota: "the profile quota"
    }
  }
}

extension TextReport {
  /// Writes a limit and what of it is used, as a bar where that matters.
  mutating func write(_ limit: RegistrySizeLimit.Applied) {
    if let bytes = limit.bytes, let share = limit.share {
      let filled = min(max(Int((min(share, 1) * 40).rounded(.up)), 0), 40)
      let bar =
        share < 0.01
        ? ""
        : "[\(String(repeating: "#", count: filled))"
          + "\(String(repeating: ".", count: 40 - filled))] "
      line(
        "\(bar)\(percent(share)) of \(limit.kind.text): \(byteText(limit.used)) of "
          + "\(byteText(bytes)) [\(limit.source)]")
    } else {
      line("\(byteText(limit.used)) count against \(limit.kind.text), which is not known.")
    }
  }
}
