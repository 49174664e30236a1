// SPDX-License-Identifier: MIT

import RegistryHive

// Sources: UserProfiles.admx of Windows 7 and 10; "ADMX_UserProfiles" in the Policy CSP reference,
// <https://learn.microsoft.com/windows/client-management/mdm/policy-csp-admx-userprofiles>; for
// policies of Windows 2000 and XP the Group Policy reference of the Windows 2000 Resource Kit. A
// policy without numbers of its own in the template is 1 when enabled, and deleted or 0 otherwise.

extension Policy {
  /// Whether Windows takes a user's registry away from programs at log-off: the remedy of
  /// KB 2287297.
  public static let dontForceUnloadHive = Policy(
    "DontForceUnloadHive", "Do not forcefully unload the users registry at user logoff",
    .flag("DisableForceUnload"),
    effects: PolicyEffects(
      on: "At log-off Windows waits until programs have closed their handles before it unloads the"
        + " user's registry.",
      off: "At log-off Windows unloads the user's registry even while programs use it (event 1530);"
        + " what they do with it afterwards fails (0x800703FA)."),
    from: .vista, isReplaceable: true)

  /// Every policy about user profiles, in the order of the administrative template.
  public static let userProfiles: [Policy] =
    [dontForceUnloadHive] + roamingProfiles + slowLinks + profileLifetime + profileSize + homeFolder
    + applications

  /// The policies of a name, or of a value's name; case does not matter.
  public static func named(_ name: String) -> [Policy] {
    (userProfiles + [uphClean]).filter { $0.isNamed(name) }
  }
}

// MARK: - Roaming profiles

extension Policy {
  private static let roamingProfiles: [Policy] = [
    Policy(
      "AddAdminGroupToRUP",
      "Add the Administrators security group to roaming user profiles",
      .flag("AddAdminGroupToRUP"),
      effects: PolicyEffects(
        on: "The Administrators group gets access to the folder of a new roaming profile.",
        off: "Only the user has access to the folder of a new roaming profile."),
      from: .xp, isReplaceable: true),
    Policy(
      "CompatibleRUPSecurity",
      "Do not check for user ownership of Roaming Profile Folders",
      .flag("CompatibleRUPSecurity"),
      effects: PolicyEffects(
        on: "Windows uses the folder of a roaming profile without checking whose it is.",
        off: "Windows checks who owns the folder of a roaming profile before it uses it."),
      isReplaceable: true),
    Policy(
      "DeleteRoamingCachedProfiles", "Delete cached copies of roaming profiles",
      .flag("DeleteRoamingCache"),
      effects: PolicyEffects(
        on: "The local copy of a roaming profile is deleted at log-off.",
        off: "The local copy of a roaming profile is kept at log-off."),
      isReplaceable: true),
    Policy(
      "LocalProfile", "Only allow local user profiles", .flag("LocalProfile"),
      effects: PolicyEffects(
        on: "Roaming profiles are not used: all users get a local profile on this machine.",
        off: "Users who have a roaming profile get it."),
      isReplaceable: true),
    Policy(
      "Readonlyuserprofile",
      "Prevent Roaming Profile changes from propagating to the server",
      .flag("ReadOnlyProfile"),
      effects: PolicyEffects(
        on: "Changes to a roaming profile are not copied to its server at log-off.",
        off: "Changes to a roaming profile are copied to its server at log-off."),
      isReplaceable: true),
    Policy(
      "MachineProfilePath",
      "Set roaming profile path for all users logging onto this computer",
      .text("MachineProfilePath", .expandString, maximumLength: 260),
      effects: PolicyEffects(
        on: "All who log on to this machine get the roaming profile at {MachineProfilePath}.",
        off: "The machine sets no roaming profile path; a user's account may."),
      from: .vista, isReplaceable: true),
    Policy(
      "UploadHive",
      "Background upload of a roaming user profile's registry file while user is logged on",
      PolicySetting(
        "UploadHiveMethod",
        .choice([
          .init(
            1,
            "NTUSER.DAT is copied to the profile's server every {UploadHiveInterval} hours while"
              + " the user is logged on."),
          .init(
            2,
            "NTUSER.DAT is copied to the profile's server each day between {UploadHiveTime} o'clock"
              + " and an hour later, at random, while the user is logged on."),
        ])),
      .number("UploadHiveInterval", "hours", 1...720),
      .number("UploadHiveTime", "o'clock", 0...23),
      effects: PolicyEffects(
        on: "NTUSER.DAT is copied to the profile's server while the user is logged on.",
        off: "NTUSER.DAT is copied to the profile's server at log-off only."),
      from: .windows7, isReplaceable: true),
    Policy(
      "PrimaryComputer_RUP", "Download roaming profiles on primary computers only",
      .flag("PrimaryComputerEnabledRUP"),
      effects: PolicyEffects(
        on: "Roaming profiles are used only on a user's primary computers.",
        off: "Roaming profiles are used on every machine."),
      from: .windows8, isReplaceable: true),
    Policy(
      "ExcludeDirectories", "Exclude directories in roaming profile", for: .user,
      .text("ExcludeProfileDirs", maximumLength: 4096),
      effects: PolicyEffects(
        on: "These folders do not roam with the profile: {ExcludeProfileDirs}.",
        off: "Only the folders that Windows itself leaves out do not roam with the profile."),
      isReplaceable: true),
    Policy(
      "CscSuspendDirectories",
      "Specify network directories to sync at logon/logoff time only", for: .user,
      .text("CscSuspendDirs", .expandString),
      effects: PolicyEffects(
        on: "These network folders are synchronized at log-on and log-off only:"
          + " {CscSuspendDirs}.",
        off: "Network folders are synchronized while the user works, too."),
      from: .vista, isReplaceable: true),
  ]
}

