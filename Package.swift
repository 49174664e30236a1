// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// A command of its own: a stub of a few lines around what `HiveCommands` does.
func command(_ name: String) -> Target {
  .executableTarget(name: name, dependencies: ["HiveCommands"], swiftSettings: settings)
}

let package = Package(
  name: "registry-hive",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "RegistryHive", targets: ["RegistryHive"]),
    .library(name: "ProfileForensics", targets: ["ProfileForensics"]),
    .executable(name: "hive", targets: ["hive"]),
    .executable(name: "hive-dump", targets: ["hive-dump"]),
    .executable(name: "hive-growth", targets: ["hive-growth"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CHivex", pkgConfig: "hivex",
      providers: [.apt(["libhivex-dev"]), .brew(["hivex"])]),
    .target(name: "HiveFormat", swiftSettings: settings),
    .target(
      name: "RegistryHive", dependencies: ["HiveFormat", "CHivex"], swiftSettings: settings),
    .target(
      name: "ProfileForensics", dependencies: ["RegistryHive"], swiftSettings: settings),
    .target(
      name: "HiveCommands",
      dependencies: ["HiveFormat", "RegistryHive", "ProfileForensics", argumentParser],
      swiftSettings: settings),
    command("hive"),
    command("hive-dump"),
    command("hive-growth"),

    .target(name: "HiveBuilder", path: "Tests/HiveBuilder", swiftSettings: settings),
    .executableTarget(
      name: "test-hives", dependencies: ["HiveBuilder", argumentParser],
      path: "Tests/test-hives", swiftSettings: settings),
    .testTarget(
      name: "HiveFormatTests", dependencies: ["HiveFormat", "HiveBuilder"],
      swiftSettings: settings),
    .testTarget(
      name: "RegistryHiveTests", dependencies: ["RegistryHive", "HiveFormat", "HiveBuilder"],
      swiftSettings: settings),
    .testTarget(
      name: "ProfileForensicsTests",
      dependencies: ["ProfileForensics", "RegistryHive", "HiveBuilder"],
      swiftSettings: settings),
    .testTarget(
      name: "HiveCommandsTests",
      dependencies: [
        "HiveCommands", "HiveBuilder", "hive", "hive-dump", "hive-growth", "test-hives",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      exclude: ["Snapshots"],
      swiftSettings: settings),
  ]
)

if Context.environment["REGISTRY_HIVE_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
