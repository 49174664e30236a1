// SPDX-License-Identifier: MIT

import FileAccess
import WindowsTypes

extension HiveCommand {
  /// What to say where the first argument should be a command and is none; nil where all is well.
  ///
  /// The argument parser says of a misspelled command only that it did not expect it.
  static func complaint(about arguments: [String]) -> String? {
    let asksForHelp = arguments.first == "help"
    let words = arguments.dropFirst(asksForHelp ? 1 : 0)
    guard let word = words.first, !word.hasPrefix("-"), word != "help",
      !commandNames.contains(word)
    else { return nil }
    if !asksForHelp, fileStatus(of: word) != nil {
      return "'\(word)' is a file or folder. Put a command before it, such as: hive dump '\(word)'"
    }
    if word == "version" { return "'version' is not a command. Use --version." }
    if let name = nearestCommand(to: word) {
      return "'\(word)' is not a command. Did you mean '\(name)'?"
    }
    return "'\(word)' is not a command. The commands are: \(commandNames.joined(separator: ", "))"
  }

  /// What other programs call these commands.
  private static let otherNames = [
    "compare": "diff", "export": "dump", "grep": "find", "list": "dump", "print": "dump",
    "search": "find", "show": "dump", "size": "growth", "verify": "check",
  ]

  /// The command whose name is most like a word; nil where none is like it.
  private static func nearestCommand(to word: String) -> String? {
    if let name = otherNames[word.lowercased()] { return name }
    let wanted = Array(word.lowercased().utf16.prefix(64))
    let likest = commandNames.compactMap { name -> (name: String, distance: Int)? in
      if wanted.count >= 3, name.utf16.starts(with: wanted) { return (name, 0) }
      let limit = max(1, name.count / 3)
      return editDistance(wanted, Array(name.utf16), limit: limit).map { (name, $0) }
    }
    return likest.min { $0.distance < $1.distance }?.name
  }
}
