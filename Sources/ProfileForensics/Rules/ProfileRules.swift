// SPDX-License-Identifier: MIT

/// Everything that is judged of a machine and its profiles, subject by subject.
public enum ProfileRules {
  /// All rules.
  public static let all: [ProfileRule] =
    hives + sizes + policies + cleanup + com + services + list + folders + loading + sessions
    + handles + failures + roaming + since + evidence + [verdict]
}
