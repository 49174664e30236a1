// SPDX-License-Identifier: MIT

import RegistryHive

extension InfoReport {
  /// Writes the members of the report's JSON object.
  func writeMembers(to json: inout JSONWriter) {
    if let machine { json.member("machine", machine) }
    json.member("hive", path)
    json.member("content", state == nil ? "log" : "hive")
    json.member("kind", optional: hive?.kind.rawValue) { $0.value($1) }
    json.member("rootKey", optional: hive?.root.name) { $0.value($1) }
    json.member("libhivex", optional: hive?.isOpenedByLibhivex()) { $0.value($1) }
    json.member("error", optional: failure?.reason) { $0.value($1) }
    json.beginLine()
    writeState(to: &json)
    json.beginLine()
    json.name("logs")
    json.array(logs, inLines: true) { write($1, to: &$0) }
    json.beginLine()
    json.member("changes", optional: changes) { write($1, to: &$0) }
    json.beginLine()
    json.name("bytes")
    json.object { json in
      json.member("file", summary.fileSize)
      json.member("bins", optional: summary.header) { $0.value(Int($1.binsSize)) }
      json.member("readableBins", summary.readableBinsSize)
      json.member("behindBins", optional: bytesBehindBins) { $0.value($1) }
    }
    json.beginLine()
    json.member("header", optional: summary.header) { write($1, to: &$0) }
    json.beginLine()
    json.name("findings")
    json.array(hive?.findings ?? [], inLines: true) { write($1, to: &$0) }
  }

  private func writeState(to json: inout JSONWriter) {
    json.member("state", optional: state?.conclusion.rawValue) { $0.value($1) }
    json.member("dirty", optional: state?.isDirty) { $0.value($1) }
    json.member("summary", optional: state?.description) { $0.value($1) }
    json.name("dirtyReasons")
    json.array(state?.dirtyReasons ?? []) { write($1, to: &$0) }
    json.member("obstacle", optional: state?.obstacle) { write($1, to: &$0) }
    json.name("remarks")
    json.array(state?.remarks ?? []) { $0.value($1) }
    json.beginLine()
    json.member("recovery", optional: state?.recovery) { json, recovery in
      json.object { json in
        json.member("complete", state?.isComplete ?? false)
        json.name("logs")
        json.array(recovery.logNames) { $0.value($1) }
        json.member("entries", recovery.entryCount)
        json.member("sequence", Int(recovery.sequence))
        json.member("bins", Int(recovery.binsSize))
        json.member("file", recovery.fileSize)
        json.member("headerFrom", optional: recovery.headerLogName) { $0.value($1) }
      }
    }
  }

  private func write(_ reason: HiveState.Reason, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", reason.id)
      json.member("text", reason.description)
    }
  }

  private func write(_ log: TransactionLog, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", log.name)
      json.member("size", log.size)
      json.member("format", optional: log.format?.rawValue) { $0.value($1) }
      json.member("primarySequence", optional: log.header?.primarySequence) { $0.value(Int($1)) }
      json.member("secondarySequence", optional: log.header?.secondarySequence) {
        $0.value(Int($1))
      }
      json.member("entries", log.entryCount)
      json.member("firstSequence", optional: log.firstSequence) { $0.value(Int($1)) }
      json.member("lastSequence", optional: log.lastSequence) { $0.value(Int($1)) }
      json.member("use", optional: log.use?.rawValue) { $0.value($1) }
      json.member("appliedEntries", log.appliedEntryCount)
      json.member("appliedBytes", log.appliedBytes)
      json.member("reason", optional: log.reason) { write($1, to: &$0) }
      json.member("summary", log.description)
    }
  }

  private func write(_ changes: ChangeCounts, to json: inout JSONWriter) {
    json.object { json in
      json.member("keysAdded", changes.keysAdded)
      json.member("keysChanged", changes.keysChanged)
      json.member("keysRemoved", changes.keysRemoved)
      json.member("valuesAdded", changes.valuesAdded)
      json.member("valuesChanged", changes.valuesChanged)
      json.member("valuesRemoved", changes.valuesRemoved)
    }
  }

  private func write(_ header: HiveHeader, to json: inout JSONWriter) {
    json.object { json in
      json.member("primarySequence", Int(header.primarySequence))
      json.member("secondarySequence", Int(header.secondarySequence))
      json.member("checksum", paddedHex(header.storedChecksum))
      json.member("rightChecksum", paddedHex(header.computedChecksum))
      json.member("checksumValid", header.isChecksumValid)
      json.member("fileType", header.fileType.rawValue)
      json.member("fileTypeCode", Int(header.rawFileType))
      json.member("version", header.version)
      json.member("fileFormat", Int(header.fileFormat))
      json.member("fileName", header.fileName)
      json.beginLine()
      json.member("lastWritten", optional: time(header.lastWritten)) { $0.value($1) }
      json.member("lastReorganized", optional: header.lastReorganized) { $0.value($1) }
      json.member("reorganization", optional: header.reorganization?.rawValue) { $0.value($1) }
      json.member("markedOffline", header.isMarkedOffline)
      json.member("savedOffline", optional: header.savedOffline) { $0.value($1) }
      json.member("flags", Int(header.flags))
      json.member("clusteringFactor", Int(header.clusteringFactor))
      json.member("rootOffset", header.rootOffset)
      json.member("bins", Int(header.binsSize))
      json.member("resourceManager", optional: header.resourceManagerID) { $0.value($1) }
      json.member("log", optional: header.logID) { $0.value($1) }
      json.member("transactionManager", optional: header.transactionManagerID) { $0.value($1) }
    }
  }

  private func time(_ time: FileTime) -> FileTime? { time.rawValue == 0 ? nil : time }

  private func write(_ finding: Finding, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", finding.id)
      json.member("offset", finding.offset)
      json.member("expected", finding.expected)
      json.member("found", finding.found)
    }
  }
}
