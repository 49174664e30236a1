// SPDX-License-Identifier: MIT

// Hives whose newest changes are in their transaction logs alone.
extension Fixture {
  /// A dirty hive as Windows 8.1 and later leave it: the first log has the first step, the second
  /// log continues with two more.
  static let dirtyNewFormat = Fixture(
    "damaged/dirty-new-format", { sample(afterStep: 0) }, damage: { $0.makeDirty(sequence: 7) },
    logs: [".LOG1", ".LOG2"]
  ) {
    let states = (0...3).map { sample(afterStep: $0).build().bytes }
    return [
      BuiltLog(states: Array(states[0...1]), firstSequence: 7).bytes,
      BuiltLog(states: Array(states[1...3]), firstSequence: 8).bytes,
    ]
  }

  /// A dirty hive as Windows Vista to 8 leave it: the first log has all that changed, the second
  /// one is not in use.
  static let dirtyOldFormat = Fixture(
    "damaged/dirty-old-format", { sample(afterStep: 0) }, damage: { $0.makeDirty(sequence: 7) },
    logs: [".LOG1", ".LOG2"]
  ) {
    let states = [0, 3].map { sample(afterStep: $0).build().bytes }
    return [BuiltLog(from: states[0], to: states[1], sequence: 8, pageSize: 512).bytes, []]
  }

  /// The sample at work: in the first step a key comes, in the second one a value changes, in the
  /// third one a key goes.
  package static func sample(afterStep step: Int) -> HiveDescription {
    var hive = HiveDescription()
    let times = [
      hive.time, filetime(2024, 6, 21, 16, 45), filetime(2024, 6, 21, 16, 46),
      filetime(2024, 6, 21, 16, 47),
    ]
    if step < 3 { hive["Alpha"].values = [.string("text", "Alpha's text")] }
    hive.set(
      "Beta", at: times[step < 2 ? 0 : 2], .dword("one", step < 2 ? 1 : 17),
      .string("text", "Beta's text"), .dword("two", 2))
    if step >= 1 { hive.set("Epsilon", at: times[1], .string("new", "only in the logs")) }
    hive.makeKey("Gamma\\Delta")
    hive.root.lastWritten = times[step == 3 ? 3 : min(step, 1)]
    return hive
  }
}

extension BuiltHive {
  /// Marks the hive as one whose write of the number behind a number was not finished.
  fileprivate mutating func makeDirty(sequence: UInt32) {
    set(.secondarySequence, to: sequence)
    makeDirty()
  }
}
