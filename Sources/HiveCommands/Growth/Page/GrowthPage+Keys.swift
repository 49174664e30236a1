// SPDX-License-Identifier: MIT

import FileAccess
import ProfileForensics
import RegistryHive

extension GrowthPage {
  /// Writes the list of keys.
  func writeKeys(
    below start: KeyUsage, before: KeyUsage?, in tree: PageTree, _ data: PageData,
    to output: Output
  ) {
    if isAlone {
      output.beginSection("keys-title", "The largest keys")
    } else {
      output.append("<section aria-label=\"The largest keys\">\n")
    }
    output.append(
      """
      <p>Bytes are those of whole cells: a key's own and those of all keys below it. The share is \
      of all cells in use.</p>
      <div class="tree">
      <div class="row head"><span>Key</span><span>Bytes</span><span>Share</span><span>Keys</span>\
      <span>Values</span><span>Last written</span>
      """)
    if hasGrowth { output.append("<span>Growth</span>") }
    output.append(isAlone ? "</div>\n<ul id=\"keys\" " : "</div>\n<ul ")
    output.append("class=\"keys\" data-name=\"")
    output.append(
      html: report.startPath.names.last ?? RegistryString(report.name.lastPathPart))
    output.append("\" data-path=\"")
    output.append(html: report.startPath.joined)
    output.append(raw: "\" data-size=\"\(start.bytes)\" data-used=\"\(usage.bytes.allocated)\"")
    output.append(raw: " data-keys=\"\(start.keyCount)\" data-values=\"\(start.valueCount)\"")
    if hasGrowth { output.append(" data-growth=\"yes\"") }
    output.append(">\n")
    writeRows(PageKey(usage: start, before: before), in: tree, data, to: output)
    if report.startPath.isRoot { writeRest(to: output) }
    output.append("</ul>\n</div>\n</section>\n")
  }

  private var hasGrowth: Bool { !report.steps.isEmpty }

  /// Writes the keys below one, then what stands for the others, and for the key itself.
  ///
  /// The keys wait on a stack of the function's own, because a tree may be deeper than the
  /// program's.
  private func writeRows(
    _ start: PageKey, in tree: PageTree, _ data: PageData, to output: Output
  ) {
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
      case .key(let key) where key.usage.keyCount == 1 && tree.values(of: key.usage).isEmpty:
        output.append("<li>")
        writeRow(of: key, tag: "div", data, to: output)
        output.append("</li>\n")
      case .key(let key):
        output.append("<li><details>")
        writeRow(of: key, tag: "summary", data, to: output)
        output.append("<ul>\n")
        pending.append(.close)
        pending += steps(below: key)
      }
    }
  }

  private func writeRow(
    of key: PageKey, tag: StaticString, _ data: PageData, to output: Output
  ) {
    let usage = key.usage
    output.append("<")
    output.append(tag)
    output.append(" class=\"row\" data-bytes=\"")
    output.append(decimal: usage.bytes)
    if let place = data.place(of: usage) {
      output.append("\" data-place=\"")
      output.append(decimal: place)
    }
    output.append("\"><span>")
    output.append(isolated: usage.displayName)
    output.append("</span>")
    writeColumns(
      bytes: usage.bytes, hasShare: true, keys: usage.keyCount, values: usage.valueCount,
      time: minutes(usage.latestWritten), to: output)
    if hasGrowth { output.append("span", html: key.delta == 0 ? "" : signed(key.delta)) }
    output.append("</")
    output.append(tag)
    output.append(">")
  }

  private func writeColumns(
    bytes: Int, hasShare: Bool, keys: Int?, values: Int?, time: String, to output: Output
  ) {
    output.append("<span>")
    output.append("b", html: byteText(bytes))
    if bytes >= 1024 {
      output.append(" ")
      output.append("small", html: grouped(bytes))
    }
    output.append("</span>")
    output.append("span", html: hasShare ? percent(report.share(bytes)) : "")
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
        counted(keys, "smaller key"), kind: "smaller", bytes: bytes, keys: keys, values: values,
        to: output)
    }
    let values = tree.values(of: key)
    for value in values { write(value, to: output) }
    writeOther(
      values.isEmpty ? "the key itself and its values" : "the key itself and its other values",
      kind: "own", bytes: key.ownBytes - values.reduce(0) { $0 + $1.bytes }, keys: 1,
      values: key.ownValueCount - values.count, to: output)
  }

  private func write(_ value: PageTree.NamedValue, to output: Output) {
    output.append("<li><div class=\"row value\" data-bytes=\"")
    output.append(decimal: value.bytes)
    output.append("\"><span>")
    output.append(isolated: value.name.isEmpty ? "(Default)" : value.name)
    output.append("</span>")
    writeColumns(
      bytes: value.bytes, hasShare: true, keys: nil, values: nil, time: "", to: output)
    if hasGrowth { output.append("<span></span>") }
    output.append("</div></li>\n")
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
      writeOther(text, kind: "file", bytes: count, keys: nil, values: nil, to: output)
    }
  }

  private func writeOther(
    _ text: String, kind: StaticString, bytes: Int, keys: Int?, values: Int?, to output: Output
  ) {
    output.append("<li><div class=\"row other ")
    output.append(kind)
    output.append("\" data-bytes=\"")
    output.append(decimal: bytes)
    output.append("\">")
    output.append("span", html: text)
    writeColumns(
      bytes: bytes, hasShare: keys != nil, keys: keys, values: values, time: "", to: output)
    if hasGrowth { output.append("<span></span>") }
    output.append("</div></li>\n")
  }
}
