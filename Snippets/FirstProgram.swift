// SPDX-License-Identifier: MIT

// snippet.open
import RegistryHive

/// Prints the programs that start when the user logs on, and what a damaged hive may hide.
func listStartPrograms(of path: String) {
  do throws(HiveError) {
    let hive = try Hive(path: path)
    for finding in hive.findings { print("damaged:", finding) }
    listStartPrograms(of: hive)
  } catch {
    print("cannot be read:", error)
  }
}
// snippet.end

// snippet.key
func listStartPrograms(of hive: Hive) {
  do throws(MissingKey) {
    let path: RegistryPath = "Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    let run = try hive.existingKey(at: path)
    print("last changed", run.lastWritten)
    for value in run.values { describe(value) }
  } catch {
    // Says whether the key is absent, or whether damage may hide it.
    print(error)
  }
}
// snippet.end

// snippet.values
func describe(_ value: Value) {
  if let text = value.string {
    print("  \(value.name): \(text)")
  } else if let number = value.integer {
    print("  \(value.name): \(number)")
  } else if let time = value.time {
    print("  \(value.name): \(time)")
  } else {
    print("  \(value.name): \(value.size) bytes of \(value.type)")
  }
}
// snippet.end

// snippet.call
for path in ["TestHives/NTUSER.DAT", "TestHives/UsrClass.dat", "TestHives/README.md"] {
  print(path)
  listStartPrograms(of: path)
}
// snippet.end
