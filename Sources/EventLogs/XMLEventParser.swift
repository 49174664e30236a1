// SPDX-License-Identifier: MIT

/// Parses an event with expat.
///
/// Nothing is declared in the middle of a document, so there are no entities of its own to expand.
final class XMLEventParser {
  /// Why an event cannot be parsed, in expat's words.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What the functions that expat calls have to work with.
  fileprivate final class State {
    /// The elements that have begun and not ended; below all, one that holds the event.
    var open = [XMLElement(name: "", attributes: [:])]

    /// No event nests deeper.
    static let depthLimit = 64
    /// How deep the elements are that were not taken.
    var passedOver = 0
  }

  private let expat: ExpatFunctions

  init(_ expat: ExpatFunctions) {
    self.expat = expat
  }

  /// Parses one element.
  func parse(_ bytes: [UInt8]) -> Result<XMLElement, Failure> {
    guard let parser = unsafe expat.makeParser("UTF-8") else {
      return .failure(Failure(description: "out of memory"))
    }
    defer { unsafe expat.freeParser(parser) }
    let state = State()
    unsafe expat.setUserData(parser, Unmanaged.passUnretained(state).toOpaque())
    unsafe expat.setElementHandler(
      parser,
      { data, name, attributes in
        guard let data = unsafe data, let name = unsafe name else { return }
        unsafe State.of(data).begin(String(cString: name), unsafe texts(attributes))
      },
      { data, _ in
        guard let data = unsafe data else { return }
        unsafe State.of(data).end()
      })
    unsafe expat.setTextHandler(
      parser,
      { data, text, count in
        guard let data = unsafe data, let text = unsafe text else { return }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
        unsafe State.of(data).add(String(decoding: bytes, as: UTF8.self))
      })
    // The console's encoding is unknown: what is not UTF-8 becomes U+FFFD.
    let text = String(decoding: bytes, as: UTF8.self)
    let status = unsafe expat.parse(parser, text, CInt(text.utf8.count), 1)
    if status == 1, let element = state.open.first?.children.first {
      return .success(element)
    }
    let code = unsafe expat.errorCode(parser)
    let reason = unsafe expat.errorText(code).map { unsafe String(cString: $0) }
    return .failure(Failure(description: reason ?? "it is not XML"))
  }
}

extension XMLEventParser.State {
  fileprivate static func of(_ data: UnsafeMutableRawPointer) -> XMLEventParser.State {
    unsafe Unmanaged<XMLEventParser.State>.fromOpaque(data).takeUnretainedValue()
  }

  fileprivate func begin(_ name: String, _ attributes: [String: String]) {
    guard open.count < Self.depthLimit else {
      passedOver += 1
      return
    }
    open.append(XMLElement(name: name, attributes: attributes))
  }

  fileprivate func end() {
    guard passedOver == 0 else {
      passedOver -= 1
      return
    }
    guard open.count > 1 else { return }
    let element = open.removeLast()
    open[open.count - 1].children.append(element)
  }

  fileprivate func add(_ text: String) {
    if passedOver == 0 { open[open.count - 1].text += text }
  }
}

/// The attributes of an element, from names and values in turn with a null pointer after them.
private func texts(
  _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> [String: String] {
  var texts: [String: String] = [:]
  guard var next = unsafe attributes else { return texts }
  while let name = unsafe next.pointee, let value = unsafe next.advanced(by: 1).pointee {
    unsafe texts[String(cString: name)] = String(cString: value)
    unsafe next = unsafe next.advanced(by: 2)
  }
  return texts
}
