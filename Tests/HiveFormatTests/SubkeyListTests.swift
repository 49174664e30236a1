// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct SubkeyListTests {
  /// A hive whose root has subkeys in a list of a chosen shape.
  private func hive(
    _ list: HiveBuilder.SubkeyList = .leaf(.lh), count: Int = 7
  ) -> BuiltHive {
    var description = HiveDescription()
    description.root.list = list
    for number in 0..<count { description.add("key \(number)") }
    return description.build()
  }

  private func cells(_ hive: BuiltHive) -> [Int] { hive.keys.dropFirst().map(\.node) }

  @Test(
    "Each kind of list gives the subkeys in stored order",
    arguments: [
      (.leaf(.li), .indexLeaf), (.leaf(.lf), .fastLeaf), (.leaf(.lh), .hashLeaf),
      (.index(.li, leafSize: 3), .indexRoot), (.index(.lf, leafSize: 2), .indexRoot),
      (.index(.lh, leafSize: 7), .indexRoot), (.index(.lh, leafSize: 1), .indexRoot),
    ] as [(HiveBuilder.SubkeyList, HiveFormat.SubkeyList.Kind)])
  func kinds(list: HiveBuilder.SubkeyList, kind: HiveFormat.SubkeyList.Kind) throws {
    let hive = hive(list)
    let head = try HiveFormat.SubkeyList(parsing: hive.image, at: hive.key("").subkeyLists[0])
    #expect(head.kind == kind)
    #expect(head.countFault == nil)
    #expect(head.storedCount == head.count)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == cells(hive))
    #expect(faults == [])
  }

  @Test func `elements stand side by side`() throws {
    let hive = hive(.index(.lh, leafSize: 4))
    let lists = hive.key("").subkeyLists
    let root = try HiveFormat.SubkeyList(parsing: hive.image, at: lists[0])
    #expect(root.count == 2)
    #expect(root.offset(of: 1) == lists[0] + 12)
    let leaf = try HiveFormat.SubkeyList(parsing: hive.image, at: lists[1])
    #expect(leaf.count == 4)
    #expect(leaf.offset(of: 2) == lists[1] + 8 + 16)
  }

  @Test func `leaves are given in order, behind the list of them`() throws {
    let hive = hive(.index(.lf, leafSize: 3))
    var faults: [FormatError] = []
    var reader = ListReader(hive.image, isWhole: false)
    try reader.readSubkeys(of: hive.node(""), reporting: &faults)
    #expect(reader.leaves.map(\.list.cell.offset) == hive.key("").subkeyLists)
    #expect(reader.leaves.map(\.elements) == [0..<0, 0..<3, 3..<6, 6..<7])
    #expect(faults == [])
  }

  @Test func `a key that counts no subkeys has none, whatever its list says`() throws {
    var hive = hive()
    hive.set(.subkeyCount, of: "", to: UInt32(0))
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == [])
    #expect(faults == [])
  }

  @Test func `what is no list is reported`() throws {
    var hive = hive()
    let list = hive.key("").subkeyLists[0]
    hive.put(Array("lx".utf8), at: list + 4)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == [])
    #expect(
      faults == [
        FormatError(
          .signature, at: list + 4,
          expected: "a subkey list (\"lf\", \"lh\", \"li\" or \"ri\")", found: "\"lx\""),
        FormatError(
          .listCount, at: hive.key("").node + 24, expected: "0 subkeys, as listed", found: "7"),
      ])
  }
}

// MARK: - Damage

