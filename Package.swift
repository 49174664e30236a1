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

/// The settings of targets that need not be fast: `Scripts/build-release` builds them to be small.
///
/// SwiftPM has no other way to set that for a target, and refuses such flags in a package that
/// others depend on; so they are there for that script alone.
let smallSettings =
  settings
  + (Context.environment["REGISTRY_HIVE_SMALL"] == nil ? [] : [.unsafeFlags(["-Osize"])])

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// The commands of `hive` that are programs of their own too, such as `hive-dump`.
let commands = [
  "check",
  "diff",
  "dump",
  "events",
  "extract",
  "find",
  "growth",
  "info",
  "policy",
  "recover",
  "timeline",
]
/// The scripts and styles of pages, which are built into the programs.
let pageAssets = [
  "check.css", "diff.css", "diff.js", "growth.css", "growth.js", "page.css", "page.js",
]
.map { Resource.embedInCode("Output/Page/Assets/\($0)") }
/// All programs: stubs of a few lines around what `HiveCommands` does.
let programs = ["hive"] + commands.map { "hive-\($0)" }

let package = Package(
  name: "registry-hive",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "RegistryHive", targets: ["RegistryHive"]),
    .library(name: "RegistryHiveFoundation", targets: ["RegistryHiveFoundation"]),
    .library(name: "ProfileForensics", targets: ["ProfileForensics"]),
    .library(name: "RegistryExtraction", targets: ["RegistryExtraction"]),
    .library(name: "WindowsEvents", targets: ["WindowsEvents"]),
    .library(name: "EventLogs", targets: ["EventLogs", "WindowsEvents"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CHivex", pkgConfig: "hivex",
      providers: [.apt(["libhivex-dev"]), .brew(["hivex"])]),
    .systemLibrary(name: "CFileAccess"),
    .target(name: "FileAccess", dependencies: ["CFileAccess"], swiftSettings: settings),
    .target(name: "CProgramArguments"),
    .target(name: "WindowsTypes", swiftSettings: settings),
    .target(
      name: "HiveFormat", dependencies: ["WindowsTypes", "FileAccess"], swiftSettings: settings),
    .target(
      name: "RegistryHive", dependencies: ["HiveFormat", "FileAccess", "WindowsTypes", "CHivex"],
      swiftSettings: settings),
    .target(
      name: "RegistryHiveFoundation", dependencies: ["RegistryHive", "WindowsTypes"],
      swiftSettings: settings),
    .target(
      name: "RegistryExtraction", dependencies: ["RegistryHive", "HiveFormat", "WindowsTypes"],
      swiftSettings: smallSettings),
    .target(name: "WindowsEvents", dependencies: ["WindowsTypes"], swiftSettings: smallSettings),
    .target(
      name: "EventLogs",
      dependencies: ["WindowsEvents", "WindowsTypes", "FileAccess", "HiveFormat"],
      swiftSettings: smallSettings),
    .target(name: "Archives", dependencies: ["FileAccess"], swiftSettings: smallSettings),
    .target(
      name: "ProfileForensics",
      dependencies: ["FileAccess", "HiveFormat", "RegistryHive", "WindowsTypes", "WindowsEvents"],
      swiftSettings: smallSettings),
    .target(
      name: "HiveCommands",
      dependencies: [
        "Archives", "FileAccess", "HiveFormat", "RegistryHive", "RegistryExtraction",
        "WindowsTypes", "WindowsEvents", "EventLogs", "ProfileForensics", "CProgramArguments",
        argumentParser,
      ],
      resources: pageAssets,
      swiftSettings: settings),

    .target(name: "HiveBuilder", path: "Tests/HiveBuilder", swiftSettings: settings),
    .target(name: "EventLogBuilder", path: "Tests/EventLogBuilder", swiftSettings: settings),
    .target(
      name: "VolumeBuilder", dependencies: ["HiveBuilder", "EventLogBuilder"],
      path: "Tests/VolumeBuilder", swiftSettings: settings),
    .target(
      name: "HiveMutator",
      dependencies: ["HiveBuilder", "HiveCommands", "HiveFormat", "RegistryHive", argumentParser],
      path: "Tests/HiveMutator", swiftSettings: settings),
    .executableTarget(
      name: "test-hives",
      dependencies: [
        "EventLogBuilder", "HiveBuilder", "HiveMutator", "VolumeBuilder", argumentParser,
      ],
      path: "Tests/test-hives", swiftSettings: settings),
    .testTarget(
      name: "FileAccessTests", dependencies: ["FileAccess", "HiveBuilder"],
      swiftSettings: settings),
    .testTarget(
      name: "HiveFormatTests",
      dependencies: ["HiveFormat", "WindowsTypes", "HiveBuilder", "VolumeBuilder"],
      swiftSettings: settings),
    .testTarget(
      name: "RegistryHiveTests",
      dependencies: ["RegistryHive", "RegistryHiveFoundation", "HiveFormat", "HiveBuilder"],
      swiftSettings: settings),
    .testTarget(
      name: "RegistryExtractionTests",
      dependencies: ["RegistryExtraction", "RegistryHive", "HiveBuilder"],
      swiftSettings: settings),
    .testTarget(
      name: "WindowsEventsTests", dependencies: ["WindowsEvents", "RegistryHive"],
      swiftSettings: settings),
    .testTarget(
      name: "EventLogsTests",
      dependencies: [
        "EventLogs", "WindowsEvents", "RegistryHive", "EventLogBuilder", "HiveBuilder",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ProfileForensicsTests",
      dependencies: [
        "ProfileForensics", "RegistryHive", "WindowsEvents", "HiveBuilder", "EventLogBuilder",
        "VolumeBuilder",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "HiveCommandsTests",
      dependencies: [
        "Archives", "EventLogs", "FileAccess", "HiveCommands", "HiveFormat", "ProfileForensics",
        "RegistryExtraction", "RegistryHive", "WindowsEvents", "WindowsTypes", "HiveBuilder",
        "EventLogBuilder", "VolumeBuilder", "HiveMutator", "test-hives", argumentParser,
        .product(name: "Subprocess", package: "swift-subprocess"),
      ] + programs.map { .target(name: $0) },
      exclude: ["Snapshots"],
      swiftSettings: settings),
  ]
)

for program in programs {
  package.products.append(.executable(name: program, targets: [program]))
  package.targets.append(
    .executableTarget(name: program, dependencies: ["HiveCommands"], swiftSettings: settings))
}

if Context.environment["REGISTRY_HIVE_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
