// SPDX-License-Identifier: MIT

import RegistryHive

/// An application pool of IIS that runs as a user's account.
///
/// IIS keeps its pools in `System32\inetsrv\config\applicationHost.config`. A pool runs as a user
/// where `identityType` is `SpecificUser`. Source: "processModel Element for add for
/// applicationPools" in Microsoft's IIS Settings Schema.
public struct ApplicationPool: Sendable, Hashable {
  /// The pool's name.
  public let name: String
  /// The account that it runs as.
  public let account: RunAsAccount
  /// Whether IIS loads the account's profile for it; nil where the file does not say, for which
  /// Microsoft's documents give both defaults.
  public let loadsProfile: Bool?

  /// The pools of a configuration that run as a user, in stored order.
  ///
  /// - Parameter bytes: The file.
  /// - Returns: The pools.
  static func all(in bytes: [UInt8]) -> [ApplicationPool] {
    var pools: [ApplicationPool] = []
    var defaults: [String: String] = [:]
    var name: String?
    var path: [String] = []
    for token in MarkupReader.tokens(bytes) {
      switch token {
      case .start(let element, let attributes):
        path.append(element)
        guard path.contains("applicationPools") else { continue }
        if element == "add" { name = attributes["name"] }
        guard element == "processModel" else { continue }
        if path.dropLast().last == "applicationPoolDefaults" {
          defaults = attributes
        } else if let name {
          pools.append(contentsOf: pool(name, attributes).map { [$0] } ?? [])
        }
      case .end(let element):
        if let index = path.lastIndex(of: element) { path.removeSubrange(index...) }
        if element == "add" { name = nil }
      case .text: continue
      }
    }
    // The defaults may be after the pools.
    return pools.map { pool in
      ApplicationPool(
        name: pool.name, account: pool.account,
        loadsProfile: pool.loadsProfile ?? flag(defaults["loadUserProfile"]))
    }
  }

  private static func pool(_ name: String, _ attributes: [String: String]) -> ApplicationPool? {
    guard attributes["identityType"]?.lowercased() == "specificuser",
      let user = attributes["userName"], !user.isEmpty
    else { return nil }
    return ApplicationPool(
      name: name, account: RunAsAccount(user), loadsProfile: flag(attributes["loadUserProfile"]))
  }

  private static func flag(_ text: String?) -> Bool? {
    switch text?.lowercased() {
    case "true", "1": true
    case "false", "0": false
    default: nil
    }
  }
}
