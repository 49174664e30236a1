// SPDX-License-Identifier: MIT

import Foundation
import Testing

@testable import HiveCommands

/// Chromium, where it is installed; nothing else is needed to look at a page.
enum Browser {
  static let isMissing: Comment = "no chromium to open pages with"

  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return names.flatMap { name in folders.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// A window that pages are looked at in.
  struct Window: CustomTestStringConvertible {
    let width: Int
    let isDark: Bool

    var testDescription: String { "\(width) pixels, \(isDark ? "dark" : "light")" }

    /// A wide one and a phone's, in light and in dark.
    static let all = [1280, 390].flatMap { width in
      [false, true].map { Window(width: width, isDark: $0) }
    }
  }

  /// Opens a page, runs a script in it, and returns the lines that the script noted with `note`.
  ///
  /// The script may wait (`await`). What a script has to say on the console is a mistake in the
  /// page, but that the browser refused to run a script, where the page has a foreign one.
  static func notes(
    of page: String, in window: Window = Window(width: 1280, isDark: false),
    isRefused: Bool = false, script: String
  ) async throws -> [String] {
    let probe = """
      (async () => {
      const lines = [];
      const note = (text) => lines.push(String(text));
      try {
      \(script)
      } catch (error) { note(`error: ${error}`); }
      parent.postMessage(lines, "*");
      })();
      """
    // The page lets only scripts run whose hashes it names.
    let hash = PageAsset(bytes: [UInt8](probe.utf8)).hash
    let inner =
      page
      .replacingOccurrences(of: "; script-src", with: "; script-src 'sha256-\(hash)'")
      .replacingOccurrences(of: "</body>", with: "<script>\(probe)</script></body>")
    let folder = try TemporaryFolder()
    _ = try folder.write([UInt8](inner.utf8), as: "inner.html")
    let outer = """
      <!DOCTYPE html><meta charset="utf-8"><pre id="notes"></pre><script>
      addEventListener("message", (event) => {
        document.getElementById("notes").textContent = JSON.stringify(event.data);
        document.querySelector("iframe").remove();
      });
      </script>
      <iframe src="inner.html" style="border:0;width:\(window.width)px;height:850px"></iframe>
      """
    let file = try folder.write([UInt8](outer.utf8), as: "outer.html")
    var arguments = [
      "--headless", "--disable-gpu", "--enable-logging=stderr", "--window-size=1400,900",
      "--user-data-dir=\(folder.path("profile"))", "--virtual-time-budget=20000", "--dump-dom",
      "--blink-settings=preferredColorScheme=\(window.isDark ? 0 : 1)",
    ]
    // Chromium refuses to isolate its processes for root.
    if geteuid() == 0 { arguments.append("--no-sandbox") }
    let outcome = try await runProgram(try #require(path), arguments + ["file://\(file)"])
    let console = outcome.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }
    let mistakes = console.filter { !isRefused || !$0.contains("Content Security Policy") }
    #expect(mistakes == [])
    #expect(console.count - mistakes.count == (isRefused ? 1 : 0))
    let parts = outcome.text.components(separatedBy: "<pre id=\"notes\">")
    let text = try #require(parts.count == 2 ? parts[1].components(separatedBy: "</pre>")[0] : nil)
    let json = text.replacingOccurrences(of: "&lt;", with: "<")
      .replacingOccurrences(of: "&gt;", with: ">").replacingOccurrences(of: "&amp;", with: "&")
    return try JSONDecoder().decode([String].self, from: Data(json.utf8))
  }

  /// Checks what must hold of every page in every window: it is no wider than the window, nor are
  /// its tables of machines and totals, and all text that is seen stands out from what is behind it
  /// (WCAG 2.2, AA).
  static func expectReadable(
    _ page: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for window in Window.all {
      let notes = try await notes(of: page, in: window, script: contrastScript)
      #expect(
        notes == ["\(window.isDark)", "fits"], "\(window.testDescription)",
        sourceLocation: sourceLocation)
    }
  }

  /// Notes what names must not add to a page; the script that looks at the page does not count.
  static let structure = """
    for (const name of ["h1", "main", "img"]) {
      note(`${document.querySelectorAll(name).length} ${name}`);
    }
    const isHandler = (attribute) => attribute.name.startsWith("on");
    const handlers = [...document.querySelectorAll("*")]
      .filter((element) => [...element.attributes].some(isHandler));
    note(`${handlers.length} on`);
    note(`${document.scripts.length - 1} script`);
    """

  private static let contrastScript = """
    for (const part of document.querySelectorAll("details")) part.open = true;
    note(String(matchMedia("(prefers-color-scheme: dark)").matches));
    const wide = document.documentElement.scrollWidth;
    note(wide <= innerWidth ? "fits" : `is ${wide} pixels wide`);
    for (const table of document.querySelectorAll(".machines, .totals")) {
      const frame = table.closest(".scroll");
      if (frame.scrollWidth > frame.clientWidth) note(`a table is ${table.scrollWidth} wide`);
    }
    const numbers = (color) => color.match(/[0-9.]+/g).map(Number);
    const light = (rgb) => {
      const [r, g, b] = rgb.map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let part = element; part; part = part.parentElement) {
        const color = getComputedStyle(part).backgroundColor;
        const found = color.startsWith("rgb") ? numbers(color) : null;
        if (found && (found.length === 3 || found[3] === 1)) return found.slice(0, 3);
      }
      return numbers(getComputedStyle(document.body).backgroundColor);
    };
    const told = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let looked = 0;
    while (walker.nextNode() && looked < 3000) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
      if (element.closest("script, style, #map .part")) continue;
      looked += 1;
      const ink = element instanceof SVGElement
        ? getComputedStyle(element).fill : getComputedStyle(element).color;
      const [one, other] = [light(numbers(ink).slice(0, 3)), light(behind(element))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      const name = `${element.tagName}.${element.getAttribute("class")}`;
      if (ratio < 4.5 && !told.has(name)) {
        told.add(name);
        note(`${name}: contrast ${ratio.toFixed(2)}`);
      }
    }
    """
}
