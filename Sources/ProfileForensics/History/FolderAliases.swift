// SPDX-License-Identifier: MIT

import RegistryHive

/// Other names under which Windows knows the folders of profiles: the link that it keeps under the
/// name of the older folder, and short names.
struct FolderAliases: Sendable {
  /// Whether the older names of the folder of all profiles lead to `Users`, as since Windows Vista.
  private var hasUsersLink = false
  /// The places of folders by the upper-case name, and by each beginning that its short form can
  /// have, with `~` after it.
  private var places: [String: [ProfileLocation]] = [:]

  /// How many folders with alike names are compared with one short name.
  private static let likeLimit = 64
  /// How many letters a short name has before `~`.
  private static let shortLength = 6

  /// No other names.
  init() {}

  /// The names on a machine of which the rest is known.
  init(_ facts: MachineFacts) {
    hasUsersLink =
      facts.unloadsByForce == true
      && !facts.capture.profiles.contains { files in
        files.volumePath?.first.map(Self.isOlderName) ?? false
      }
    for files in facts.capture.profiles {
      guard let place = facts.location(of: files), let name = place.names.last else { continue }
      places[name.uppercased(), default: []].append(place)
      let plain = name.filter { $0 != " " && $0 != "." }
      // A name that is short by itself has no other form.
      guard name.count > 8 || plain.count < name.count else { continue }
      for length in 1...Self.shortLength where length <= plain.count {
        places["\(plain.prefix(length).uppercased())~", default: []].append(place)
      }
    }
  }

  private static func isOlderName(_ name: String) -> Bool {
    ProfileFiles.usersFolders.dropFirst().contains { older in
      RegistryString(older).matches(RegistryString(name))
        || name.hasSuffix("~1") && name.isShortName(of: older)
    }
  }

  /// A place below `Users`, where it is given below the link with the older name.
  func withoutLink(_ place: ProfileLocation) -> ProfileLocation {
    guard hasUsersLink, place.drive == nil, let first = place.names.first, Self.isOlderName(first)
    else { return place }
    return ProfileLocation(
      drive: nil, names: [ProfileFiles.usersFolders[0]] + place.names.dropFirst())
  }

  /// The place of the only folder that a place with short names can be that of, where these are the
  /// first of their kind (`~1`); the place itself otherwise.
  func withoutShortNames(_ place: ProfileLocation) -> ProfileLocation {
    let short = place.names.filter(\.isShortName)
    guard let name = place.names.last, !short.isEmpty, short.allSatisfy({ $0.hasSuffix("~1") })
    else { return place }
    let key = (name.isShortName ? String(name.dropLast()) : name).uppercased()
    guard let alike = places[key], alike.count <= Self.likeLimit else { return place }
    let found = alike.filter { other in
      other.drive == place.drive && other.names.count == place.names.count
        && zip(place.names, other.names).allSatisfy { name, long in
          RegistryString(name).matches(RegistryString(long)) || name.isShortName(of: long)
        }
    }
    return found.count == 1 ? found[0] : place
  }
}
