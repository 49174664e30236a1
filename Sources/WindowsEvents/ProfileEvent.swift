// SPDX-License-Identifier: MIT

public import WindowsTypes

/// An event that matters to user profiles, with what its text was found to say.
public struct ProfileEvent: Sendable, Hashable {
  /// A process that an event names.
  public struct Process: Sendable, Hashable {
    /// The program, as the event names it.
    public let image: String
    /// The number of the process; nil where the event has none.
    public let number: Int?

    /// The file's name in ``image``.
    public var imageName: String { image.fileName }
  }

  /// The record.
  public let record: EventRecord
  /// What it means.
  public let meaning: EventMeaning
  /// The user that the event is about: the first one of which its text has the identifier, else
  /// the account that the record was written for; nil where there is neither.
  ///
  /// Many events are written for SYSTEM (`S-1-5-18`) and name the user by ``profilePath`` or
  /// ``account`` alone.
  public let subject: SecurityIdentifier?
  /// The account that the text names, such as `DOMAIN\user`; nil where it names none.
  public let account: String?
  /// The folder of the profile that the text names by itself, or by a file in it, such as
  /// `C:\Users\anna`; nil where it names none.
  public let profilePath: String?
  /// The session that is logged on to or off; nil for events about something else.
  public let session: Int?
  /// The error that the event gives; nil where it gives none.
  public let error: EventError?
  /// The process that the event names as the one that stands in the way, of events
  /// ``EventKind/lockedAtLoad``, or that asked for a shutdown; ``leaks`` has those of open handles.
  public let process: Process?
  /// The server that was asked for an object, of ``EventKind/comFailed``: another machine where the
  /// record is the client's; nil where the event names none.
  public let server: String?
  /// The handles that the text lists, in events about such.
  public let leaks: HandleLeaks?
  /// The class that an event of DistributedCOM is about.
  public let classID: String?

  /// What happened.
  public var kind: EventKind { meaning.kind }

  /// Understands a record; nil where it does not matter to user profiles.
  public init?(_ record: EventRecord) {
    guard let meaning = EventMeaning(of: record) else { return nil }
    self.record = record
    self.meaning = meaning
    let details = EventDetails(record, meaning)
    leaks = details.leaks
    classID = details.classID
    account = leaks?.account ?? details.account
    subject = EventDetails.identifier(in: record.strings) ?? record.user
    profilePath = details.profilePath
    session = details.session
    error = details.error
    process = details.process
    server = details.server
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
  /// The user is given as an identifier, or as a name with or without the domain in front. A name
  /// also fits the last part of ``profilePath``. The names of the accounts of Windows, such as
  /// `SYSTEM` or `NT AUTHORITY\LOCAL SERVICE`, stand for their identifiers; an event that Windows
  /// wrote for one of these, and whose text names a user's profile or account, is about that user.
  public func isAbout(_ user: String) -> Bool {
    let wanted = AccountName(user)
    if let identifier = SecurityIdentifier(user) ?? wanted.identifierOfWindows {
      guard subject == identifier else { return false }
      return identifier != record.user || identifier.isUser || !namesAnotherUser
    }
    if let account, wanted.matches(AccountName(account)) { return true }
    guard let folder = profilePath?.fileName else { return false }
    return wanted.mayHaveFolder(named: folder)
  }

  /// Whether the text names a profile or an account that is not one of Windows itself.
  private var namesAnotherUser: Bool {
    if let account { return !AccountName(account).isOfWindows }
    guard let profilePath else { return false }
    let lower = profilePath.lowercased()
    return !lower.contains("\\serviceprofiles") && !lower.contains("\\systemprofile")
  }

  /// Whether Windows unloads the registry by force after this event, unless `DisableForceUnload` is
  /// on: event 1530 of the User Profiles Service, and not what UPHClean reports.
  public var precedesForcedUnload: Bool {
    kind == .handlesLeaked && record.isBy(Provider.profileService)
  }
}

extension String {
  /// What follows the last separator of a path.
  var fileName: String {
    split { $0 == "\\" || $0 == "/" }.last.map(String.init) ?? self
  }
}
