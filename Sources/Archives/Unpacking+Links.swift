// SPDX-License-Identifier: MIT

import FileAccess

// Members that have the bytes of others.
extension Unpacking {
  /// Goes through an archive again for members whose bytes others have that are wanted.
  mutating func readLinked(_ file: OpenFile, path: String, below names: [String]) {
    var wanted: [ExactText: (target: [String], links: [[String]])] = [:]
    for link in links where link.names.starts(with: names) {
      wanted[ExactText(path: link.target), default: (link.target, [])].links.append(link.names)
    }
    links.removeAll { $0.names.starts(with: names) }
    guard !wanted.isEmpty, let handle = ArchiveHandle(file, library) else { return }
    while !isExhausted {
      switch handle.next() {
      case .end, .fatal: break
      case .failed: continue
      case .ok, .warning:
        let parts = names + Self.parts(of: handle.path ?? "")
        let key = ExactText(path: parts)
        guard let (target, links) = handle.isFile ? wanted.removeValue(forKey: key) : nil else {
          guard !pass(handle) else { continue }
          break
        }
        do throws(FileError) {
          let member = MemoryFile()
          let (isTaken, canGoOn) = try unpack(handle, to: member, path: path, nil)
          for link in links where isTaken {
            keepLink(
              to: member, target[names.count...].joined(separator: "/"), at: link,
              path: "\(path)/\(link[names.count...].joined(separator: "/"))")
          }
          if canGoOn { continue }
        } catch {
          skip(path, error.reason)
          continue
        }
      }
      break
    }
    for (target, links) in wanted.values {
      for link in links {
        skip(
          "\(path)/\(link[names.count...].joined(separator: "/"))",
          "is a link to \(target[names.count...].joined(separator: "/")), which was not found")
      }
    }
  }
}
