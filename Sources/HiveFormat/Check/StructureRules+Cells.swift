// SPDX-License-Identifier: MIT

// MARK: - Security records

extension StructureRules {
  /// Counts a key for its security record.
  mutating func addSecurity(of node: KeyNode) {
    guard node.security != .noCell else {
      return report(
        .securityMissing, at: node.cell.content + KeyNode.Layout.security,
        expected: "a security record", found: "none")
    }
    // Neighbours mostly share their security record.
    if node.security == lastSecurity.record {
      lastSecurity.users += 1
      return
    }
    countLastSecurity()
    lastSecurity = (node.security, 1)
  }

  /// Adds the keys that were counted last.
  private mutating func countLastSecurity() {
    let (record, users) = lastSecurity
    guard users > 0 else { return }
    lastSecurity.users = 0
    if let count = securityUsers[record] {
      securityUsers[record] = count + users
      return
    }
    // Where the record cannot be read, the traversal says so.
    if (try? SecurityRecord(parsing: image, at: record.fileOffset)) != nil {
      securityUsers[record] = users
    }
  }

  /// Compares the ring of all security records with what the keys refer to.
  mutating func checkSecurity() {
    countLastSecurity()
    var inRing: Set<CellReference> = []
    // In the order of the file, so that the report is the same every time.
    for start in securityUsers.keys.sorted() where !inRing.contains(start) {
      if !inRing.isEmpty {
        reportHive(
          .securityLink, at: start.fileOffset, expected: "one ring of all security records",
          found: "a record outside the ring")
      }
      followRing(from: start, &inRing)
    }
    for reference in inRing.sorted() {
      guard let record = try? SecurityRecord(parsing: image, at: reference.fileOffset) else {
        continue
      }
      let users = securityUsers[reference] ?? 0
      guard Int(record.referenceCount) != users else { continue }
      reportHive(
        .securityCount, at: record.cell.content + 12,
        expected: "\(users), as many keys refer to it",
        found: "\(record.referenceCount)")
    }
  }

  private mutating func followRing(from start: CellReference, _ seen: inout Set<CellReference>) {
    var reference = start
    while let record = try? SecurityRecord(parsing: image, at: reference.fileOffset) {
      seen.insert(reference)
      _ = cells.claim(record.cell)
      let next: SecurityRecord
      do throws(FormatError) {
        next = try SecurityRecord(parsing: image, at: record.next.fileOffset)
      } catch {
        let fault = error
        return reportHive(
          .securityLink, at: record.cell.content + 4, expected: "a security record to follow",
          found: "\(hex(record.next)), where \(fault.expected) was expected")
      }
      if next.previous != reference {
        reportHive(
          .securityLink, at: next.cell.content + 8,
          expected: "\(hex(reference)), the record before", found: hex(next.previous))
      }
      if seen.contains(record.next) {
        if record.next != start {
          reportHive(
            .securityLink, at: record.cell.content + 4, expected: "a ring of all security records",
            found: "a way back into its midst")
        }
        return
      }
      reference = record.next
    }
  }

  /// Counts a fault that belongs to no key.
  private mutating func reportHive(
    _ code: FormatError.Code, at offset: Int,
    expected: @autoclosure () -> String, found: @autoclosure () -> String
  ) {
    faults.add(code) { FormatError(code, at: offset, expected: expected(), found: found()) }
  }
}

// MARK: - What nothing leads to

extension StructureRules {
  /// Looks at the lists of keys that say they have nothing in them.
  ///
  /// Some writers leave the reference behind. It means something where the list is there, and no
  /// other key has it.
  mutating func checkUncountedLists() {
    for uncounted in uncountedLists {
      let offset = uncounted.list.fileOffset
      guard let cell = try? image.allocatedCell(at: offset), !cells.isClaimed(cell) else {
        continue
      }
      if uncounted.isOfValues {
        guard let first = try? image.uint32(at: cell.content),
          (try? image.checkValueRecord(at: first.fileOffset)) != nil
        else { continue }
        faults.add(.valuesUncounted, key: uncounted.key) {
          FormatError(
            .valuesUncounted, at: offset, expected: "no list, since the key has no values",
            found: "a list of values")
        }
      } else if let list = try? SubkeyList(parsing: image, at: offset), list.count > 0 {
        faults.add(.subkeysUncounted, key: uncounted.key) {
          FormatError(
            .subkeysUncounted, at: offset, expected: "no list, since the key has no subkeys",
            found: "a list of \(list.count) elements")
        }
      }
    }
  }

  mutating func checkUnreferencedCells() {
    let image = image
    var found = FaultTally()
    cells.forEachUnclaimed { cell in
      found.add(.cellUnreferenced) {
        FormatError(
          .cellUnreferenced, at: cell.offset, expected: "something that leads to a used cell",
          found: "\(cell.size) bytes that begin with "
            + describeSignature((try? image.bytes(at: cell.content, count: 2)) ?? []))
      }
    }
    faults.add(contentsOf: found)
  }

  mutating func checkTrailingBytes() {
    var offset = bins.lastBinEnd
    while offset < image.count, (try? image.uint8(at: offset)) == 0 { offset += 1 }
    let size = image.count - offset
    guard size > 0 else { return }
    reportHive(
      .trailingBytes, at: offset, expected: "nothing but zeros after the last bin",
      found: "\(size) bytes")
  }
}
