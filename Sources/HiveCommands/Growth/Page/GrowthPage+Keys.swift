// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

extension GrowthPage {
  /// Writes the list of keys, from which the script draws.
  func writeKeys(below start: KeyUsage, to output: Output) {
    output.beginSection("keys-title", "The largest keys")
    output.append(
      """
      <p>Bytes are those of whole cells: a key's own and those of all keys below it. The share is \
      of all cells in use.</p>
      <div class="tree">
      <div class="row head"><span>Key</span><span>Bytes</span><span>Share</span><span>Keys</span>\
      <span>Values</span><span>Last written</span>
      """)
    if hasGrowth { output.append("<span>Growth</span>") }
    output.append("</div>\n<ul id=\"keys\" data-name=\"")
    let file = report.name.split(separator: "/").last.map(String.init) ?? report.name
    output.append(html: report.startPath.names.last ?? RegistryString(file))
    output.append("\">\n")
    let before = report.growth?.growth.before.key(at: report.startPath)
    writeRows(PageKey(usage: start, before: before), in: PageTree(start), to: output)
    if report.startPath.isRoot { writeRest(to: output) }
    output.append("</ul>\n</div>\n</section>\n")
  }

  private var hasGrowth: Bool { !report.steps.isEmpty }

  /// Writes the keys below one, then what stands for the others, and for the key itself.
  ///
  /// The keys wait on a stack of the function's own, because a tree may be deeper than the
  /// program's.
  private func writeRows(_ start: PageKey, in tree: PageTree, to output: Output) {
    enum Step {
      case key(PageKey)
      case rest(KeyUsage)
      case close
    }
    func steps(below key: PageKey) -> [Step] {
      [.rest(key.usage)]
        + key.subkeys(tree.subkeys(of: key.usage)).reversed().map { .key($0) }
    }
    var pending = steps(below: start)
    while let step = pending.popLast() {
      switch step {
      case .close:
        output.append("</ul></details></li>\n")
      case .rest(let key):
        writeRest(of: key, in: tree, to: output)
      case .key(let key) where key.usage.keyCount == 1:
        output.append("<li>")
        writeRow(of: key, tag: "div", to: output)
        output.append("</li>\n")
      case .key(let key):
        output.append("<li><details>")
        writeRow(of: key, tag: "summary", to: output)
        output.append("<ul>\n")
        pending.append(.close)
        pending += steps(below: key)
      }
    }
  }

  private func writeRow(of key: PageKey, tag: StaticString, to output: Output) {
    let usage = key.usage
    output.append("<")
    output.append(tag)
    output.append(" class=\"row\" data-bytes=\"")
    output.append(decimal: usage.bytes)
    output.append("\"><span><bdi>")
    output.append(html: usage.displayName)
    output.append("</bdi></span>")
    writeColumns(
      bytes: usage.bytes, keys: usage.keyCount, values: usage.valueCount,
      time: Self.minutes(usage.latestWritten), to: output)
    if hasGrowth { output.append("span", html: key.delta == 0 ? "" : signed(key.delta)) }
    output.append("</")
    output.append(tag)
    output.append(">")
  }

  private func writeColumns(
    bytes: Int, keys: Int?, values: Int?, time: String, to output: Output
  ) {
    output.append("span", html: byteText(bytes))
    output.append("span", html: keys == nil ? "" : percent(report.share(bytes)))
    output.append("span", html: keys.map(grouped) ?? "")
    output.append("span", html: values.map(grouped) ?? "")
    output.append("span", html: time)
  }
}

// MARK: - What is not named

extension GrowthPage {
  /// Writes what a key has besides the subkeys that are named.
  private func writeRest(of key: KeyUsage, in tree: PageTree, to output: Output) {
    let named = tree.subkeys(of: key)
    let keys = key.keyCount - 1 - named.reduce(0) { $0 + $1.keyCount }
    if keys > 0 {
      let values = key.valueCount - key.ownValueCount - named.reduce(0) { $0 + $1.valueCount }
      let bytes = key.bytes - key.ownBytes - named.reduce(0) { $0 + $1.bytes }
      writeOther(
        counted(keys, "smaller key"), bytes: bytes, keys: keys, values: values, to: output)
    }
    writeOther(
      "the key itself and its values", bytes: key.ownBytes, keys: 1, values: key.ownValueCount,
      to: output)
  }

  /// Writes the bytes of the file that belong to no key.
  private func writeRest(to output: Output) {
    let bytes = usage.bytes
    for (text, count) in [
      ("security descriptors, shared by keys", bytes.security),
      ("base block and bin headers", bytes.baseBlock + bytes.binHeaders),
      ("in use, but nothing leads to it", bytes.unreferenced),
      ("free", bytes.free), ("after the last bin", bytes.trailing),
    ] where count > 0 {
      writeOther(text, bytes: count, keys: nil, values: nil, to: output)
    }
  }

  private func writeOther(
    _ text: String, bytes: Int, keys: Int?, values: Int?, to output: Output
  ) {
    output.append("<li><div class=\"row other\" data-bytes=\"")
    output.append(decimal: bytes)
    output.append("\">")
    output.append("span", html: text)
    writeColumns(bytes: bytes, keys: keys, values: values, time: "", to: output)
    if hasGrowth { output.append("<span></span>") }
    output.append("</div></li>\n")
  }
}
