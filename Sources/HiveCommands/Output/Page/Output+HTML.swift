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
