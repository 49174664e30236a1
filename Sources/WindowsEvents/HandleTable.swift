// SPDX-License-Identifier: MIT

public import WindowsTypes

/// Which programs kept users' registries open, over many events: the list by which an
/// administrator finds the programs to update or to do without.
public struct HandleTable: Sendable {
  /// What one program kept open.
  public struct Row: Sendable {
    /// The program, as the first event names it.
    public fileprivate(set) var image: String
    /// How many handles there were.
    public fileprivate(set) var handleCount = 0
    /// In how many events.
    public fileprivate(set) var eventCount = 0
    /// Whose registry it was.
    public fileprivate(set) var users: [SecurityIdentifier] = []
    /// The keys, below `HKEY_CURRENT_USER`, with the number of handles on each; most first.
    public fileprivate(set) var keys: [KeyCount] = []
    /// When it was reported first.
    public fileprivate(set) var first: FileTime
    /// When it was reported last.
    public fileprivate(set) var last: FileTime
  }

  /// How many handles there were on a key.
  public struct KeyCount: Sendable, Hashable {
    /// The key, below `HKEY_CURRENT_USER`.
    public let key: String
    /// How many handles there were.
    public let count: Int
  }

  /// The programs, most handles first.
  public let rows: [Row]
  /// How many lines of the events say something else than a handle, or are not understood.
  public let otherLineCount: Int

  /// Counts the handles of events.
  public init(_ events: some Sequence<ProfileEvent>) {
    var rows: [Row] = []
    var otherLines = 0
    var users: [Set<SecurityIdentifier>] = []
    var places: [RegistryString: Int] = [:]
    var keys: [[RegistryString: (spelling: String, count: Int)]] = []
    for event in events {
      otherLines += event.leaks?.otherLines.count ?? 0
      var counted: Set<Int> = []
      for handle in event.leaks?.handles ?? [] {
        let folded = RegistryString(handle.image).folded
        let place = places[folded] ?? rows.count
        if place == rows.count {
          places[folded] = place
          rows.append(Row(image: handle.image, first: event.record.time, last: event.record.time))
          keys.append([:])
          users.append([])
        }
        rows[place].handleCount += 1
        if counted.insert(place).inserted { rows[place].eventCount += 1 }
        rows[place].first = min(rows[place].first, event.record.time)
        rows[place].last = max(rows[place].last, event.record.time)
        if let user = event.subject, users[place].insert(user).inserted {
          rows[place].users.append(user)
        }
        let key = handle.hkcuPath
        let name = RegistryString(key).folded
        keys[place][name] = (
          keys[place][name]?.spelling ?? key, (keys[place][name]?.count ?? 0) + 1
        )
      }
    }
    for place in rows.indices {
      rows[place].keys = keys[place].values
        .sorted { ($1.count, $0.spelling) < ($0.count, $1.spelling) }
        .map { KeyCount(key: $0.spelling, count: $0.count) }
    }
    otherLineCount = otherLines
    self.rows = rows.sorted { ($1.handleCount, $0.image) < ($0.handleCount, $1.image) }
  }
}

extension LeakedHandle {
  /// The key as the user sees it, without the identifier: `HKCU\Printers`, and
  /// `HKCU\Software\Classes` for the user's classes.
  public var hkcuPath: String {
    let names = key.split(separator: "\\", omittingEmptySubsequences: true)
    guard names.count >= 3, RegistryString(String(names[0])).matches("REGISTRY"),
      RegistryString(String(names[1])).matches("USER")
    else { return key }
    let isClasses = RegistryString(String(names[2].suffix(8))).matches("_Classes")
    let root = isClasses ? ["HKCU", "Software", "Classes"] : ["HKCU"]
    return (root + names.dropFirst(3).map(String.init)).joined(separator: "\\")
  }
}

extension RegistryString {
  /// The same for all spellings that Windows takes for one name.
  var folded: RegistryString { RegistryString(utf16: upcased) }
}
