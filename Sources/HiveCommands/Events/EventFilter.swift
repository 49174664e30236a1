// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive
import WindowsEvents

/// Which events are wanted.
struct EventFilter {
  var since: FileTime?
  var until: FileTime?
  /// Identifiers and names; none for all users.
  var users: [String] = []
  /// None for all.
  var numbers: Set<Int> = []
  /// The folders of the users' profiles, in upper case.
  private var folders: Set<[UInt16]> = []

  init(since: FileTime? = nil, until: FileTime? = nil, users: [String] = [], numbers: [Int] = []) {
    self.since = since
    self.until = until
    self.users = users
    self.numbers = Set(numbers)
  }

  /// The same, with what a machine's profile list has of these users: the identifiers of those that
  /// were given by name, and the folders that events of SYSTEM name.
  func adding(_ list: ProfileList) -> EventFilter {
    var filter = self
    for user in users {
      let account = AccountName(user)
      let wanted = SecurityIdentifier(user) ?? account.identifierOfWindows
      let found = list.profiles.filter { profile in
        wanted.map { $0 == profile.identifier }
          ?? account.mayHaveFolder(named: profile.folderName ?? "")
      }
      // `bob.CONTOSO` is the folder of CONTOSO\bob, and `bob` then somebody else's.
      let exact = found.filter { profile in
        let folder = RegistryString(profile.folderName ?? "")
        return account.domain.map { folder.matches(RegistryString("\(account.name).\($0)")) }
          ?? false
      }
      for profile in exact.isEmpty ? found : exact {
        guard let path = profile.imagePath, let identifier = profile.identifier else { continue }
        filter.users.append(identifier.description)
        filter.folders.insert(RegistryString(path).upcased)
      }
    }
    return filter
  }

  /// Whether a record can be one that is wanted, by what is known without decoding it.
  func mayTake(provider: String, event: Int) -> Bool {
    numbers.isEmpty
      ? !EventMeaning.isShownOnRequestOnly(provider: provider, event: event)
      : numbers.contains(event) && EventMeaning.isKnown(provider: provider, event: event)
  }

  func takes(_ event: ProfileEvent) -> Bool {
    if let since, event.record.time < since { return false }
    if let until, event.record.time >= until { return false }
    if numbers.isEmpty {
      if event.kind.isShownOnRequestOnly { return false }
    } else if !numbers.contains(event.record.event) {
      return false
    }
    if users.isEmpty || users.contains(where: { event.isAbout($0) }) { return true }
    guard let path = event.profilePath else { return false }
    return folders.contains(RegistryString(path).upcased)
  }
}

/// A time as it is given on the command line; a year or a month stands for its beginning, and a
/// distance from UTC may follow the time of day.
struct EventTime: ExpressibleByArgument {
  let time: FileTime

  /// The forms that are taken, for the help of options.
  static let forms =
    "In UTC: 2024-06, 2024-06-10, 2024-06-10T12:00; elsewhere: 2024-06-10T12:00+02:00"

  init?(argument: String) {
    // Text output writes times with it.
    let zone = " utc"
    let argument =
      argument.lowercased().hasSuffix(zone) ? String(argument.dropLast(zone.count)) : argument
    let rests = ["", "-01", "-01-01"]
    if let time = rests.lazy.compactMap({ FileTime(argument + $0) }).first {
      self.time = time
      return
    }
    guard let sign = argument.lastIndex(where: { $0 == "+" || $0 == "-" }),
      argument[..<sign].contains(":"), let local = FileTime(String(argument[..<sign])),
      let minutes = Self.minutes(argument[argument.index(after: sign)...])
    else { return nil }
    let ticks = UInt64(minutes) * 60 * FileTime.ticksPerSecond
    // East of Greenwich it is later than in UTC.
    let (sum, isOutside) =
      argument[sign] == "+"
      ? local.rawValue.subtractingReportingOverflow(ticks)
      : local.rawValue.addingReportingOverflow(ticks)
    guard !isOutside else { return nil }
    time = FileTime(rawValue: sum)
  }

  /// The minutes of a distance: `02:00`, `0200` or `02`, up to 14 hours.
  private static func minutes(_ text: Substring) -> Int? {
    let digits = text.filter { $0 != ":" }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.count == 2 || digits.count == 4,
      text.count == digits.count || text.count == 5 && text.dropFirst(2).first == ":",
      let hours = Int(digits.prefix(2)), let rest = digits.count == 2 ? 0 : Int(digits.suffix(2)),
      rest < 60, hours * 60 + rest <= 14 * 60
    else { return nil }
    return hours * 60 + rest
  }
}

extension EventTime {
  /// Refuses a period that has no moment.
  static func validate(since: EventTime?, until: EventTime?) throws(ValidationError) {
    guard let since, let until, since.time >= until.time else { return }
    throw ValidationError("--since must be before --until.")
  }
}

/// The number of an event, 0 to 65535.
struct EventNumber: ExpressibleByArgument {
  let number: Int

  init?(argument: String) {
    guard let number = Int(argument), (0...0xFFFF).contains(number) else { return nil }
    self.number = number
  }
}
