// SPDX-License-Identifier: MIT

public import RegistryHive

/// The applications of COM on a machine that run as a user, and the classes that lead to them.
public struct ComIdentities: Sendable {
  /// The applications that run as a user, in stored order.
  public private(set) var applications: [ComApplication]

  private let software: Hive
  private let services: [RegistryString: ServiceIdentity]

  /// The views of 64-bit and of 32-bit programs.
  ///
  /// Since Windows 7 the second has no applications of its own, only a link.
  private static let views: [RegistryPath] = ["Classes", "Classes\\Wow6432Node"]

  /// Reads the applications of a machine.
  ///
  /// - Parameters:
  ///   - software: The machine's SOFTWARE hive.
  ///   - services: The machine's services, for applications that one of them hosts.
  ///   - security: The machine's SECURITY hive, of which no more than names of keys is read.
  public init(software: Hive, services: [ServiceIdentity] = [], security: Hive? = nil) {
    self.software = software
    self.services = Dictionary(
      services.map { (RegistryString($0.name).upcasedName, $0) }, uniquingKeysWith: { $1 })
    applications = []
    var places: [RegistryString: Int] = [:]
    for view in Self.views {
      let path = view.appending("AppID")
      for key in software.key(at: path)?.subkeys ?? [] where key.name.utf16.first == 0x7B {
        guard let application = application(key, in: path), application.account.userName != nil,
          places.updateValue(applications.count, forKey: key.name.upcasedName) == nil
        else { continue }
        applications.append(application)
      }
    }
    guard !applications.isEmpty else { return }
    var seen: Set<RegistryString> = []
    for view in Self.views {
      let path = view.appending("CLSID")
      for key in software.key(at: path)?.subkeys ?? [] {
        let found = ComClass(key, in: path)
        if let name = found.application, let place = places[RegistryString(name).upcasedName],
          // A class is often in both views.
          seen.insert(key.name.upcasedName).inserted
        {
          applications[place].classes.append(found)
        }
      }
    }
    guard let secrets = security?.key(at: "Policy\\Secrets") else { return }
    // The length that the name is stored with may count its NUL.
    let names = Set(
      secrets.subkeys.map { key in
        RegistryString(utf16: [UInt16](key.name.utf16.prefix { $0 != 0 })).upcasedName
      })
    for index in applications.indices {
      let name = RegistryString("SCM:" + applications[index].identifier)
      applications[index].hasPassword = names.contains(name.upcasedName)
    }
  }

  private func application(_ key: Key, in path: RegistryPath) -> ComApplication? {
    let service = key.text("LocalService")
    let account: RunAsAccount
    if let service {
      // `RunAs` has no effect then.
      guard let identity = services[RegistryString(service).upcasedName] else { return nil }
      account = identity.account
    } else {
      account = RunAsAccount(key.text("RunAs") ?? "")
    }
    return ComApplication(
      identifier: key.name.description, name: key.text(""), account: account, service: service,
      path: path.appending(key.name), lastWritten: key.lastWritten)
  }

  /// Looks up a class, such as one that an event of DistributedCOM names.
  ///
  /// - Parameter identifier: The class's identifier, with or without braces, in any case.
  /// - Returns: The class, and the application that it belongs to; nil where the hive has no such
  ///   class.
  public func lookUp(
    class identifier: String
  ) -> (class: ComClass, application: ComApplication?)? {
    let name = identifier.first == "{" ? identifier : "{\(identifier)}"
    for view in Self.views {
      let path = view.appending("CLSID")
      guard let key = software.key(at: path.appending(RegistryString(name))) else { continue }
      let found = ComClass(key, in: path)
      let application = found.application.flatMap { name -> ComApplication? in
        for view in Self.views {
          let path = view.appending("AppID")
          guard let key = software.key(at: path.appending(RegistryString(name))) else { continue }
          if let known = applications.first(where: {
            RegistryString($0.identifier).matches(key.name)
          }) {
            return known
          }
          return self.application(key, in: path)
        }
        return nil
      }
      return (found, application)
    }
    return nil
  }
}

extension RegistryString {
  /// The same for all spellings that Windows takes for one name.
  var upcasedName: RegistryString { RegistryString(utf16: upcased) }
}
