// SPDX-License-Identifier: MIT

import CHivex
import FileAccess
import Synchronization

/// Opens a hive with libhivex when it is asked for the first time.
///
/// Opening looks at every bin, which is too much for callers that go through all keys and never
/// asks for the lists of one.
final class LazyHivex: Sendable {
  private enum State {
    case unopened
    case opened(HivexHandle)
    case refused
  }

  private let file: FileBytes
  private let state = Mutex(State.unopened)

  /// Remembers the bytes to open.
  init(_ file: FileBytes) { self.file = file }

  /// The hive as libhivex has it open; nil where libhivex refuses it.
  var handle: HivexHandle? {
    state.withLock { state in
      if case .unopened = state {
        state = file.path.flatMap { HivexHandle(path: $0) }.map(State.opened) ?? .refused
      }
      return if case .opened(let handle) = state { handle } else { nil }
    }
  }
}

/// A hive as libhivex has it open: every call to libhivex is in this file.
///
/// Handles of libhivex are file offsets of cells. Callers check the cell behind a handle before
/// they pass it in, because libhivex reads a record's fields without asking whether its cell is
/// long enough.
@safe
final class HivexHandle: @unchecked Sendable {
  // libhivex changes nothing in a handle opened for reading, apart from text conversion, which is
  // behind a lock of its own and which is not used here: threads may share the handle.
  private let handle: OpaquePointer

  /// Opens a hive file read-only.
  ///
  /// The corresponding libhivex function is `hivex_open`. Returns nil where libhivex refuses; the
  /// reasons are too coarse to be of use, so the caller has to know better.
  init?(path: String) {
    guard let handle = unsafe hivex_open(path, 0) else { return nil }
    unsafe self.handle = handle
  }

  deinit {
    unsafe hivex_close(handle)
  }

  /// The subkeys of a key, in stored order; nil where libhivex refuses: a list beyond its limits,
  /// or one bad element in it.
  ///
  /// The corresponding libhivex function is `hivex_node_children`.
  func subkeys(of node: Int) -> [Int]? {
    unsafe Self.list(takingOwnershipOf: hivex_node_children(handle, node))
  }

  /// The values of a key, in stored order; nil where libhivex refuses.
  ///
  /// The corresponding libhivex function is `hivex_node_values`.
  func values(of node: Int) -> [Int]? {
    unsafe Self.list(takingOwnershipOf: hivex_node_values(handle, node))
  }

  /// Whether libhivex gives a key so many subkeys, each at the offset that `expected` returns for
  /// its place; nil where it refuses.
  ///
  /// The corresponding libhivex function is `hivex_node_children`.
  @inline(__always)
  func compareSubkeys(of node: Int, count: Int, with expected: (Int) -> Int?) -> Bool? {
    unsafe Self.compare(takingOwnershipOf: hivex_node_children(handle, node), count, expected)
  }

  /// Whether libhivex gives a key so many values, each at the offset that `expected` returns for
  /// its place; nil where it refuses.
  ///
  /// The corresponding libhivex function is `hivex_node_values`.
  @inline(__always)
  func compareValues(of node: Int, count: Int, with expected: (Int) -> Int?) -> Bool? {
    unsafe Self.compare(takingOwnershipOf: hivex_node_values(handle, node), count, expected)
  }

  @unsafe
  @inline(__always)
  private static func compare(
    takingOwnershipOf handles: UnsafeMutablePointer<Int>?, _ count: Int,
    _ expected: (Int) -> Int?
  ) -> Bool? {
    guard let handles = unsafe handles else { return nil }
    defer { unsafe free(handles) }
    for index in 0..<count {
      // A list that is shorter ends with 0, which no cell begins at.
      guard unsafe handles[index] == expected(index) else { return false }
    }
    return unsafe handles[count] == 0
  }

  /// A list that ends with 0; it is freed.
  @unsafe
  private static func list(takingOwnershipOf handles: UnsafeMutablePointer<Int>?) -> [Int]? {
    guard let handles = unsafe handles else { return nil }
    defer { unsafe free(handles) }
    var count = 0
    while unsafe handles[count] != 0 { count += 1 }
    return unsafe [Int](UnsafeBufferPointer(start: handles, count: count))
  }
}
