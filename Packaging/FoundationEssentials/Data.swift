// SPDX-License-Identifier: MIT

/// Bytes, as far as to make text of them.
public struct Data {
  let bytes: [UInt8]
}

extension String {
  /// The encodings that ArgumentParser names.
  public enum Encoding {
    case utf8
  }

  /// The text of bytes in UTF-8; what is not valid has U+FFFD in its place.
  public init?(data: Data, encoding: Encoding) {
    self.init(decoding: data.bytes, as: UTF8.self)
  }
}
