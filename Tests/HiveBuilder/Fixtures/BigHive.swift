// SPDX-License-Identifier: MIT

/// A large hive for measurements, like those of users whose profile has grown for years.
///
/// The same figures always give the same bytes.
package struct BigHive: Sendable {
  /// How many keys there are, the root included.
  package let keys: Int
  /// How many values there are.
  package let values: Int
  private var state: UInt32 = 2024

  package init(keys: Int, values: Int) {
    self.keys = keys
    self.values = values
  }

  package static func describe(keys: Int, values: Int) -> HiveDescription {
    var maker = BigHive(keys: keys, values: values)
    return maker.describe()
  }

  private mutating func describe() -> HiveDescription {
    var hive = HiveDescription(root: "ROOT")
    hive.header.fileName = "\\??\\C:\\Users\\anna\\ntuser.dat"
    hive.fileSizeMultiple = HiveDescription.kernelFileSizeMultiple
    addKeys(to: &hive)
    addValues(to: &hive)
    return hive
  }

  private mutating func random(below limit: Int) -> Int {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int(state >> 8) % max(limit, 1)
  }

  // MARK: - Keys

  private mutating func addKeys(to hive: inout HiveDescription) {
    // Mostly small families; now and then a large one, as classes and caches have them.
    let families = [2, 1, 6, 3, 14, 1, 4, 0, 9, 2, 60, 0, 5, 1, 3, 0, 350, 2, 7, 0, 25, 3, 1_500]
    var open = [HiveDescription.KeyID.root]
    var turn = 0
    while hive.keys.count < keys {
      // Taking the newest key leads into the depth, an older one into the breadth.
      let parent = turn % 3 == 0 ? open.removeLast() : open.remove(at: open.count / 2)
      let size = open.isEmpty ? 12 : families[turn % families.count]
      turn += 1
      let style = random(below: 8)
      let time = filetime(2022, 1, 1) + UInt64(random(below: 900)) * 864_000_000_000
      for number in 0..<min(size, keys - hive.keys.count) {
        open.append(hive.add(keyName(number, style: style), to: parent, at: time))
      }
    }
  }

  private mutating func keyName(_ number: Int, style: Int) -> NameDescription {
    switch style {
    case 0:
      let digits = (0..<4).map { _ in hexadecimal(random(below: 0x10000)) }
      return
        "{\(hexadecimal(number))\(digits[0])-\(digits[1])-4000-8000-\(digits[2])\(digits[3])0000}"
    case 1: return ".\(words[number % words.count].lowercased())\(number)"
    case 2: return "\(number)"
    case 3 where number % 10 == 0: return "Ключ \(number)"
    default:
      return NameDescription(
        "\(words[random(below: words.count)])\(words[number % words.count])\(number)")
    }
  }

  private func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
  }

  // MARK: - Values

  private mutating func addValues(to hive: inout HiveDescription) {
    // How many values a key has in comparison with others; three each on average.
    let shares = [1, 0, 5, 2, 3, 7, 0, 4, 2, 6]
    var shared = 0
    var added = 0
    for index in hive.keys.indices {
      shared += shares[index % shares.count]
      let isLast = index == hive.keys.count - 1
      let due = isLast ? values : min(shared * values / (3 * hive.keys.count), values)
      let list = (0..<max(due - added, 0)).map { value($0) }
      hive[HiveDescription.KeyID(index: index)].values = list
      added += list.count
    }
  }

  private mutating func value(_ number: Int) -> ValueDescription {
    let word = words[random(below: words.count)]
    let name: NameDescription = number == 0 && random(below: 4) == 0 ? "" : "\(word)\(number)"
    switch random(below: 20) {
    case 0..<9:
      let folder = words[random(below: words.count)]
      let file = words[random(below: words.count)]
      return .string(
        name, "C:\\Users\\anna\\\(folder)\\\(word)\\\(file)\(number).dat")
    case 9..<14: return .dword(name, UInt32(random(below: 0xFFFFFF)))
    case 14..<17: return .binary(name, bytes(8 + random(below: 130)))
    case 17: return .binary(name, bytes(random(below: 50) == 0 ? 3_000 : 240))
    case 18:
      return .multiString(name, (0..<1 + random(below: 5)).map { "\(words[$0])\(word)" })
    default: return .expandString(name, "%SystemRoot%\\System32\\\(word).dll,-\(number)")
    }
  }

  private mutating func bytes(_ count: Int) -> [UInt8] {
    Fixture.pattern(count, seed: UInt32(random(below: 0xFFFFFF)))
  }
}

private let words = [
  "Application", "Bags", "Cache", "Classes", "Command", "Config", "Connections", "Data", "Default",
  "Desktop", "Device", "Display", "Documents", "Environment", "Explorer", "Extensions", "Feature",
  "Folder", "History", "Icon", "Install", "Item", "Language", "Last", "List", "Local", "Manifest",
  "Menu", "Network", "Options", "Package", "Path", "Policies", "Position", "Printer", "Profile",
  "Recent", "Server", "Session", "Settings", "Shell", "State", "Stream", "Time", "Update", "User",
  "Version", "View", "Window", "Zone",
]