// MARK: - Slow links

extension Policy {
  private static let slowLinks: [Policy] = [
    Policy(
      "EnableSlowLinkDetect", "Disable detection of slow network connections",
      // The other way round than all others: the policy switches something off.
      PolicySetting("SlowLinkDetectEnabled", .flag(on: 0, off: 1)),
      effects: PolicyEffects(
        on: "Windows does not look for slow links: every link counts as fast.",
        off: "Windows measures how fast the link to a roaming profile is."),
      isReplaceable: true),
    Policy(
      "EnableSlowLinkUI", "Prompt user when a slow network connection is detected",
      .flag("SlowLinkUIEnabled"),
      effects: PolicyEffects(
        on: "On a slow link the user is asked whether to wait for the roaming profile.",
        off: "On a slow link the user is not asked whether to wait for the roaming profile."),
      isReplaceable: true),
    Policy(
      "SlowLinkDefault", "Wait for remote user profile", .flag("SlowLinkProfileDefault"),
      effects: PolicyEffects(
        on: "On a slow link Windows waits for the roaming profile.",
        off: "On a slow link Windows uses the local copy of a roaming profile."),
      isReplaceable: true),
    Policy(
      "SlowLinkTimeOut", "Control slow network connection timeout for user profiles",
      .number("UserProfileMinTransferRate", "kbit/s", default: 500),
      .number("SlowLinkTimeOut", "milliseconds", 0...20_000, default: 120),
      decision: .any,
      effects: PolicyEffects(
        on: "A link is slow below {UserProfileMinTransferRate} kbit/s, or where an answer takes"
          + " {SlowLinkTimeOut} milliseconds.",
        off: "A link is slow below 500 kbit/s, or where an answer takes 120 milliseconds."),
      isReplaceable: true),
    Policy(
      "WaitForNetwork",
      "Set maximum wait time for the network if a user has a roaming user profile or remote home"
        + " directory",
      .number("WaitForNetwork", "seconds", 0...300, default: 30),
      effects: PolicyEffects(
        on: "A user with a roaming profile or a home folder on a server waits up to"
          + " {WaitForNetwork} seconds for the network.",
        off: "A user with a roaming profile or a home folder on a server waits up to 30 seconds for"
          + " the network."),
      from: .vista, isReplaceable: true),
  ]
}

// MARK: - Loading, unloading, deleting

