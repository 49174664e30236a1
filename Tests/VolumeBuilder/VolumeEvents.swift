// SPDX-License-Identifier: MIT

package import EventLogBuilder
import HiveBuilder

extension EventDescription {
  /// An event of the User Profiles Service.
  package static func profileService(
    _ event: UInt16, at time: UInt64, level: UInt8 = 3, user: String = "S-1-5-18",
    _ data: (name: String, text: String)...
  ) -> EventDescription {
    EventDescription(
      time: time, provider: "Microsoft-Windows-User Profiles Service",
      providerID: [
        0xF0, 0xE9, 0xB1, 0x89, 0xFF, 0x5A, 0xA6, 0x44, 0x9B, 0x44, 0x0A, 0x07, 0xA7, 0xCE, 0x58,
        0x45,
      ], event: event, level: level, computer: "WS1", user: sidBytes(user), data: data)
  }

  /// Event 1530: programs that had keys open.
  ///
  /// - Parameters:
  ///   - sid: The user.
  ///   - time: When.
  ///   - suffix: `_Classes` for the user's classes.
  ///   - handles: The programs, each with the key below the user's root.
  /// - Returns: The event.
  package static func handlesLeaked(
    by sid: String, at time: UInt64, suffix: String = "",
    _ handles: [(process: Int, image: String, key: String)]
  ) -> EventDescription {
    let root = "\\REGISTRY\\USER\\\(sid)\(suffix.uppercased())"
    let lines = handles.map {
      "Process \($0.process) (\($0.image)) has opened key \(root)\($0.key)\n"
    }
    let text =
      "\(handles.count) user registry handles leaked from \\Registry\\User\\\(sid)\(suffix):\n"
      + lines.joined()
    return profileService(1530, at: time, ("Detail", text))
  }

  /// Event 13 of Kernel-General: Windows shuts down.
  package static func machineStopped(at time: UInt64) -> EventDescription {
    system("Microsoft-Windows-Kernel-General", 13, at: time)
  }

  /// Event 12 of Kernel-General: Windows started.
  package static func machineStarted(at time: UInt64) -> EventDescription {
    system("Microsoft-Windows-Kernel-General", 12, at: time)
  }

  /// Event 41 of Kernel-Power: Windows started, and had not been shut down.
  package static func machineCrashed(at time: UInt64) -> EventDescription {
    system("Microsoft-Windows-Kernel-Power", 41, at: time, level: 1)
  }

  /// Event 1074 of User32: somebody asked for a shutdown.
  package static func shutdownRequested(at time: UInt64) -> EventDescription {
    system("User32", 1074, at: time)
  }

  private static func system(
    _ provider: String, _ event: UInt16, at time: UInt64, level: UInt8 = 4
  ) -> EventDescription {
    EventDescription(
      time: time, provider: provider, event: event, level: level, computer: "WS1",
      user: sidBytes("S-1-5-18"))
  }

  /// Event 10006 of DistributedCOM: a server failed to make an object.
  package static func comServerFailed(
    class identifier: String, at time: UInt64, server: String = "WS1"
  ) -> EventDescription {
    EventDescription(
      time: time, provider: "Microsoft-Windows-DistributedCOM",
      providerID: [
        0x86, 0x2E, 0x56, 0x1B, 0xAA, 0xB7, 0x31, 0x41, 0xBA, 0xDC, 0xB6, 0xF3, 0xA0, 0x01, 0x40,
        0x7E,
      ], event: 10006, level: 2, computer: "WS1",
      data: [("param1", "2147943418"), ("param2", server), ("param3", identifier)])
  }
}

extension VolumeDescription {
  /// The volume that the documentation examines: on a server, a COM+ application runs as the user
  /// `orders`, who logged on to look after something and off again.
  package static let documented: VolumeDescription = {
    var volume = VolumeDescription(.server2019)
    var orders = VolumeUser("orders", 1004)
    orders.loaded = filetime(2024, 6, 21, 8, 2, 10)
    orders.unloaded = filetime(2024, 6, 21, 17, 0, 1)
    volume.users.append(orders)
    var stuck = VolumeUser("bernd", 1002)
    stuck.loaded = filetime(2024, 6, 21, 9, 30)
    stuck.unloaded = filetime(2024, 6, 20, 16, 55)
    stuck.isDirty = true
    volume.users.append(stuck)

    let application = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"
    let orderClass = "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"
    volume.software.set(
      "Classes\\AppID\\\(application)", at: filetime(2024, 4, 22, 13, 37),
      .string("", "Order entry"), .string("RunAs", ".\\orders"))
    volume.software.set(
      "Classes\\CLSID\\\(orderClass)", .string("", "Orders.Entry"), .string("AppID", application))
    volume.software.set(
      "Classes\\CLSID\\\(orderClass)\\LocalServer32",
      .string("", "C:\\Windows\\System32\\dllhost.exe /Processid:\(application)"))

    let dllhost = "\\Device\\HarddiskVolume2\\Windows\\System32\\dllhost.exe"
    let agent = "\\Device\\HarddiskVolume2\\Program Files (x86)\\Agent\\agent.exe"
    volume.applicationEvents = [
      .profileService(1531, at: filetime(2024, 6, 21, 6, 0), level: 4),
      .handlesLeaked(
        by: orders.sid, at: filetime(2024, 6, 21, 17, 0),
        [
          (2428, dllhost, ""),
          (2428, dllhost, "\\Software\\Microsoft\\SystemCertificates\\My"),
        ]),
      .handlesLeaked(
        by: stuck.sid, at: filetime(2024, 6, 21, 17, 20),
        [(4012, agent, "\\Printers\\DevModePerUser")]),
      .profileService(1524, at: filetime(2024, 6, 21, 17, 20, 1), user: stuck.sid),
    ]
    volume.systemEvents = [
      .comServerFailed(class: orderClass, at: filetime(2024, 6, 21, 17, 5))
    ]
    return volume
  }()
}
