// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// Evidence as administrators have it: what a check must say of it, and what it must not.
@Suite(
  .enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"),
  .enabled(if: readsEventLogs, "libevtx or expat is not installed"))
struct CaseTests {
  private struct Evidence: Decodable {
    let source: String
    let fact: String
    let time: String?
  }

  private struct Finding: Decodable {
    let id: String
    let severity: String
    let subject: String
    let machine: String?
    let conclusion: String?
    let advice: String
    let evidence: [Evidence]
    let history: [Evidence]?

    /// All that it says, for people.
    var text: String {
      ([advice] + evidence.flatMap { [$0.source, $0.fact] }).joined(separator: "\n")
    }
  }

  @Test(arguments: CheckedCase.all)
  func `a case gets its findings and no others`(row: CheckedCase) async throws {
    let path = "\(try #require(Corpus.folder))/cases/\(row.folder)"
    let outcome = try await Tool.hive.run("check", "--format", "json", path)
    let findings = try JSONDecoder().decode([Finding].self, from: Data(outcome.bytes))
    if let code = row.code { #expect(outcome.code == code, "\(outcome.text)") }
    for wanted in row.must {
      let found = findings.filter {
        $0.id == wanted.id && $0.subject.hasSuffix(wanted.subject)
          && (wanted.severities.isEmpty || wanted.severities.contains($0.severity))
          && (wanted.text.isEmpty || $0.text.contains(wanted.text))
      }
      #expect(!found.isEmpty, "\(wanted)\n\(outcome.text)")
    }
    for unwanted in row.mustNot {
      let found = findings.filter {
        $0.id == unwanted.id && $0.subject.hasSuffix(unwanted.subject)
          && (unwanted.severities.isEmpty || unwanted.severities.contains($0.severity))
          && (unwanted.text.isEmpty || $0.text.contains(unwanted.text))
      }
      #expect(found.isEmpty, "\(unwanted)\n\(outcome.text)")
    }
    let verdicts = findings.filter { $0.id == "profile-verdict" }
    if let count = row.profileCount { #expect(verdicts.count == count, "\(outcome.text)") }
    for (subject, conclusions) in row.conclusions {
      let found = verdicts.filter { $0.subject.hasSuffix(subject) }
      #expect(!found.isEmpty, "\(subject)\n\(outcome.text)")
      #expect(found.allSatisfy { conclusions.contains($0.conclusion ?? "") }, "\(outcome.text)")
    }
    let all = findings.map(\.text).joined(separator: "\n")
    for text in row.unsaid { #expect(!all.contains(text), "\(text)\n\(outcome.text)") }
    expectHistory(verdicts)
    try await expectText(path, row)
  }

  /// Histories are dated and in order, and no record of a log is in one of them twice.
  private func expectHistory(_ verdicts: [Finding]) {
    for verdict in verdicts {
      let history = verdict.history ?? []
      #expect(history.map(\.time) == history.map(\.time).sorted { ($0 ?? "") < ($1 ?? "") })
      let records = history.map { "\($0.source) \($0.time ?? "")" }.filter {
        $0.contains(", record ")
      }
      #expect(Set(records).count == records.count)
    }
  }

  /// The text is no wider than a terminal, and says what is expected.
  private func expectText(_ path: String, _ row: CheckedCase) async throws {
    let outcome = try await Tool.hive.run("check", path)
    let lines = outcome.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 80 })
    let words = outcome.text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    for text in row.said { #expect(words.contains(text), "\(text)\n\(outcome.text)") }
    for text in row.unsaid { #expect(!words.contains(text), "\(text)\n\(outcome.text)") }
  }
}

/// What must be found in a folder.
struct CheckedCase: CustomTestStringConvertible {
  /// A finding that is wanted, or not.
  struct Wanted {
    let id: String
    /// The end of the subject.
    let subject: String
    /// Empty for any.
    let severities: Set<String>
    /// What it says somewhere.
    let text: String

    init(_ id: String, of subject: String = "", _ severities: Set<String> = [], _ text: String = "")
    {
      self.id = id
      self.subject = subject
      self.severities = severities
      self.text = text
    }
  }

  let folder: String
  var code: Int?
  var must: [Wanted] = []
  var mustNot: [Wanted] = []
  /// Conclusions that are right, by the end of the subject.
  var conclusions: [String: Set<String>] = [:]
  var profileCount: Int?
  /// Texts that people must read.
  var said: [String] = []
  /// Texts that they must not read.
  var unsaid: [String] = []

  var testDescription: String { folder }

  init(_ folder: String, code: Int? = nil, _ change: (inout CheckedCase) -> Void) {
    self.folder = folder
    self.code = code
    change(&self)
  }

  private static let serious: Set<String> = ["problem", "warning"]
  private static let inOrder = "shut down in order"

  static let all: [CheckedCase] = collections + comServers + events + stops + policies + lists

  private static func comServer(_ folder: String) -> CheckedCase {
    CheckedCase(folder, code: 1) {
      $0.must = [
        Wanted("com-server-lost-profile", of: "-1004", ["problem"], "Enable the policy"),
        Wanted("com-runs-as-user", ["warning"]), Wanted("handles-leaked", of: "-1004", serious),
      ]
      $0.profileCount = 1
    }
  }

  private static let collections: [CheckedCase] = [
    comServer("flat-folder"),
    CheckedCase("files-named-by-sid") {
      $0.conclusions = ["-1001": ["unloaded"], "-1002": ["loaded", "unclear"]]
      $0.mustNot = [Wanted("profile-folder-unlisted"), Wanted("profile-folder-missing")]
      $0.profileCount = 2
      $0.unsaid = [inOrder, "not in the profile list"]
    },
    CheckedCase("two-machines", code: 1) {
      $0.must = [Wanted("handles-leaked", of: "-1001", serious, "only-on-host2.exe")]
      $0.mustNot = [Wanted("profile-folder-missing"), Wanted("profile-folder-unlisted")]
      $0.conclusions = ["-1001": ["unloaded"]]
      $0.profileCount = 2
      $0.said = ["HOST1", "HOST2"]
      $0.unsaid = ["contradicts", "skipped"]
    },
    CheckedCase("shadow-copies", code: 1) {
      $0.must = [Wanted("handles-leaked", of: "-1001")]
      $0.mustNot = [Wanted("profile-folder-missing"), Wanted("profile-folder-unlisted")]
      $0.conclusions = ["-1001": ["unloaded"], "-1002": ["loaded", "unclear"]]
      $0.profileCount = 2
      $0.unsaid = ["not in the profile list"]
    },
    CheckedCase("folder-by-drive", code: 1) {
      $0.must = [Wanted("handles-leaked", of: "-1001")]
      $0.conclusions = ["-1001": ["unloaded"], "-1002": ["loaded", "unclear"]]
      $0.profileCount = 2
      $0.unsaid = [inOrder]
    },
    CheckedCase("forwarded-events", code: 0) {
      $0.mustNot = [Wanted("handles-leaked"), Wanted("profile-load-failed")]
      $0.conclusions = ["-1001": ["unloaded"]]
    },
  ]

  private static let comServers: [CheckedCase] = [
    comServer("com-server"),
    CheckedCase("com-server-policy-on", code: 1) {
      $0.must = [
        Wanted("force-unload-disabled", ["information"]), Wanted("handles-leaked", of: "-1004"),
      ]
      $0.mustNot = [Wanted("com-server-lost-profile", ["problem"])]
      $0.unsaid = ["Enable the policy", "by force: event", "unloads the registry by force"]
    },
    CheckedCase("com-server-in-service", code: 1) {
      $0.must = [
        Wanted("handles-leaked", of: "-1004"),
        Wanted("com-runs-as-user", ["information"], "OrdersSvc"),
      ]
      $0.mustNot = [Wanted("com-server-lost-profile"), Wanted("com-runs-as-user", serious)]
    },
    CheckedCase("com-server-catalogue", code: 1) {
      $0.must = [Wanted("com-server-lost-profile", of: "-1004", serious, "10006")]
    },
    CheckedCase("com-server-other-error", code: 1) {
      $0.must = [Wanted("handles-leaked", of: "-1004")]
      $0.mustNot = [Wanted("com-server-lost-profile")]
      $0.unsaid = ["10006: "]
    },
  ]

  private static let events: [CheckedCase] = [
    CheckedCase("written-by-system", code: 1) {
      $0.must = [
        Wanted("profile-load-failed", of: "-1001", serious, "1508"),
        Wanted("profile-folder-not-deleted", of: "-1001", serious, "1533"),
      ]
    },
    CheckedCase("windows-2000-group-policy", code: 0) {
      $0.mustNot = [Wanted("handles-leaked"), Wanted("profile-load-failed")]
      $0.conclusions = ["-1001": ["unloaded"]]
    },
    CheckedCase("windows-nt4", code: 1) {
      $0.must = [Wanted("profile-load-failed", of: "-1007", serious, "not proven")]
      $0.mustNot = [Wanted("handles-leaked")]
    },
    CheckedCase("roaming-events", code: 1) {
      $0.must = [Wanted("roaming-not-updated", of: "-1001", serious, "1504")]
      $0.mustNot = [Wanted("profile-load-failed")]
    },
    CheckedCase("locked-at-load", code: 1) {
      $0.must = [Wanted("profile-locked-at-load", of: "-1001", serious, "agent.exe")]
      $0.mustNot = [Wanted("handles-leaked")]
      $0.conclusions = ["-1001": ["loaded"]]
    },
    CheckedCase("temporary-profile", code: 1) {
      $0.must = [
        Wanted("profile-backup-key", of: "-1005"), Wanted("profile-temporary", of: "-1005"),
        Wanted("profile-load-failed", of: "-1005"),
      ]
      $0.mustNot = [Wanted("profile-folder-missing")]
      $0.profileCount = 1
    },
    CheckedCase("mandatory-profile", code: 1) {
      $0.must = [Wanted("handles-leaked", of: "-1010")]
      $0.mustNot = [Wanted("roaming-cache-kept"), Wanted("roaming-not-updated")]
      $0.unsaid = ["on the server"]
    },
    CheckedCase("application-pool", code: 1) {
      $0.must = [Wanted("handles-leaked", of: "-4004696415")]
      $0.conclusions = ["-4004696415": ["loaded"]]
    },
    CheckedCase("swedish-windows-xp", code: 1) {
      $0.must = [Wanted("handles-leaked", of: "-1007", serious, "winlogon.exe")]
      $0.mustNot = [Wanted("service-runs-as-user"), Wanted("com-runs-as-user")]
    },
  ]

  private static let stops: [CheckedCase] = [
    CheckedCase("windows-xp-refcount") {
      $0.must = [Wanted("profile-refcount", of: "-1001", [], "1")]
      $0.conclusions = ["-1001": ["loaded", "unclear"]]
      $0.unsaid = [inOrder]
    },
    CheckedCase("service-accounts") {
      $0.must = [Wanted("service-runs-as-user", [], "svc-bkp")]
      $0.mustNot = ["-1500", "-1501"].map {
        Wanted("profile-loaded-at-capture", of: $0, serious)
      }
      $0.profileCount = 6
      $0.unsaid = [inOrder]
    },
    CheckedCase("shut-down-in-order", code: 1) {
      $0.must = [Wanted("profile-loaded-at-capture", of: "-1001", serious)]
      $0.conclusions = ["-1001": ["loaded"]]
    },
  ]

  private static let policies: [CheckedCase] = [
    CheckedCase("policy-wrong-type", code: 1) {
      $0.must = [
        Wanted("force-unload-policy-invalid", serious, "DisableForceUnload"),
        Wanted("force-unload-policy-misplaced"),
      ]
    },
    CheckedCase("policy-32-bit", code: 1) {
      $0.must = [Wanted("force-unload-policy-misplaced", serious)]
    },
    CheckedCase("cached-copy-kept", code: 1) {
      $0.must = [
        Wanted("roaming-copy-not-deleted", of: "-1001", serious, "1533"),
        Wanted("roaming-copy-not-deleted", of: "-1002", serious),
      ]
    },
    CheckedCase("size-limit", code: 1) {
      $0.must = [Wanted("registry-size-limit-set", serious)]
      $0.mustNot = [Wanted("hive-near-limit")]
    },
    CheckedCase("uphclean-on-windows-7") {
      $0.must = [Wanted("uphclean-installed", [], "Uninstall")]
    },
  ]

  private static let lists: [CheckedCase] = [
    CheckedCase("two-entries-one-folder", code: 1) {
      $0.must = [Wanted("profile-folder-shared", [], "the folder is this user's")]
      $0.mustNot = [
        Wanted("profile-folder-missing"), Wanted("profile-sid-mismatch", of: "-1107"),
      ]
      $0.conclusions = ["-1107": ["unloaded"]]
      $0.unsaid = ["delete the entry"]
    },
    CheckedCase("folder-gone", code: 1) {
      $0.must = [Wanted("profile-folder-missing", of: "-1107", serious)]
    },
    CheckedCase("folder-behind-link") {
      $0.must = [Wanted("profile-folder-not-entered", of: "-1001", ["information"])]
      $0.mustNot = [Wanted("profile-folder-missing"), Wanted("profile-folder-unlisted")]
      $0.profileCount = 1
      $0.unsaid = ["delete the entry"]
    },
    CheckedCase("profile-on-other-drive") {
      $0.must = [Wanted("profile-on-other-drive", of: "-1001", ["information"])]
      $0.mustNot = [Wanted("profile-folder-missing")]
      $0.unsaid = ["temporary profile", "delete the entry"]
    },
    CheckedCase("fslogix") {
      $0.must = [Wanted("profile-in-container", of: "-3009", ["information"], "container")]
      $0.mustNot = [
        Wanted("profile-folder-unlisted"), Wanted("profile-folder-missing"),
        Wanted("profile-loaded-at-capture", serious),
      ]
      $0.unsaid = ["delete the entry", inOrder]
    },
    CheckedCase("windows-11", code: 0) {
      $0.said = ["Windows 11 Pro"]
      $0.unsaid = ["Windows 10 Pro"]
    },
    CheckedCase("components-and-drivers", code: 0) { _ in },
  ]
}
