// SPDX-License-Identifier: MIT

import RegistryHive

/// The frame of every page: one file that loads nothing from elsewhere.
///
/// All there is to see is in elements that need no script. The page names its scripts and styles
/// by their hashes, and browsers run and apply no others, whatever names in a hive hold.
struct Page {
  /// The title in the window, which text from evidence may be part of.
  let title: String
  /// The styles beside those of all pages.
  var styles: [PageAsset] = []
  /// The scripts beside those of all pages.
  var scripts: [PageAsset] = []

  /// Writes the page around what a function writes.
  func write(to output: Output, _ body: () -> Void) {
    let styles = [PageAsset.pageStyle] + styles
    let scripts = [PageAsset.pageScript] + scripts
    output.append(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src
      """)
    for style in styles { output.append(raw: " 'sha256-\(style.hash)'") }
    output.append("; script-src")
    for script in scripts { output.append(raw: " 'sha256-\(script.hash)'") }
    output.append("; base-uri 'none'; form-action 'none'\">\n")
    output.append("<meta name=\"referrer\" content=\"no-referrer\">\n")
    output.append("title", html: title)
    for style in styles {
      output.append("\n<style>")
      output.append(style.bytes)
      output.append("</style>")
    }
    output.append("\n</head>\n<body>\n")
    body()
    for script in scripts {
      output.append("<script>")
      output.append(script.bytes)
      output.append("</script>\n")
    }
    output.append("</body>\n</html>\n")
  }
}

/// A script or a style that is built into the program.
struct PageAsset {
  let bytes: [UInt8]

  /// The hash of the bytes, as a Content-Security-Policy names it.
  var hash: String { base64(SHA256.hash(bytes)) }

  static let pageStyle = PageAsset(bytes: PackageResources.page_css)
  static let pageScript = PageAsset(bytes: PackageResources.page_js)
  static let checkStyle = PageAsset(bytes: PackageResources.check_css)
  static let diffStyle = PageAsset(bytes: PackageResources.diff_css)
  static let diffScript = PageAsset(bytes: PackageResources.diff_js)
  static let growthStyle = PageAsset(bytes: PackageResources.growth_css)
  static let growthScript = PageAsset(bytes: PackageResources.growth_js)
}