extension Policy {
  private static let profileLifetime: [Policy] = [
    Policy(
      "CleanupProfiles",
      "Delete user profiles older than a specified number of days on system restart",
      .number("CleanupProfiles", "days", 1...99_999),
      effects: PolicyEffects(
        on: "Profiles that were not used for {CleanupProfiles} days are deleted when Windows"
          + " starts.",
        off: "Windows deletes no profile because of its age."),
      from: .vista, isReplaceable: true),
    Policy(
      "LeaveAppMgmtData",
      "Leave Windows Installer and Group Policy Software Installation Data",
      .flag("LeaveAppMgmtData"),
      effects: PolicyEffects(
        on: "The data of Windows Installer stay when a roaming profile is deleted.",
        off: "The data of Windows Installer are deleted with a roaming profile.")),
    Policy(
      "ProfileDlgTimeOut", "Timeout for dialog boxes",
      .number("ProfileDlgTimeOut", "seconds", 0...600),
      effects: PolicyEffects(
        on: "Dialogs about a profile wait {ProfileDlgTimeOut} seconds for an answer.",
        off: "Dialogs about a profile wait for an answer as long as Windows thinks fit."),
      through: .server2003),
    Policy(
      "ProfileErrorAction", "Do not log users on with temporary profiles",
      .flag("ProfileErrorAction"),
      effects: PolicyEffects(
        on: "A user whose profile cannot be loaded is logged off.",
        off: "A user whose profile cannot be loaded gets a temporary one."),
      isReplaceable: true),
    Policy(
      "ProfileUnloadTimeout", "Maximum retries to unload and update user profile",
      .number("ProfileUnloadTimeout", "retries", default: 60),
      effects: PolicyEffects(
        on: "At log-off Windows tries {ProfileUnloadTimeout} more times, once a second, to unload"
          + " the user's registry.",
        off: "At log-off Windows tries 60 more times, once a second, to unload the user's"
          + " registry."),
      through: .server2003),
  ]
}

// MARK: - Size, home folder, applications

extension Policy {
  private static let userSystemKey: RegistryPath =
    "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"

  private static let profileSize: [Policy] = [
    Policy(
      "LimitSize", "Limit profile size", for: .user, key: userSystemKey,
      .flag("EnableProfileQuota"),
      .number("MaxProfileSize", "KB", 300...30_000_000),
      .flag("IncludeRegInProQuota"), .text("ProfileQuotaMessage"), .flag("WarnUser"),
      .number("WarnUserTimeout", "minutes", default: 15),
      effects: PolicyEffects(
        on: "The profile may have up to {MaxProfileSize} KB.",
        off: "The profile may grow without limit."))
  ]

  private static let homeFolder: [Policy] = [
    Policy(
      "Connect_HomeDir_ToRoot", "Connect home directory to root of the share", for: .user,
      key: userSystemKey, .flag("ConnectHomeDirToRoot"),
      effects: PolicyEffects(
        on: "The home drive is the root of the share, as in Windows NT 4.0.",
        off: "The home drive is the user's own folder on the share."),
      through: .server2003),
    Policy(
      "USER_HOME", "Set user home folder",
      PolicySetting(
        "HomeDirLocation",
        .choice([
          .init(0, "The home folder is {HomeDir}, on this machine."),
          .init(1, "The home folder is {HomeDir}, on a server, as drive {HomeDirDrive}."),
        ])),
      .text("HomeDir"), .text("HomeDirDrive"),
      effects: PolicyEffects(
        on: "The home folder is {HomeDir}.",
        off: "The home folder is the one in the user's account."),
      from: .windows8),
  ]

  private static let applications: [Policy] = [
    Policy(
      "UserInfoAccessAction",
      "User management of sharing user name, account picture, and domain information with apps"
        + " (not desktop apps)",
      PolicySetting(
        "AllowUserInfoAccess",
        .choice([
          .init(1, "Apps may see a user's name, picture and domain; users cannot change that."),
          .init(2, "Apps may not see a user's name, picture and domain; users cannot change that."),
        ])),
      effects: PolicyEffects(
        on: "Users cannot change whether apps may see their name, picture and domain.",
        off: "Users decide whether apps may see their name, picture and domain."),
      from: .windows8),
    Policy(
      "DisableAdvertisingId", "Turn off the advertising ID",
      key: "Software\\Policies\\Microsoft\\Windows\\AdvertisingInfo",
      .flag("DisabledByGroupPolicy"),
      effects: PolicyEffects(
        on: "Apps get no advertising ID.",
        off: "Users decide whether apps get an advertising ID."),
      from: .windows8),
  ]
}