extension SubkeyListTests {
  @Test(
    arguments: [.leaf(.li), .leaf(.lf), .leaf(.lh), .index(.lh, leafSize: 3)]
      as [HiveBuilder.SubkeyList])
  func `a bad element costs one subkey`(list: HiveBuilder.SubkeyList) throws {
    var hive = hive(list)
    hive.redirectSubkey(of: "", at: 4)
    var expected = cells(hive)
    expected.remove(at: 4)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == expected)
    #expect(faults == [.outOfBounds(nowhere, in: hive)])
  }

  @Test func `an element that leads to something else costs one subkey`() throws {
    var hive = hive()
    hive.redirectSubkey(of: "", at: 0, to: hive.relative(hive.securityCells[0]))
    hive.flipAllocation(of: hive.keys[3].node)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == cells(hive).filter { $0 != hive.keys[1].node })
    #expect(
      faults == [
        FormatError(
          .signature, at: hive.securityCells[0] + 4, expected: "the signature \"nk\"",
          found: "\"sk\""),
        FormatError(
          .cellFree, at: hive.keys[3].node, expected: "a cell in use", found: "a free cell"),
      ])
  }

  @Test(
    arguments: [(.leaf(.lh), 8), (.leaf(.lf), 8), (.leaf(.li), 4)]
      as [(HiveBuilder.SubkeyList, Int)])
  func `a list that claims more than its cell holds is read up to the end of the cell`(
    list: HiveBuilder.SubkeyList, stride: Int
  ) throws {
    var hive = hive(list)
    hive.setListCount(of: "", to: .max)
    let cell = hive.key("").subkeyLists[0]
    let size = -hive.cellSize(at: cell)
    let room = (size - 8) / stride
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == cells(hive))
    #expect(
      faults.first
        == FormatError(
          .listOverrun, at: cell + 6,
          expected: "at most \(room) elements in a cell of \(size) bytes",
          found: "65535"))
    // Padding that fits one more element is taken for one, which leads to no cell.
    #expect(faults.dropFirst().allSatisfy { [.cellOutOfBounds, .listCount].contains($0.code) })
  }

  @Test(arguments: [6, 8, 1, .max] as [UInt32])
  func `a key that counts other than its list gets what is listed`(count: UInt32) throws {
    var hive = hive()
    hive.set(.subkeyCount, of: "", to: count)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == cells(hive))
    #expect(
      faults == [
        FormatError(
          .listCount, at: hive.key("").node + 24, expected: "7 subkeys, as listed",
          found: "\(count)")
      ])
  }

  @Test func `a list that counts too few gives those`() throws {
    var hive = hive()
    hive.setListCount(of: "", to: 2)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == Array(cells(hive).prefix(2)))
    #expect(
      faults == [
        FormatError(
          .listCount, at: hive.key("").node + 24, expected: "2 subkeys, as listed", found: "7")
      ])
  }

  @Test func `a leaf listed twice is read once`() throws {
    var hive = hive(.index(.lh, leafSize: 3))
    let lists = hive.key("").subkeyLists
    hive.put(hive.relative(lists[1]), at: lists[0] + 8 + 4)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == Array(cells(hive)[..<3] + cells(hive)[6...]))
    #expect(
      faults == [
        FormatError(
          .listReused, at: lists[1], expected: "a list of subkeys that belongs to one place only",
          found: "a second reference to it"),
        FormatError(
          .listCount, at: hive.key("").node + 24, expected: "4 subkeys, as listed", found: "7"),
      ])
  }

  @Test func `a lost leaf costs its subkeys only`() throws {
    var hive = hive(.index(.li, leafSize: 3))
    let lists = hive.key("").subkeyLists
    hive.put(UInt32(0x7FFF_FFF8), at: lists[0] + 8)
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == Array(cells(hive)[3...]))
    #expect(
      faults == [
        .outOfBounds(nowhere, in: hive),
        FormatError(
          .listCount, at: hive.key("").node + 24, expected: "4 subkeys, as listed", found: "7"),
      ])
  }

  @Test func `a list of lists inside another is not followed`() throws {
    var hive = hive(.index(.lh, leafSize: 4))
    hive.listIndexInItself(of: "")
    let lists = hive.key("").subkeyLists
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == Array(cells(hive)[4...]))
    #expect(
      faults == [
        FormatError(
          .listNesting, at: lists[0] + 4, expected: "a list of keys",
          found: "a list of lists inside another"),
        FormatError(
          .listCount, at: hive.key("").node + 24, expected: "3 subkeys, as listed", found: "7"),
      ])
  }

  @Test func `a list in a cell of 8 bytes has no elements`() throws {
    var description = HiveDescription()
    description.extraCells = [.unreferenced(Array("lh".utf8) + [0xFF, 0xFF])]
    var hive = description.build()
    let cell = hive.extraCells[0]
    try #require(hive.cellSize(at: cell) == -8)
    hive.set(.subkeyCount, of: "", to: UInt32(1))
    hive.set(.subkeyList, of: "", to: hive.relative(cell))
    let (offsets, faults) = try hive.subkeys(of: "")
    #expect(offsets == [])
    #expect(
      faults == [
        FormatError(
          .listOverrun, at: cell + 6, expected: "at most 0 elements in a cell of 8 bytes",
          found: "65535"),
        FormatError(
          .listCount, at: hive.key("").node + 24, expected: "0 subkeys, as listed", found: "1"),
      ])
  }

  @Test func `an element of leaves that overlap is read once`() throws {
    // Every 8 bytes of a field are the beginning of a list with 2,000 elements.
    let leaves = 500
    let leaf = numberBytes(Int32(-8_008)) + Array("li".utf8) + numberBytes(UInt16(2_000))
    var description = HiveDescription()
    let field = [[UInt8]](repeating: leaf, count: leaves).joined()
    let root = Array("ri".utf8) + numberBytes(UInt16(leaves))
    description.extraCells = [
      .unreferenced([0, 0, 0, 0] + field + Array(repeating: 0, count: 8_008)),
      .unreferenced(root + Array(repeating: 0, count: 4 * leaves)),
    ]
    var hive = description.build()
    for index in 0..<leaves {
      hive.put(
        hive.relative(hive.extraCells[0] + 8 + 8 * index), at: hive.extraCells[1] + 8 + 4 * index)
    }
    hive.set(.subkeyList, of: "", to: hive.relative(hive.extraCells[1]))
    hive.set(.subkeyCount, of: "", to: UInt32(leaves * 2_000))
    var faults: [FormatError] = []
    var reader = ListReader(hive.image, isWhole: false)
    try reader.readSubkeys(of: hive.node(""), reporting: &faults)
    // One list after the other has two elements, 8 bytes, that those before it do not reach.
    #expect(reader.elements.count == 2_000 + 2 * (leaves - 1))
    #expect(Set(reader.elements).count == reader.elements.count)
    #expect(faults.map(\.code) == Array(repeating: .cellOverlap, count: leaves - 1))
    #expect(
      faults.first
        == FormatError(
          .cellOverlap, at: hive.extraCells[0] + 8 + 8,
          expected: "cells beside each other, as the file has room for",
          found: "1998 elements of another list"))
  }
}
