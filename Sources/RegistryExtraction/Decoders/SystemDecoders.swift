// SPDX-License-Identifier: MIT

import RegistryHive

extension Decoder {
  /// Services and drivers.
  ///
  /// Source: "HKLM\SYSTEM\CurrentControlSet\Services Registry Tree", Microsoft's documentation of
  /// drivers, and the constants of `CreateService`.
  static let services = Decoder("Services", [(.system, "ControlSet*\\Services…\\*")]) { key in
    let type = key.decodedNumber("Type")
    let image = key.decodedText("ImagePath")
    guard type != nil || image != nil else { return [] }
    var row = DecodedRow("Services")
    row.add("service", key.name)
    row.add("imagePath", image)
    row.add("displayName", key.decodedText("DisplayName"))
    row.add("start", text: key.decodedNumber("Start").map(startName))
    row.add("type", text: type.map(serviceTypeName))
    row.add("account", key.decodedText("ObjectName"))
    row.add(
      "serviceDll",
      key.subkey(named: "Parameters")?.decodedText("ServiceDll") ?? key.decodedText("ServiceDll"))
    row.add("lastWritten", key.lastWritten)
    return [row]
  }

  private static func startName(_ number: UInt64) -> String {
    switch number {
    case 0: "boot"
    case 1: "system"
    case 2: "automatic"
    case 3: "manual"
    case 4: "disabled"
    default: "\(number)"
    }
  }

  private static func serviceTypeName(_ number: UInt64) -> String {
    switch number & 0x3F {
    case 0x01: "kernel driver"
    case 0x02: "file system driver"
    case 0x04: "adapter"
    case 0x08: "recognizer driver"
    case 0x10: "own process"
    case 0x20: "shared process"
    default: "\(number)"
    }
  }

  /// The time zone; minutes are those to add to local time to come to UTC.
  ///
  /// Source: `DYNAMIC_TIME_ZONE_INFORMATION`, Microsoft Win32 documentation.
  static let timeZone = Decoder(
    "TimeZoneInformation", [(.system, "ControlSet*\\Control\\TimeZoneInformation")]
  ) { key in
    var row = DecodedRow("TimeZoneInformation")
    row.add("timeZone", key.decodedText("TimeZoneKeyName") ?? key.decodedText("StandardName"))
    row.add("bias", key.decodedSignedNumber("Bias"))
    row.add("activeBias", key.decodedSignedNumber("ActiveTimeBias"))
    row.add("standardName", key.decodedText("StandardName"))
    row.add("standardBias", key.decodedSignedNumber("StandardBias"))
    row.add("daylightName", key.decodedText("DaylightName"))
    row.add("daylightBias", key.decodedSignedNumber("DaylightBias"))
    return row.fields.isEmpty ? [] : [row]
  }

  /// The times that a device was installed, connected and removed, in a key of properties.
  ///
  /// Source: `DEVPKEY_Device_InstallDate` and its neighbours in `devpkey.h`, Windows SDK.
  private static func addDeviceTimes(_ key: Key, to row: inout DecodedRow) {
    let properties = key.key(at: "Properties\\{83da6326-97a6-4088-9453-a1923f573b29}")
    let times: [(String, RegistryString)] = [
      ("installed", "0064"), ("firstInstalled", "0065"), ("lastArrival", "0066"),
      ("lastRemoval", "0067"),
    ]
    for (field, name) in times {
      row.add(field, properties?.subkey(named: name)?.decodedBytes("")?.time(at: 0))
    }
  }

  /// USB devices that hold files; the key above names maker and product, the key itself the serial
  /// number.
  ///
  /// Source: "USB storage device keys" in winreg-kb, <https://winreg-kb.readthedocs.io>.
  static let usbStorage = Decoder("USBSTOR", [(.system, "ControlSet*\\Enum\\USBSTOR…\\*\\*")]) {
    key in
    guard let device = key.parent?.name else { return [] }
    var row = DecodedRow("USBSTOR")
    row.add("device", key.decodedText("FriendlyName") ?? device)
    row.add("serialNumber", key.name)
    for part in device.description.split(separator: "&") {
      for (prefix, field) in [("Ven_", "vendor"), ("Prod_", "product"), ("Rev_", "revision")]
      where part.hasPrefix(prefix) {
        row.add(field, text: String(part.dropFirst(prefix.count)))
      }
    }
    addDeviceTimes(key, to: &row)
    row.add("containerID", key.decodedText("ContainerID"))
    row.add("lastWritten", key.lastWritten)
    return [row]
  }

  /// USB devices of every kind.
  ///
  /// Source: "Standard USB Identifiers", Microsoft's documentation of drivers.
  static let usbDevices = Decoder("USB", [(.system, "ControlSet*\\Enum\\USB…\\*\\*")]) { key in
    guard let device = key.parent?.name else { return [] }
    var row = DecodedRow("USB")
    row.add("device", key.decodedText("FriendlyName") ?? key.decodedText("DeviceDesc") ?? device)
    row.add("serialNumber", key.name)
    for part in device.description.split(separator: "&") {
      for (prefix, field) in [("VID_", "vendorID"), ("PID_", "productID")]
      where part.uppercased().hasPrefix(prefix) {
        row.add(field, text: String(part.dropFirst(prefix.count)))
      }
    }
    row.add("service", key.decodedText("Service"))
    row.add("location", key.decodedText("LocationInformation"))
    addDeviceTimes(key, to: &row)
    row.add("containerID", key.decodedText("ContainerID"))
    row.add("lastWritten", key.lastWritten)
    return [row]
  }
}
