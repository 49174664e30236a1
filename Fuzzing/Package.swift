// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

// The folders of the modules below are links to those of the package itself: only code of the same
// package may use what is `package`, and the sanitizers have to be built into all of it.

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Not for the fuzzers themselves, whose one function takes a pointer from libFuzzer.
let safe = settings + [.strictMemorySafety()]

let package = Package(
  name: "fuzzing",
  platforms: [.macOS(.v15)],
  targets: [
    .systemLibrary(
      name: "CHivex", pkgConfig: "hivex",
      providers: [.apt(["libhivex-dev"]), .brew(["hivex"])]),
    .systemLibrary(name: "CFileAccess"),
    .target(name: "FileAccess", dependencies: ["CFileAccess"], swiftSettings: safe),
    .target(name: "WindowsTypes", swiftSettings: safe),
    .target(
      name: "HiveFormat", dependencies: ["WindowsTypes", "FileAccess"], swiftSettings: safe),
    .target(
      name: "RegistryHive", dependencies: ["HiveFormat", "FileAccess", "WindowsTypes", "CHivex"],
      swiftSettings: safe),
    .target(
      name: "RegistryExtraction", dependencies: ["RegistryHive", "HiveFormat", "WindowsTypes"],
      swiftSettings: safe),
    .target(name: "WindowsEvents", dependencies: ["WindowsTypes"], swiftSettings: safe),
    .target(
      name: "ProfileForensics",
      dependencies: ["FileAccess", "HiveFormat", "RegistryHive", "WindowsTypes", "WindowsEvents"],
      swiftSettings: safe),
    .target(name: "FuzzInput", dependencies: ["RegistryHive"], swiftSettings: safe),
    .executableTarget(
      name: "fuzz-diff", dependencies: ["FuzzInput", "RegistryHive"], swiftSettings: settings),
    .executableTarget(
      name: "fuzz-events", dependencies: ["WindowsEvents", "WindowsTypes"],
      swiftSettings: settings),
    .executableTarget(
      name: "fuzz-extract", dependencies: ["FuzzInput", "RegistryExtraction", "RegistryHive"],
      swiftSettings: settings),
    .executableTarget(
      name: "fuzz-find", dependencies: ["FuzzInput", "RegistryHive"], swiftSettings: settings),
    .executableTarget(
      name: "fuzz-format", dependencies: ["HiveFormat"], swiftSettings: settings),
    .executableTarget(
      name: "fuzz-replay", dependencies: ["HiveFormat"], swiftSettings: settings),
    .executableTarget(
      name: "fuzz-timeline", dependencies: ["FuzzInput", "ProfileForensics", "RegistryHive"],
      swiftSettings: settings),
    .executableTarget(
      name: "fuzz-walk", dependencies: ["FuzzInput", "RegistryHive"], swiftSettings: settings),
  ]
)
