// SPDX-License-Identifier: MIT

import CHivex

/// The tree that libhivex sees in a hive: every call to libhivex stands in this file.
///
/// Handles of libhivex are file offsets of cells. Callers check the cell behind a handle before
/// they pass it in, because libhivex reads a record's fields without asking whether its cell is
/// long enough.
@safe
final class HivexTree: @unchecked Sendable {
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

  /// The root key's handle; nil where libhivex finds none.
  ///
  /// The corresponding libhivex function is `hivex_root`.
  var root: Int? {
    let root = unsafe hivex_root(handle)
    return root == 0 ? nil : root
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
