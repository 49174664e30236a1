// SPDX-License-Identifier: MIT

public import WindowsTypes

/// An event that matters to user profiles, with what its text was found to say.
public struct ProfileEvent: Sendable, Hashable {
  /// The record.
  public let record: EventRecord
  /// What it means.
  public let meaning: EventMeaning
  /// The user that the event is about: the first one of which its text has the identifier, else
  /// the account that the record was written for; nil where there is neither.
  public let subject: SecurityIdentifier?
  /// The account that the text names, such as `DOMAIN\user`; nil where it names none.
  public let account: String?
  /// The handles that the text lists, in events about such.
  public let leaks: HandleLeaks?
  /// The class that an event of DistributedCOM is about.
  public let classID: String?

  /// Understands a record; nil where it does not matter to user profiles.
  public init?(_ record: EventRecord) {
    guard let meaning = EventMeaning.of(record) else { return nil }
    self.record = record
    self.meaning = meaning
    leaks = Self.leaks(of: record)
    classID = meaning.topic == .com ? Self.classID(record) : nil
    account = leaks?.account ?? Self.account(of: record)
    subject = Self.identifier(in: record.strings) ?? record.user
  }

  /// Whether the event is about the user's classes, `UsrClass.dat`, and not the user's own hive.
  public var isAboutClasses: Bool {
    if [1524, 1542].contains(record.event) { return true }
    guard let hive = leaks?.hive else { return false }
    return RegistryString(String(hive.suffix(8))).matches("_Classes")
  }

  private static func leaks(of record: EventRecord) -> HandleLeaks? {
    let provider = record.provider.lowercased()
    if provider == Provider.profileService.lowercased(), record.event == 1530 {
      return HandleLeaks(detail: record.strings.joined(separator: "\n"))
    }
    if provider == Provider.uphclean.lowercased(), [1201, 1211, 1401, 1501].contains(record.event) {
      return HandleLeaks(uphclean: record.strings)
    }
    return nil
  }

  /// The first class identifier in the strings; of 10016, the first is the class, the second the
  /// application.
  private static func classID(_ record: EventRecord) -> String? {
    for string in record.strings {
      let text = string.trimmed
      guard text.utf8.count == 38, text.first == "{", text.last == "}" else { continue }
      if text.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == "-" }) {
        return String(text)
      }
    }
    return nil
  }

  private static func account(of record: EventRecord) -> String? {
    let strings = record.strings.map { String($0.trimmed) }
    switch (record.event, strings.count) {
    // Userenv gives `DOMAIN\user`, the later service an identifier.
    case (1517, 1...) where strings[0].contains("\\"): return strings[0]
    case (10004, 4...): return joined(strings[1], strings[2])
    case (10001, 5...): return joined(strings[3], strings[4])
    case (10016, 7...): return joined(strings[5], strings[6])
    case (1511, 1...) where record.provider == Provider.uphclean: return strings[0]
    default: return nil
    }
  }

  private static func joined(_ domain: String, _ user: String) -> String? {
    user.isEmpty ? nil : domain.isEmpty ? user : "\(domain)\\\(user)"
  }

  /// The first identifier of a user or a computer's account in texts: `S-1-5-21-…`, or that of an
  /// account in the cloud, `S-1-12-1-…`; else the first of any kind that is not an app's.
  private static func identifier(in texts: [String]) -> SecurityIdentifier? {
    let all = texts.flatMap(identifiers)
    return all.first { $0.isUser }
      ?? all.first { $0.authority == 5 || $0.authority == 12 }
  }

  private static func identifiers(in text: String) -> [SecurityIdentifier] {
    text.split { !($0 == "-" || $0.isASCII && ($0.isLetter || $0.isNumber)) }
      .filter { $0.hasPrefix("S-1-") || $0.hasPrefix("s-1-") }
      .compactMap { SecurityIdentifier(String($0)) }
  }
}

extension SecurityIdentifier {
  /// Whether it is that of a user's account: of a machine or a domain, `S-1-5-21-…`, or in the
  /// cloud, `S-1-12-1-…`.
  public var isUser: Bool {
    authority == 5 && subauthorities.first == 21 && subauthorities.count == 5
      || authority == 12 && subauthorities.first == 1
  }
}

extension ProfileEvent {
  /// Whether the event is about a user: one of an identifier, or one that its text names.
  ///
  /// The user is given as an identifier, or as a name with or without the domain in front.
  public func isAbout(_ user: String) -> Bool {
    if let identifier = SecurityIdentifier(user) { return subject == identifier }
    guard let account else { return false }
    let wanted = RegistryString(user)
    if RegistryString(account).matches(wanted) { return true }
    let name = account.split(separator: "\\").last.map(String.init) ?? account
    return RegistryString(name).matches(wanted)
  }
}
