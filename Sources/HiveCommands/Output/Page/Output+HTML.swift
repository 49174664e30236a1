// SPDX-License-Identifier: MIT

import RegistryHive

extension Output {
  /// Appends text that may be between tags and in quoted attributes.
  func append(html text: RegistryString) {
    append(text, as: HTMLEscaping.self)
  }

  /// Appends text that may be between tags and in quoted attributes.
  func append(html text: String) {
    append(html: RegistryString(text))
  }

  /// Appends an element that holds nothing but text.
  func append(_ tag: StaticString, html text: String) {
    append("<")
    append(tag)
    append(">")
    append(html: text)
    append("</")
    append(tag)
    append(">")
  }

  /// Appends text from the evidence, whose direction of writing changes nothing around it.
  func append(isolated text: RegistryString) {
    append("<bdi>")
    append(html: text)
    append("</bdi>")
  }

  /// Appends text from the evidence, whose direction of writing changes nothing around it.
  func append(isolated text: String) {
    append(isolated: RegistryString(text))
  }

  /// Begins a section with its heading, whose identifier must be the only one in the page.
  func beginSection(_ id: String, _ title: String) {
    append("<section aria-labelledby=\"")
    append(html: id)
    append("\">\n<h2 id=\"")
    append(html: id)
    append("\">")
    append(html: title)
    append("</h2>\n")
  }

  /// Begins a table that can be sorted, below its heading, in a part of the page that scrolls.
  ///
  /// - Parameters:
  ///   - heading: The element of the heading.
  ///   - name: The heading.
  ///   - kinds: The classes of the part that scrolls, and of the table, besides those of all.
  ///   - filter: What to call the field that filters the rows; nil for none.
  ///   - columns: The headings of the columns, the first one of text.
  ///   - texts: Which other columns are of text.
  func beginTable(
    _ heading: StaticString, _ name: String, kinds: (part: StaticString, table: StaticString),
    filter: String? = nil, _ columns: [String], texts: Set<String>
  ) {
    append(heading, html: name)
    append("\n<div class=\"scroll")
    append(kinds.part)
    append("\" tabindex=\"0\" role=\"region\" aria-label=\"")
    append(html: name)
    append("\">\n<table class=\"sortable ")
    append(kinds.table)
    append("\"")
    if let filter {
      append(" data-filter=\"")
      append(html: filter)
      append("\"")
    }
    append("><thead><tr>")
    for column in columns {
      append(texts.contains(column) ? "<th scope=\"col\" class=\"text\">" : "<th scope=\"col\">")
      append(html: column)
      append("</th>")
    }
    append("</tr></thead>\n<tbody>\n")
  }

  /// Ends a table, and the part that scrolls.
  func endTable() {
    append("</tbody>\n</table>\n</div>\n")
  }

  /// Appends a bar that fills a share of its place.
  ///
  /// - Parameters:
  ///   - share: The share, from 0 to 1; others are cut.
  ///   - kind: The class of the bar, which gives it its color.
  func appendBar(_ share: Double, _ kind: StaticString = "") {
    append("<svg class=\"bar ")
    append(kind)
    append("\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")
    append("<rect width=\"")
    append(text: decimals(min(max(share, 0), 1) * 100, places: 2))
    append("\" height=\"1\"/></svg>")
  }
}
