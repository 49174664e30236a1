// SPDX-License-Identifier: MIT

import WindowsTypes

/// What the strings of a record hold, by what kind of event it is.
struct EventDetails {
  private let record: EventRecord
  private let meaning: EventMeaning

  init(_ record: EventRecord, _ meaning: EventMeaning) {
    self.record = record
    self.meaning = meaning
  }

  /// The string of a field of the catalogue; nil where the record has none.
  private func field(_ name: String) -> String? {
    guard let index = meaning.fields(of: record).firstIndex(of: name), index < record.strings.count
    else {
      return nil
    }
    let text = String(record.strings[index].trimmed)
    return text.isEmpty ? nil : text
  }

  var leaks: HandleLeaks? {
    if record.isBy(Provider.uphclean) {
      let isAboutHandles = [1201, 1211, 1401, 1501].contains(record.event)
      return isAboutHandles ? HandleLeaks(uphclean: record.strings) : nil
    }
    guard meaning.kind == .handlesLeaked else { return nil }
    return HandleLeaks(detail: record.strings.joined(separator: "\n"))
  }

  /// The first class identifier in the strings; of 10016, the first is the class, the second the
  /// application.
  var classID: String? {
    guard meaning.topic == .com else { return nil }
    for string in record.strings {
      let text = string.trimmed
      guard text.utf8.count == 38, text.first == "{", text.last == "}" else { continue }
      if text.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == "-" }) {
        return String(text)
      }
    }
    return nil
  }

  var account: String? {
    let strings = record.strings.map { String($0.trimmed) }
    switch (meaning.kind, record.event, strings.count) {
    // Userenv gives `DOMAIN\user`, the later service an identifier.
    case (.savedWhileInUse, _, 1...), (.unloadedLater, _, 1...):
      return strings[0].contains("\\") ? strings[0] : nil
    case (.comLogOnFailed, _, 4...): return Self.joined(strings[1], strings[2])
    case (.comNotStarted, 10001, 5...): return Self.joined(strings[3], strings[4])
    case (.comNotPermitted, _, 7...): return Self.joined(strings[5], strings[6])
    case (.loadedWithoutLogOn, _, 1...): return strings[0]
    case (.shutdownRequested, _, 7...): return strings[6].isEmpty ? nil : strings[6]
    default: return nil
    }
  }

  var session: Int? {
    switch meaning.kind {
    case .logOnBegan, .logOnEnded, .logOffBegan, .logOffEnded: field("Session").flatMap { Int($0) }
    default: nil
    }
  }

  var error: EventError? {
    if let text = field("Error") ?? field("Result") ?? field("Status") { return EventError(text) }
    guard record.event == 1000, record.isBy(Provider.userenv) else { return nil }
    let text = record.strings.joined(separator: " ")
    guard EventError.known(text: text) != nil else { return nil }
    return EventError(text)
  }

  var process: ProfileEvent.Process? {
    switch meaning.kind {
    case .lockedAtLoad:
      guard let image = field("InterferingImageName") else { return nil }
      return ProfileEvent.Process(
        image: image, number: field("InterferingPID").flatMap { Int($0) })
    case .shutdownRequested:
      // The machine is in brackets after the path.
      guard let text = field("Process") else { return nil }
      let image = text.last == ")" ? text.lastIndex(of: "(").map { text[..<$0].trimmed } : nil
      return ProfileEvent.Process(image: image.map(String.init) ?? text, number: nil)
    default: return nil
    }
  }

  var server: String? { meaning.kind == .comFailed ? field("Computer") : nil }

  private static func joined(_ domain: String, _ user: String) -> String? {
    user.isEmpty ? nil : domain.isEmpty ? user : "\(domain)\\\(user)"
  }
}

// MARK: - Identifiers and paths

extension EventDetails {
  /// The first identifier of a user or a computer's account in texts: `S-1-5-21-…`, or that of an
  /// account in the cloud, `S-1-12-1-…`; else the first of any kind that is not an app's.
  static func identifier(in texts: [String]) -> SecurityIdentifier? {
    let all = texts.flatMap(identifiers)
    return all.first { $0.isUser }
      ?? all.first { $0.authority == 5 || $0.authority == 12 }
  }

  private static func identifiers(in text: String) -> [SecurityIdentifier] {
    text.split { !($0 == "-" || $0.isASCII && ($0.isLetter || $0.isNumber)) }
      .filter { $0.hasPrefix("S-1-") || $0.hasPrefix("s-1-") }
      .compactMap { SecurityIdentifier(String($0)) }
  }

  var profilePath: String? {
    if meaning.kind == .folderNotDeleted || meaning.kind == .profileChosen {
      let name = meaning.kind == .profileChosen ? "Local profile location" : "Folder"
      return field(name).flatMap { ProfilePath(folder: $0)?.folder }
    }
    if meaning.kind == .synchronizationBegan || meaning.kind == .synchronizationEnded {
      // One of both is a share.
      return [field("Source"), field("Target")].compactMap(\.self)
        .compactMap { ProfilePath(folder: $0)?.folder }.first
    }
    guard meaning.topic != .com, meaning.topic != .machine, meaning.topic != .limit else {
      return nil
    }
    return record.strings.lazy.compactMap { ProfilePath(in: $0)?.folder }.first
  }
}
