// SPDX-License-Identifier: MIT

/// Something in a file of rules that cannot be used.
public struct RuleProblem: Sendable, Hashable, CustomStringConvertible {
  /// The line that it is in, from 1.
  public let line: Int
  /// What is wrong.
  public let reason: String

  /// The line and what is wrong with it.
  public var description: String { "line \(line): \(reason)" }
}

/// Problems of a file of rules: the first ones, and how many there are.
struct RuleProblems: Sendable {
  /// How many are kept; the rest are counted.
  private static let limit = 1000

  private(set) var list: [RuleProblem] = []
  private(set) var count = 0

  mutating func add(line: Int, _ reason: String) {
    count += 1
    if list.count < Self.limit { list.append(RuleProblem(line: line, reason: reason)) }
  }
}
