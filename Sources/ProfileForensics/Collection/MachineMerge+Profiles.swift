// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsTypes

/// Brings together what two methods of a tool collected of the same profiles.
extension MachineMerge {
  /// Takes those profiles out of a place that another place of the same volume has too: a hive that
  /// is missing there goes to it, and one that differs from the one there is an earlier state.
  ///
  /// - Parameters:
  ///   - draft: The place that is left with the other profiles.
  ///   - known: The other place.
  ///   - copies: Gets the profiles with the hives that differ.
  func joinProfiles(
    of draft: inout CaptureDraft, with known: inout CaptureDraft, copies: inout CaptureDraft
  ) {
    var places: [ProfileLocation: Int] = [:]
    for (index, profile) in known.profiles.enumerated() {
      if let place = profile.collectedPlace { places[place] = index }
    }
    var left: [ProfileFiles] = []
    for profile in draft.profiles {
      guard let place = profile.collectedPlace, let index = places[place] else {
        left.append(profile)
        continue
      }
      let (joined, rest) = join(known.profiles[index], profile)
      known.profiles[index] = joined
      if let rest { copies.profiles.append(rest) }
    }
    draft.profiles = left
  }

  /// One profile of two places, and what of the second is not the same.
  private func join(
    _ first: ProfileFiles, _ second: ProfileFiles
  ) -> (joined: ProfileFiles, rest: ProfileFiles?) {
    func rest(_ known: EvidenceFile?, _ file: EvidenceFile?) -> EvidenceFile? {
      guard let known, let file else { return nil }
      guard SameBytes.areSame(known, file) else { return file }
      log.add(file.path, "is a copy of \(known.path)", isLoss: false)
      return nil
    }
    let rests = (
      rest(first.userHive, second.userHive), rest(first.mandatoryHive, second.mandatoryHive),
      rest(first.classesHive, second.classesHive)
    )
    let joined = first.with(
      first.userHive ?? second.userHive, first.mandatoryHive ?? second.mandatoryHive,
      first.classesHive ?? second.classesHive, first.otherSpellings + second.otherSpellings)
    let other = second.with(rests.0, rests.1, rests.2, [])
    return (joined, other.hives.isEmpty ? nil : other)
  }
}

extension ProfileFiles {
  /// The place on its volume; nil where that is not known.
  fileprivate var collectedPlace: ProfileLocation? {
    volumePath.map { ProfileLocation(drive: drive, names: $0) }
  }

  /// The same profile with other hives.
  fileprivate func with(
    _ userHive: EvidenceFile?, _ mandatoryHive: EvidenceFile?, _ classesHive: EvidenceFile?,
    _ otherSpellings: [EvidenceFile]
  ) -> ProfileFiles {
    ProfileFiles(
      name: name, path: path, place: place, userHive: userHive, mandatoryHive: mandatoryHive,
      classesHive: classesHive, identifier: identifier, volumePath: volumePath,
      otherSpellings: otherSpellings, drive: drive, linkTarget: linkTarget)
  }
}

extension CaptureDraft {
  /// Leaves out files that another place of the same volume has too, of those that are counted or
  /// listed.
  mutating func dropFiles(thatAreIn other: CaptureDraft) {
    func places(_ files: [EvidenceFile], below path: String) -> Set<ExactText> {
      Set(files.map { ExactText(String($0.path.dropFirst(path.count))) })
    }
    func others(_ files: [EvidenceFile], _ known: [EvidenceFile]) -> [EvidenceFile] {
      let places = places(known, below: other.path)
      return files.filter { !places.contains(ExactText(String($0.path.dropFirst(path.count)))) }
    }
    transactionFiles = others(transactionFiles, other.transactionFiles)
    taskFiles = others(taskFiles, other.taskFiles)
  }
}
