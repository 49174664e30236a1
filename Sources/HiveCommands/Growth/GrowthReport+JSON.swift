// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

extension GrowthReport {
  /// How many levels and keys are listed unless the user says otherwise.
  private static let defaultDepth = 3
  private static let defaultTop = 20

  /// Writes the members of the report's JSON object.
  func writeMembers(to json: inout JSONWriter) {
    json.member("hive", name)
    json.member("kind", usage.hive.kind.rawValue)
    json.member("lastWritten", lastWritten)
    json.beginLine()
    json.member("bytes", usage.bytes)
    json.beginLine()
    json.member("counts", usage.counts)
    writeReclaimable(to: &json)
    writeLimit(to: &json)
    writeKeys(to: &json)
    if let growth {
      json.beginLine()
      json.name("growth")
      write(growth, to: &json)
    }
    if steps.count > 1 {
      json.beginLine()
      json.name("series")
      json.array(steps, inLines: true) { write($1, to: &$0) }
    }
  }

  private func writeReclaimable(to json: inout JSONWriter) {
    json.beginLine()
    json.name("reclaimable")
    json.object { json in
      json.member("bytes", usage.reclaimableBytes)
      json.member("emptyBins", usage.counts.emptyBins)
      json.name("largestFreeRuns")
      json.array(usage.largestFreeRuns) { json, run in
        json.object { json in
          json.member("offset", run.offset)
          json.member("bytes", run.size)
        }
      }
    }
  }

  private func writeLimit(to json: inout JSONWriter) {
    json.beginLine()
    json.member("limit", limit)
  }
}

// MARK: - Keys

extension GrowthReport {
  private func writeKeys(to json: inout JSONWriter) {
    if !startPath.isRoot, let start {
      json.beginLine()
      json.name("key")
      write(start, to: &json)
    }
    json.beginLine()
    json.name("top")
    let largest = start?.largest(top ?? Self.defaultTop, depth: depth ?? Self.defaultDepth) ?? []
    json.array(largest, inLines: true) { write($1, to: &$0) }
    json.beginLine()
    json.name("known")
    json.array(knownLargeKeys, inLines: true) { json, found in
      json.object { json in
        json.member("path", found.key.path)
        json.member("bytes", found.key.bytes)
        json.member("share", share: share(found.key.bytes))
        json.member("note", found.known.note)
        json.member("source", found.known.source)
      }
    }
    writeLargestValues(to: &json)
    json.beginLine()
    json.name("history")
    json.array(start?.history() ?? [], inLines: true) { json, month in
      json.object { json in
        json.member("month", month.description)
        json.member("keys", month.keys)
        json.member("bytes", month.bytes)
      }
    }
  }

  private func write(_ key: KeyUsage, to json: inout JSONWriter) {
    json.object { json in
      json.member("path", key.path)
      json.member("bytes", key.bytes)
      json.member("share", share: share(key.bytes))
      json.member("keys", key.keyCount)
      json.member("values", key.valueCount)
      json.member("lastWritten", key.latestWritten)
    }
  }
}

// MARK: - Growth

extension GrowthReport {
  private func write(_ step: Step, to json: inout JSONWriter) {
    let growth = step.growth
    json.object { json in
      json.member("baseline", step.baseline)
      json.member("hive", step.name)
      json.member("fileBytes", growth.fileBytes)
      json.member("allocatedBytes", growth.allocatedBytes)
      json.member("securityBytes", growth.securityBytes)
      json.member("unreferencedBytes", growth.unreferencedBytes)
      json.member("keyBytes", growth.keyBytes)
      json.name("keys")
      let changes = growth.largestChanges(depth: depth)
      json.array(changes.prefix(top ?? .max), inLines: true) { json, change in
        write(change, to: &json)
      }
    }
  }

  private func write(_ change: KeyChange, to json: inout JSONWriter) {
    json.object { json in
      let path = change.path
      json.member("path", path)
      json.member("change", change.change.rawValue)
      json.member("scope", change.coversSubkeys ? "tree" : "key")
      json.member("before", change.before ?? 0)
      json.member("after", change.after ?? 0)
      json.member("delta", change.delta)
      json.member("valueChanges", change.valueChangeCount)
      json.name("values")
      json.array(change.values) { json, value in
        json.object { json in
          if value.key != path { json.member("path", value.key) }
          json.member("name", value.name)
          json.member("change", value.change.rawValue)
          json.member("before", value.before ?? 0)
          json.member("after", value.after ?? 0)
          json.member("delta", value.delta)
        }
      }
    }
  }
}

// MARK: - Parts that volumes have too

extension JSONWriter {
  mutating func member(_ name: StaticString, _ bytes: HiveBytes) {
    self.name(name)
    object { json in
      json.member("file", bytes.file)
      for part in bytes.parts { json.member(part.key, part.value) }
    }
  }

  mutating func member(_ name: StaticString, _ counts: HiveCounts) {
    self.name(name)
    object { json in
      json.member("keys", counts.keys)
      json.member("values", counts.values)
      json.member("bins", counts.bins)
      json.member("allocatedCells", counts.allocatedCells)
      json.member("freeCells", counts.freeCells)
    }
  }

  mutating func member(_ name: StaticString, _ limit: RegistrySizeLimit.Applied) {
    self.name(name)
    object { json in
      json.member("kind", limit.kind.rawValue)
      if let bytes = limit.bytes { json.member("bytes", bytes) }
      json.member("used", limit.used)
      // Most hives are small against their limit.
      if let share = limit.share { json.member("share", share: share, places: 6) }
      json.member("source", limit.source)
      json.name("notes")
      json.array(limit.notes) { $0.value($1.description) }
    }
  }
}
