// SPDX-License-Identifier: MIT

// Keys and values are made of these types: importing a hive needs them too.
@_exported public import WindowsTypes
