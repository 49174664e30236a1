// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// The services and products of a machine, to say to which of them a program belongs.
struct MachinePrograms: Sendable {
  private struct Product: Sendable {
    let name: String
    let folder: String
  }

  /// Names of services by the paths of their programs.
  private var services: [String: [String]] = [:]
  private var products: [Product] = []
  private let windowsFolder: String

  private static let uninstallKeys: [RegistryPath] = [
    "Microsoft\\Windows\\CurrentVersion\\Uninstall",
    "WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
  ]

  init(software: Hive?, system: Hive?) {
    let root = software?.key(at: "Microsoft\\Windows NT\\CurrentVersion")?.text("SystemRoot")
    windowsFolder = Self.folded(root ?? "C:\\Windows", windowsFolder: "\\windows")
    addServices(of: system)
    for path in Self.uninstallKeys {
      for key in software?.key(at: path)?.subkeys ?? [] { add(product: key) }
    }
    // The innermost folder is the most exact.
    products.sort { $0.folder.utf8.count > $1.folder.utf8.count }
  }

  private mutating func addServices(of system: Hive?) {
    guard let system, let set = ControlSet(of: system) else { return }
    for key in set.key.key(at: "Services")?.subkeys ?? [] {
      guard (key.number("Type") ?? 0) & 0x30 != 0, let command = key.text("ImagePath") else {
        continue
      }
      let display = key.text("DisplayName").flatMap { $0.first == "@" ? nil : $0 }
      let name = key.name.description
      let label = display.map { "\($0) (\(name))" } ?? name
      let program = Self.folded(Self.program(of: command), windowsFolder: windowsFolder)
      services[program, default: []].append(label)
    }
  }

  private mutating func add(product key: Key) {
    guard let name = key.text("DisplayName") else { return }
    let icon = key.text("DisplayIcon").map { $0.prefix { $0 != "," } }.map(String.init)
    let place = key.text("InstallLocation") ?? icon.map { Self.folder(of: Self.unquoted($0)) }
    guard let place else { return }
    var folder = Self.folded(Self.unquoted(place), windowsFolder: windowsFolder)
    while folder.last == "\\" { folder.removeLast() }
    // A product that is said to be in the root or in Windows itself would own everything.
    guard folder.split(separator: "\\").count >= 2, folder != windowsFolder,
      !folder.hasPrefix(windowsFolder + "\\")
    else { return }
    products.append(Product(name: name, folder: folder + "\\"))
  }

  // MARK: - Questions

  /// The services whose program this is.
  func services(of image: String) -> [String] {
    services[Self.folded(image, windowsFolder: windowsFolder)] ?? []
  }

  /// The installed product that a program belongs to.
  func product(of image: String) -> String? {
    let path = Self.folded(image, windowsFolder: windowsFolder)
    return products.first { path.hasPrefix($0.folder) }?.name
  }

  /// Where a program is.
  func place(of image: String) -> ProgramPlace {
    ProgramPlace(Self.folded(image, windowsFolder: windowsFolder), windowsFolder: windowsFolder)
  }

  /// Whether a program is the one of Windows that hosts applications of COM+, and those without a
  /// program of their own.
  func isDllHost(_ handle: LeakedHandle) -> Bool {
    guard handle.imageName.lowercased() == "dllhost.exe" else { return false }
    let place = place(of: handle.image)
    return place == .ownOfWindows || place == .bareName
  }

  /// Whether a program is the one of a command line: the same path, or where one of both has none,
  /// the same name.
  func isProgram(_ image: String, of command: String) -> Bool {
    let program = Self.folded(Self.program(of: command), windowsFolder: windowsFolder)
    let image = Self.folded(image, windowsFolder: windowsFolder)
    if program.contains("\\"), image.contains("\\") { return program == image }
    func name(_ path: String) -> Substring { path.split(separator: "\\").last ?? "" }
    return name(program) == name(image)
  }

  // MARK: - Paths

  private static func unquoted(_ text: String) -> String { text.filter { $0 != "\"" } }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "\\").map { String(path[..<$0]) } ?? path
  }

  /// The program of a command line.
  private static func program(of command: String) -> String {
    if command.first == "\"" { return String(command.dropFirst().prefix { $0 != "\"" }) }
    let folded = command.lowercased()
    guard let end = folded.range(of: ".exe") else { return command }
    return String(folded[..<end.upperBound])
  }

  /// A path without its drive or device, in lower case, so that the forms that events, services
  /// and products have can be compared.
  private static func folded(_ path: String, windowsFolder: String) -> String {
    var text = path.lowercased()
    for prefix in ["\\\\?\\", "\\??\\"] where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
    }
    if text.hasPrefix("\\device\\") {
      let parts = text.split(separator: "\\").dropFirst(2)
      return "\\" + parts.joined(separator: "\\")
    }
    for prefix in ["%systemroot%", "%windir%", "\\systemroot"] where text.hasPrefix(prefix) {
      return windowsFolder + text.dropFirst(prefix.count)
    }
    for (variable, folder) in [
      ("%programfiles%", "\\program files"), ("%programfiles(x86)%", "\\program files (x86)"),
      ("%programdata%", "\\programdata"), ("%systemdrive%", ""),
    ] where text.hasPrefix(variable) {
      return folder + text.dropFirst(variable.count)
    }
    if text.hasPrefix("system32\\") { return windowsFolder + "\\" + text }
    let units = Array(text.utf8.prefix(2))
    return units.count == 2 && units[1] == 0x3A ? String(text.dropFirst(2)) : text
  }
}

extension String {
  /// Where a text first occurs in this one.
  fileprivate func range(of wanted: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(wanted) {
        return start..<index(start, offsetBy: wanted.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
