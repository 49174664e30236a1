// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What to do about the programs that had users' keys open, each with its path and the numbers of
/// its processes.
struct ProgramAdvice {
  /// The sentences; programs of which the same is to be said have one together.
  private(set) var sentences: [String] = []

  /// How many programs of one kind are named in a sentence.
  private static let namedLimit = 3
  /// How many programs get a sentence of their own.
  private static let sentenceLimit = 8

  private let context: RuleContext

  /// Programs of which the same is to be said.
  private enum Kind: Int {
    case unnamed
    case other
    case ofWindows
    case windowsFolder
  }

  init(_ handles: [LeakedHandle], _ context: RuleContext) {
    self.context = context
    let images = handles.map(\.image).distinct.sorted()
    var together: [Kind: [String]] = [:]
    var own: [String] = []
    for image in images {
      switch judge(image) {
      case .sentence(let sentence): own.append(sentence)
      case .kind(let kind): together[kind, default: []].append(shown(image))
      }
    }
    own = own.distinct
    sentences = Array(own.prefix(Self.sentenceLimit))
    if own.count > Self.sentenceLimit {
      sentences.append("There are \(own.count - Self.sentenceLimit) more programs.")
    }
    for (kind, names) in together.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      sentences.append(Self.sentence(kind, names))
    }
  }

  // MARK: - One program

  private enum Judgement {
    case sentence(String)
    case kind(Kind)
  }

  private func judge(_ image: String) -> Judgement {
    let programs = context.facts.programs
    let name = image.fileNameOfPath
    guard !name.isEmpty else { return .kind(.unnamed) }
    let shown = shown(image)
    let place = programs.place(of: image)
    switch place {
    case .disguised:
      return .sentence(
        "\(shown) has the name of a program of Windows, which Windows does not have in that folder: "
          + "look at that file first, it may be something in disguise.")
    case .printerDrivers:
      return .sentence("\(shown) belongs to a printer driver: update or remove that driver.")
    case .ownOfWindows, .bareName:
      if let host = Self.host(name, shown) { return .sentence(host) }
    default: break
    }
    let services = programs.services(of: image)
    let product = programs.product(of: image)
    let isOfWindows =
      place == .ownOfWindows || place == .bareName && ProgramPlace.isNameOfWindows(name)
    if !services.isEmpty, !isOfWindows {
      let of = product.map { " of \($0)" } ?? ""
      return .sentence(
        "\(shown) is the program of the service \(services.prefix(3).joined(separator: ", "))"
          + "\(of): update it, or ask its maker.")
    }
    if let product {
      return .sentence("\(shown) belongs to \(product): update it, or ask its maker.")
    }
    if isOfWindows { return .kind(.ofWindows) }
    switch place {
    case .windowsFolder: return .kind(.windowsFolder)
    case .temporaryFiles:
      return .sentence(
        "\(shown) ran from a folder of temporary files: find out what put it there.")
    default: return .kind(.other)
    }
  }

  /// What to say of a program of Windows that runs the work of others.
  private static func host(_ name: String, _ shown: String) -> String? {
    switch name.lowercased() {
    case "dllhost.exe":
      "\(shown) hosts applications of COM and COM+; the event does not say which one. Look for "
        + "com-runs-as-user, and for event 10006, which names a class."
    case "svchost.exe":
      "\(shown) hosts services of Windows; the event does not say which one. On the running machine "
        + "'tasklist /svc' lists the services of each process. Update Windows and what is installed "
        + "as a service in that process."
    case "spoolsv.exe":
      "\(shown) is the print spooler: update or remove printer drivers."
    case "w3wp.exe":
      "\(shown) is the worker process of IIS: look at what the sites of its application pool load. "
        + "Whether a pool loads its account's profile is its setting loadUserProfile."
    default: nil
    }
  }

  private static func sentence(_ kind: Kind, _ names: [String]) -> String {
    var list = names.prefix(namedLimit).joined(separator: ", ")
    if names.count > namedLimit { list += " and \(names.count - namedLimit) more" }
    let isOne = names.count == 1
    switch kind {
    case .unnamed: return "The event does not name a program\(list): look its number up elsewhere."
    case .other:
      return isOne ? "Update \(list), or ask its maker." : "Update \(list), or ask their makers."
    case .ofWindows:
      return
        "\(list) \(isOne ? "is part" : "are parts") of Windows: update Windows, and what other "
        + "makers load into \(isOne ? "it" : "them"), such as printer drivers, shell extensions and "
        + "security software."
    case .windowsFolder:
      return "\(list) \(isOne ? "lies" : "lie") in a folder of Windows, where other makers put "
        + "programs too: the \(isOne ? "file's" : "files'") properties name the maker."
    }
  }

  // MARK: - How it is shown

  /// The program's name, its path below the volume, and the numbers that it had as a process.
  private func shown(_ image: String) -> String {
    let name = image.fileNameOfPath
    let path = image.withoutDevice
    let numbers = context.processes[image] ?? []
    var process = ""
    if !numbers.isEmpty {
      process =
        (numbers.count == 1 ? "process " : "processes ")
        + numbers.prefix(3).map(String.init).joined(separator: ", ")
      if numbers.count > 3 { process += " and \(numbers.count - 3) more" }
    }
    let facts = [path == name ? "" : path, process].filter { !$0.isEmpty }
    return facts.isEmpty ? name : "\(name) (\(facts.joined(separator: ", ")))"
  }
}

extension String {
  /// What follows the last separator of a path.
  fileprivate var fileNameOfPath: String {
    split { $0 == "\\" || $0 == "/" }.last.map(String.init) ?? self
  }

  /// A path without `\Device\HarddiskVolume2` in front.
  fileprivate var withoutDevice: String {
    guard lowercased().hasPrefix("\\device\\harddiskvolume") else { return self }
    return "\\" + split(separator: "\\").dropFirst(2).joined(separator: "\\")
  }
}
