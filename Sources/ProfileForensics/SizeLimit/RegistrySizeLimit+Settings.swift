// SPDX-License-Identifier: MIT

public import RegistryHive

extension RegistrySizeLimit {
  /// What a machine is set to, as far as its limits depend on it.
  public struct Settings: Sendable, Hashable {
    /// What there is of a value that ought to be a number.
    public enum Entry: Sendable, Hashable {
      /// Nobody has looked.
      case unknown
      /// There is no such value.
      case absent
      /// The value has another type or length than `REG_DWORD` and 4 bytes; Windows ignores it.
      case ignored(ValueType, size: Int)
      /// The value's data cannot be read, because the hive is damaged.
      case unreadable
      /// A number.
      case number(UInt32)
    }

    /// The processor, as far as limits depend on it.
    public enum Architecture: String, Sendable, Hashable, CaseIterable {
      /// 32-bit Intel and compatible ones: `x86`.
      case x86
      /// 64-bit successors of those: `AMD64`.
      case x64
      /// Intel Itanium: `IA64`.
      case itanium
    }

    /// The value `RegistrySizeLimit`, in bytes where it is a number.
    public private(set) var limit: Entry
    /// The key that ``limit`` was looked for in; nil where it was given.
    public private(set) var limitKey: String?
    /// The size of the paged pool in bytes; nil where Windows works it out while it runs.
    public private(set) var pagedPool: Int?
    /// Whether ``pagedPool`` was read from the hive rather than given.
    public private(set) var isPagedPoolRead = false
    /// The processor; nil where it is not known, or of a kind without documented limits.
    public let architecture: Architecture?
    /// What was wrong with the hive.
    public let notes: [Claim]
  }
}

extension RegistrySizeLimit.Settings {
  /// Makes settings of given numbers.
  ///
  /// - Parameters:
  ///   - limit: The value `RegistrySizeLimit` in bytes; nil where it is not known.
  ///   - pagedPool: The size of the paged pool in bytes; nil where it is not known.
  ///   - architecture: The processor; nil where it is not known.
  public init(
    limit: UInt32? = nil, pagedPool: Int? = nil, architecture: Architecture? = nil
  ) {
    self.limit = limit.map(Entry.number) ?? .unknown
    self.pagedPool = pagedPool
    self.architecture = architecture
    notes = []
  }

  /// Reads the settings of a machine from its SYSTEM hive, in the current control set.
  ///
  /// Where `Select\Current` is missing or wrong, another control set is taken, and ``notes`` says
  /// so. Where the hive has none, everything is unknown.
  ///
  /// - Parameter system: The SYSTEM hive.
  public init(system: Hive) {
    guard let set = ControlSet(of: system) else {
      limit = .unknown
      architecture = nil
      notes = [
        Claim("The SYSTEM hive has no control set to read settings from.", source: "", .observed)
      ]
      return
    }
    limit = Entry(set.key.key(at: "Control")?.value(named: "RegistrySizeLimit"))
    limitKey = "\(set.name)\\Control"
    let manager = set.key.key(at: "Control\\Session Manager")
    architecture = manager?.key(at: "Environment")?.text("PROCESSOR_ARCHITECTURE").flatMap(
      Architecture.init(processor:))
    // 0 leaves the size to Windows, and the greatest number asks for as much as there is.
    if let size = manager?.key(at: "Memory Management")?.number("PagedPoolSize"), size > 0,
      size < .max
    {
      pagedPool = Int(size)
      isPagedPoolRead = true
    }
    notes = [set.doubt].compactMap(\.self)
  }

  /// The same settings with given numbers in place of what was read.
  ///
  /// - Parameters:
  ///   - limit: The value `RegistrySizeLimit` in bytes; nil to keep it.
  ///   - pagedPool: The size of the paged pool in bytes; nil to keep it.
  /// - Returns: The changed settings.
  public func replacing(limit: UInt32? = nil, pagedPool: Int? = nil) -> Self {
    var settings = self
    if let limit {
      settings.limit = .number(limit)
      settings.limitKey = nil
    }
    if let pagedPool {
      settings.pagedPool = pagedPool
      settings.isPagedPoolRead = false
    }
    return settings
  }
}

extension RegistrySizeLimit.Settings.Entry {
  /// Judges a value as Windows does: only a `REG_DWORD` of 4 bytes is a number.
  init(_ value: Value?) {
    guard let value else {
      self = .absent
      return
    }
    guard value.type == .dword, value.size == 4 else {
      self = .ignored(value.type, size: value.size)
      return
    }
    if case .dword(let number) = value.data {
      self = .number(number)
    } else {
      self = .unreadable
    }
  }
}

extension RegistrySizeLimit.Settings.Architecture {
  /// The architecture that the environment variable `PROCESSOR_ARCHITECTURE` names.
  init?(processor: String) {
    switch processor.uppercased() {
    case "X86": self = .x86
    case "AMD64": self = .x64
    case "IA64": self = .itanium
    default: return nil
    }
  }
}
