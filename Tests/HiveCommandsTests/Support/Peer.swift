// SPDX-License-Identifier: MIT

import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// A program by other people that reads or writes the same files, or what ours write.
enum Peer: String {
  case duckdb
  case hivexml
  case hivexregedit
  case jq
  case mactime
  case python3
  case wine

  /// Where the program is; nil where it is not installed.
  var path: String? {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return folders.split(separator: ":").map { "\($0)/\(rawValue)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  var isInstalled: Bool { path != nil }
}

/// How many nodes and values an XML document has, and the names of its elements.
final class XMLCensus: NSObject, XMLParserDelegate {
  private(set) var counts: [String: Int] = [:]
  private(set) var depth = 0
  private(set) var greatestDepth = 0

  /// Counts; nil where the document is not well-formed.
  static func of(_ bytes: [UInt8]) -> XMLCensus? {
    let census = XMLCensus()
    // From a stream: given data, the parser refuses documents of more than 10 MB.
    let parser = XMLParser(stream: InputStream(data: Data(bytes)))
    parser.delegate = census
    return parser.parse() ? census : nil
  }

  var keys: Int { counts["node"] ?? 0 }
  var values: Int { counts["value"] ?? 0 }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    counts[name, default: 0] += 1
    depth += 1
    greatestDepth = max(greatestDepth, depth)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    depth -= 1
  }
}
