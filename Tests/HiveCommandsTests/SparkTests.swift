// SPDX-License-Identifier: MIT

import Archives
import Foundation
import Testing

/// The Spark job, by tests of its own in Python.
@Suite struct SparkTests {
  /// Whether PySpark and a Java runtime are there.
  private static func canRun() async -> Bool {
    let test = "java -version && python3 -c 'import pyspark'"
    return (try? await runProgram("/bin/sh", ["-c", test]))?.code == 0
  }

  @Test(
    .enabled("PySpark and a Java runtime are not installed") { await canRun() },
    .enabled(
      if: readsEventLogs && Archive.canBeRead, "libevtx, expat or libarchive is not installed"))
  func `the rows of the Spark job are the records of hive`() async throws {
    let test = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Integrations/spark/test_hive_spark.py").standardized.path
    let outcome = try await runProgram(
      "/usr/bin/env", ["python3", test], settings: ["HIVE": Tool.hive.path])
    #expect(outcome.code == 0, "\(outcome.errors.suffix(4000))")
    #expect(outcome.errors.hasSuffix("OK\n"))
  }
}
