// SPDX-License-Identifier: MIT

/// How many units must be added, removed, changed or swapped to make one name of another; nil where
/// it is more than a limit.
package func editDistance(_ first: [UInt16], _ second: [UInt16], limit: Int) -> Int? {
  guard abs(first.count - second.count) <= limit else { return nil }
  var older: [Int] = []
  var previous = Array(0...second.count)
  for (row, unit) in first.enumerated() {
    var current = [row + 1]
    for (column, other) in second.enumerated() {
      var cost = min(
        previous[column] + (unit == other ? 0 : 1), previous[column + 1] + 1,
        current[column] + 1)
      if row > 0, column > 0, unit == second[column - 1], first[row - 1] == other {
        cost = min(cost, older[column - 1] + 1)
      }
      current.append(cost)
    }
    guard let best = current.min(), best <= limit else { return nil }
    older = previous
    previous = current
  }
  return previous[second.count] <= limit ? previous[second.count] : nil
}
