// SPDX-License-Identifier: MIT

public import RegistryHive

/// An application of COM, and the account that it runs as.
///
/// COM reads it from `Classes\AppID\{id}` in SOFTWARE: `RunAs`, or the account of the service that
/// `LocalService` names. The catalogue of COM+ applications is not in a hive: it can be read with
/// COM+'s own interfaces only. Whether each of them has its identity in `RunAs` as well is not
/// confirmed, so that some may be missing.
///
/// Source: "AppID Key", "RunAs" and "LocalService" in Microsoft's Win32 documentation.
public struct ComApplication: Sendable {
  /// The application's identifier, as the key is named.
  public let identifier: String
  /// What the application calls itself; nil where it does not.
  public let name: String?
  /// The account that it runs as.
  public let account: RunAsAccount
  /// The service that hosts it; nil where none does.
  public let service: String?
  /// Where in SOFTWARE it is.
  public let path: RegistryPath
  /// When its key was last written.
  public let lastWritten: FileTime
  /// The classes that lead to it.
  public internal(set) var classes: [ComClass] = []
  /// Whether a password for its account is kept; nil where the SECURITY hive is not available.
  public internal(set) var hasPassword: Bool?
}

/// A class of COM, as far as it says where its objects live.
public struct ComClass: Sendable, Hashable {
  /// The class's identifier, as the key is named.
  public let identifier: String
  /// What it calls itself; nil where it does not.
  public let name: String?
  /// The application that it belongs to, by its identifier; nil where it belongs to none.
  public let application: String?
  /// The program that serves it: `LocalServer32`; nil where there is none.
  public let localServer: String?
  /// The library that serves it: `InprocServer32`; nil where there is none.
  public let library: String?
  /// Where in SOFTWARE it is.
  public let path: RegistryPath

  init(_ key: Key, in classes: RegistryPath) {
    identifier = key.name.description
    name = key.text("")
    path = classes.appending(key.name)
    let server = key.key(at: "LocalServer32")
    localServer = server?.text("") ?? server?.text("ServerExecutable")
    library = key.key(at: "InprocServer32")?.text("")
    application = key.text("AppID") ?? localServer.flatMap(Self.processedApplication)
  }

  /// The application in `dllhost.exe /Processid:{…}`, with which applications of COM+ and those
  /// without a program of their own are started.
  static func processedApplication(_ command: String) -> String? {
    let mark = "/processid:"
    var rest = Substring(command)
    while !rest.isEmpty, !rest.prefix(mark.count).lowercased().elementsEqual(mark) {
      rest.removeFirst()
    }
    let identifier = rest.dropFirst(mark.count).prefix(38)
    return identifier.first == "{" && identifier.last == "}" ? String(identifier) : nil
  }
}
