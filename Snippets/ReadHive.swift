// SPDX-License-Identifier: MIT

// snippet.reading
import RegistryHive

let hive = try Hive(path: "TestHives/NTUSER.DAT")

// Keys and values are found as Windows finds them: case does not matter.
if let desktop = hive.key(at: "control panel\\desktop") {
  print(desktop.path, desktop.lastWritten)
  for value in desktop.values {
    if let text = value.string {
      print(value.name, text)
    } else if let number = value.integer {
      print(value.name, number)
    }
  }
}

// Through all keys, parents before children, and on past what cannot be read.
var walk = hive.root.walk()
var valueCount = 0
while let key = walk.next() {
  valueCount += key.values.count
  for finding in walk.findings { print("\(walk.path): \(finding)") }
}
print(valueCount, "values")
