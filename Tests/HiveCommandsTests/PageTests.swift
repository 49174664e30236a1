// SPDX-License-Identifier: MIT

import Testing

@testable import HiveCommands

@Suite struct `The frame of a page` {
  @Test(
    arguments: [
      ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
      ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="
      ),
    ])
  func `scripts are named by their hash`(text: String, hash: String) {
    #expect(PageAsset(bytes: [UInt8](text.utf8)).hash == hash)
  }

  @Test func `a long text has the hash that FIPS 180-4 gives`() {
    let hash = SHA256.hash([UInt8](repeating: 0x61, count: 1_000_000))
    #expect(Array(hash.prefix(4)) == [0xCD, 0xC7, 0x6E, 0x5C])
    #expect(Array(hash.suffix(4)) == [0xC7, 0x11, 0x2C, 0xD0])
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func `Base64 is padded`(text: String, encoded: String) {
    #expect(base64([UInt8](text.utf8)) == encoded)
  }

  @Test(.enabled(if: Browser.path != nil, Browser.isMissing))
  func `no other script runs`() async throws {
    let page = Page(title: "</title><script>document.title = 'ran'</script>")
    let text = try rendered { output in
      page.write(to: output) {
        output.append("<main><p id=\"p\">text</p><script>document.title = 'ran'</script></main>\n")
      }
    }
    let notes = try await Browser.notes(
      of: text, isRefused: true, script: "note(document.title);")
    #expect(notes == ["</title><script>document.title = 'ran'</script>"])
  }
}
