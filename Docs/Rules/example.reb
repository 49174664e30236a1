# An example of a RECmd batch file, for Docs/Extract.md.
Description: Example
Author: registry-hive
Version: 1
Id: 0c4b7f0e-5a44-4c7e-9d55-5f3e6a3f2f10
Keys:
    -
        Description: Run
        HiveType: NTUSER
        Category: Autoruns
        KeyPath: Software\Microsoft\Windows\CurrentVersion\Run
        Recursive: false
        Comment: "Programs that start at log-on"
    -
        Description: Wallpaper
        HiveType: NTUSER
        Category: Desktop
        KeyPath: Control Panel\Desk*
        ValueName: Wallpaper
        Recursive: false
    -
        Description: Profiles
        HiveType: SOFTWARE
        Category: Users
        KeyPath: Microsoft\Windows NT\CurrentVersion\ProfileList\*
        ValueName: ProfileImagePath
        Recursive: false
