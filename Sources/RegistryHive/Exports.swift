// SPDX-License-Identifier: MIT

// Keys and values are made of these types: whoever imports a hive needs them too.
@_exported public import WindowsTypes
