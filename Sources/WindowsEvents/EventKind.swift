// SPDX-License-Identifier: MIT

/// What happened, whatever number the event has: numbers differ between providers and releases,
/// and one number can stand for several things.
public enum EventKind: String, Sendable, Hashable, CaseIterable {
  // MARK: Log-off

  /// Keys of a user's registry were open at log-off, and the event lists them.
  case handlesLeaked
  /// The user's registry was saved while it was in use; it is unloaded when it is no longer.
  case savedWhileInUse
  /// The user's classes (`UsrClass.dat`) were in use and stay loaded for that long.
  case classesInUse
  /// The user's registry could not be unloaded.
  case unloadFailed
  /// The user's registry was unloaded after all: this settles an earlier ``savedWhileInUse``.
  case unloadedLater
  /// The folder of a profile could not be deleted.
  case folderNotDeleted

  // MARK: UPHClean

  /// UPHClean closed handles, or redirected them to another hive.
  case handlesReleased
  /// UPHClean could not close handles.
  case handlesNotReleased
  /// The user's registry is loaded although the user is not logged on.
  case loadedWithoutLogOn
  /// UPHClean started.
  case cleanupStarted
  /// UPHClean stopped.
  case cleanupStopped

  // MARK: Log-on

  /// A profile or its registry could not be loaded.
  case loadFailed
  /// Another process has the user's hive loaded at log-on; ``ProfileEvent/process`` names it.
  case lockedAtLoad
  /// The user was logged on with a temporary profile.
  case temporaryProfile
  /// The user was logged on with the default profile.
  case defaultProfile
  /// The profile was set aside: its entry in the profile list ends with `.bak`.
  case setAside
  /// The profile could not be set aside, because an entry with `.bak` is there already.
  case notSetAside
  /// The service could not make profiles ready: only the console can be used to log on.
  case profilesNotReady
  /// A component failed when it was notified of a profile's load, unload or deletion.
  case notificationFailed

  // MARK: Roaming profiles

  /// The roaming profile was not copied back completely.
  case roamingNotUpdated
  /// One file of a profile could not be copied, or the profile could not for its files.
  case copyFailed
  /// The roaming profile was not available, and a local copy was used.
  case roamingUnavailable
  /// The mandatory profile was not available.
  case mandatoryUnavailable
  /// The share of the profiles is set up in a way that can damage them.
  case roamingMisconfigured
  /// The synchronization of a roaming profile began.
  case synchronizationBegan
  /// The synchronization of a roaming profile ended; ``ProfileEvent/error`` is its result where
  /// that is not a success.
  case synchronizationEnded
  /// When the roaming profile was copied last.
  case synchronizationTimes

  // MARK: Sessions

  /// The service was notified that a user logs on.
  case logOnBegan
  /// The service is done with a log-on, whether that worked or not.
  case logOnEnded
  /// The service was notified that a user logs off.
  case logOffBegan
  /// The service is done with a log-off, whether that worked or not.
  case logOffEnded
  /// A registry file was loaded.
  case hiveLoaded
  /// Which profile a log-on uses.
  case profileChosen
  /// The User Profile Service started.
  case serviceStarted
  /// The User Profile Service stopped.
  case serviceStopped

  // MARK: COM

  /// A COM server returned an error when an object was asked of it.
  case comFailed
  /// A COM server could not be started.
  case comNotStarted
  /// The user that a COM server runs as could not be logged on.
  case comLogOnFailed
  /// A COM server did not register in time.
  case comTimedOut
  /// A user or program may not start or reach a COM server.
  case comNotPermitted

  // MARK: Limits

  /// The registry comes near its size limit.
  case registrySpaceLow
  /// The registry could not be read or written.
  case registryInputOutputFailed
  /// The paged pool is empty.
  case pagedPoolEmpty

  // MARK: The machine

  /// Windows, or its event log, started.
  case machineStarted
  /// A program or user asked for a shutdown or a restart.
  case shutdownRequested
  /// Windows, or its event log, stopped in order.
  case machineStopped
  /// Windows found at its start that it had not been shut down in order.
  case machineStoppedUnexpectedly
  /// A log was cleared.
  case logCleared

  // MARK: Userenv on Windows 2000

  /// The event is about Group Policy, and not about a profile.
  case groupPolicy
  /// The text of the event could not be recognised.
  case unclear
}

extension EventKind {
  /// What an event is about, for those who look for the reason why a profile was not unloaded.
  public enum Topic: String, Sendable, Hashable, CaseIterable {
    /// The hive of a user was in use at log-off, or could not be unloaded.
    case unload
    /// A profile or its hive could not be loaded, or another one was taken in its place.
    case load
    /// A roaming profile was not copied, or not completely.
    case roaming
    /// What the User Profile Hive Cleanup service did.
    case cleanup
    /// A COM server did not start or does not answer, as happens when its user's hive is gone.
    case com
    /// The steps of logging on and off, and the services' own start and stop.
    case session
    /// The registry or the memory that it takes came to a limit.
    case limit
    /// The start and stop of the machine, and what happened to its logs.
    case machine
    /// Something else than profiles.
    case other
  }

  /// What the event is about.
  public var topic: Topic {
    switch self {
    case .handlesLeaked, .savedWhileInUse, .classesInUse, .unloadFailed, .unloadedLater,
      .folderNotDeleted:
      .unload
    case .handlesReleased, .handlesNotReleased, .loadedWithoutLogOn: .cleanup
    case .loadFailed, .lockedAtLoad, .temporaryProfile, .defaultProfile, .setAside, .notSetAside,
      .profilesNotReady, .notificationFailed:
      .load
    case .roamingNotUpdated, .copyFailed, .roamingUnavailable, .mandatoryUnavailable,
      .roamingMisconfigured, .synchronizationBegan, .synchronizationEnded, .synchronizationTimes:
      .roaming
    case .logOnBegan, .logOnEnded, .logOffBegan, .logOffEnded, .hiveLoaded, .profileChosen,
      .serviceStarted, .serviceStopped, .cleanupStarted, .cleanupStopped:
      .session
    case .comFailed, .comNotStarted, .comLogOnFailed, .comTimedOut, .comNotPermitted: .com
    case .registrySpaceLow, .registryInputOutputFailed, .pagedPoolEmpty: .limit
    case .machineStarted, .shutdownRequested, .machineStopped, .machineStoppedUnexpectedly,
      .logCleared:
      .machine
    case .groupPolicy, .unclear: .other
    }
  }

  /// Whether the event says that a hive was in use at a log-off, or stayed loaded after it.
  public var isAboutHiveInUse: Bool {
    switch self {
    case .handlesLeaked, .savedWhileInUse, .classesInUse, .unloadFailed, .handlesReleased,
      .handlesNotReleased, .loadedWithoutLogOn:
      true
    default: false
    }
  }

  /// Whether events of this kind are shown only to those who ask for them by number.
  ///
  /// Event 10016 is written in great numbers, and Microsoft says that it can be ignored
  /// ("DCOM event ID 10016 is logged in Windows"). Of Group Policy nothing is asked here.
  public var isShownOnRequestOnly: Bool {
    self == .comNotPermitted || self == .groupPolicy
  }
}
