// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

// Uses the library as another package does: what is public must be enough.

import PackageDescription

let library = product("RegistryHive")

func product(_ name: String) -> Target.Dependency {
  .product(name: name, package: "registry-hive")
}

let package = Package(
  name: "consumer",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "registry-hive", path: "../..")],
  targets: [
    .executableTarget(name: "readme", dependencies: [library]),
    .executableTarget(
      name: "volume", dependencies: [library, product("ProfileForensics"), product("EventLogs")]),
    .executableTarget(
      name: "consumer", dependencies: [library, product("RegistryHiveFoundation")],
      swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")]),
  ]
)
