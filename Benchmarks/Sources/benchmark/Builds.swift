// SPDX-License-Identifier: MIT

/// The programs of the repository, as they are shipped.
enum Builds {
  /// Builds a product for release and returns where it is.
  static func product(_ name: String) throws(BenchmarkError) -> String {
    var command = [
      "swift", "build", "--package-path", Files.repository, "-c", "release", "--product", name,
    ]
    #if os(Linux)
    command.append("--static-swift-stdlib")
    #endif
    try Child.succeed(command)
    return "\(Files.repository)/.build/release/\(name)"
  }
}
