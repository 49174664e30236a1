// SPDX-License-Identifier: MIT

/// One machine of a collection, with its files.
public struct Machine: Sendable {
  /// The computer's name, from `Control\\ComputerName\\ComputerName` in its SYSTEM hive; nil where
  /// that is not at hand or does not say.
  public let name: String?
  /// What to call the machine: the computer's name, or that of its folder; no other machine of the
  /// collection has the same.
  public let label: String
  /// Its files, of which there are some at least: the live ones first, then earlier states.
  public let captures: [Capture]

  /// The newest state of the machine.
  public var live: Capture { captures[0] }
}
