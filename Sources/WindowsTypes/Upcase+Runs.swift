// SPDX-License-Identifier: MIT

extension Upcase {
  /// Units at an even distance whose upper-case forms are all equally far away.
  struct Run {
    let first: UInt16
    let last: UInt16
    let step: UInt16
    let delta: Int32
  }

  /// All units outside ASCII that have an upper-case form of their own, in rising order.
  ///
  /// The facts are those of the upper-case mapping table that Microsoft publishes with
  /// [MS-UCODEREF] (3.1.5.3, the Windows 8 table): 947 units and the 26 of ASCII.
  static let runs: [Run] = [
    // Latin-1
    .every(0x00E0, 0x00F6, -32), .every(0x00F8, 0x00FE, -32), .one(0x00FF, 121),
    // Latin Extended A and B
    .pairs(0x0101, 0x012F), .pairs(0x0133, 0x0137), .pairs(0x013A, 0x0148), .pairs(0x014B, 0x0177),
    .pairs(0x017A, 0x017E), .one(0x0180, 195), .pairs(0x0183, 0x0185), .one(0x0188, -1),
    .one(0x018C, -1), .one(0x0192, -1), .one(0x0195, 97), .one(0x0199, -1), .one(0x019A, 163),
    .one(0x019E, 130), .pairs(0x01A1, 0x01A5), .one(0x01A8, -1), .one(0x01AD, -1), .one(0x01B0, -1),
    .pairs(0x01B4, 0x01B6), .one(0x01B9, -1), .one(0x01BD, -1), .one(0x01BF, 56), .one(0x01C6, -2),
    .one(0x01C9, -2), .one(0x01CC, -2), .pairs(0x01CE, 0x01DC), .one(0x01DD, -79),
    .pairs(0x01DF, 0x01EF), .one(0x01F3, -2), .one(0x01F5, -1), .pairs(0x01F9, 0x021F),
    .pairs(0x0223, 0x0233), .one(0x023C, -1), .one(0x0242, -1), .pairs(0x0247, 0x024F),
    // IPA extensions
    .one(0x0250, 10783), .one(0x0251, 10780), .one(0x0253, -210), .one(0x0254, -206),
    .every(0x0256, 0x0257, -205), .one(0x0259, -202), .one(0x025B, -203), .one(0x0260, -205),
    .one(0x0263, -207), .one(0x0268, -209), .one(0x0269, -211), .one(0x026B, 10743),
    .one(0x026F, -211), .one(0x0271, 10749), .one(0x0272, -213), .one(0x0275, -214),
    .one(0x027D, 10727), .one(0x0280, -218), .one(0x0283, -218), .one(0x0288, -218),
    .one(0x0289, -69), .every(0x028A, 0x028B, -217), .one(0x028C, -71), .one(0x0292, -219),
    // Greek
    .pairs(0x0371, 0x0373), .one(0x0377, -1), .every(0x037B, 0x037D, 130), .one(0x03AC, -38),
    .every(0x03AD, 0x03AF, -37), .every(0x03B1, 0x03C1, -32), .every(0x03C3, 0x03CB, -32),
    .one(0x03CC, -64), .every(0x03CD, 0x03CE, -63), .one(0x03D7, -8), .pairs(0x03D9, 0x03EF),
    .one(0x03F2, 7), .one(0x03F8, -1), .one(0x03FB, -1),
    // Cyrillic
    .every(0x0430, 0x044F, -32), .every(0x0450, 0x045F, -80), .pairs(0x0461, 0x0481),
    .pairs(0x048B, 0x04BF), .pairs(0x04C2, 0x04CE), .one(0x04CF, -15), .pairs(0x04D1, 0x0523),
    // Armenian
    .every(0x0561, 0x0586, -48),
    // Phonetic extensions
    .one(0x1D79, 35332), .one(0x1D7D, 3814),
    // Latin Extended Additional
    .pairs(0x1E01, 0x1E95), .pairs(0x1EA1, 0x1EFF),
    // Greek Extended
    .every(0x1F00, 0x1F07, 8), .every(0x1F10, 0x1F15, 8), .every(0x1F20, 0x1F27, 8),
    .every(0x1F30, 0x1F37, 8), .every(0x1F40, 0x1F45, 8), .everySecond(0x1F51, 0x1F57, 8),
    .every(0x1F60, 0x1F67, 8), .every(0x1F70, 0x1F71, 74), .every(0x1F72, 0x1F75, 86),
    .every(0x1F76, 0x1F77, 100), .every(0x1F78, 0x1F79, 128), .every(0x1F7A, 0x1F7B, 112),
    .every(0x1F7C, 0x1F7D, 126), .every(0x1F80, 0x1F87, 8), .every(0x1F90, 0x1F97, 8),
    .every(0x1FA0, 0x1FA7, 8), .every(0x1FB0, 0x1FB1, 8), .one(0x1FB3, 9), .one(0x1FC3, 9),
    .every(0x1FD0, 0x1FD1, 8), .every(0x1FE0, 0x1FE1, 8), .one(0x1FE5, 7), .one(0x1FF3, 9),
    // Letter-like symbols and Roman numerals
    .one(0x214E, -28), .every(0x2170, 0x217F, -16), .one(0x2184, -1),
    // Circled letters
    .every(0x24D0, 0x24E9, -26),
    // Glagolitic
    .every(0x2C30, 0x2C5E, -48),
    // Latin Extended C
    .one(0x2C61, -1), .one(0x2C65, -10795), .one(0x2C66, -10792), .pairs(0x2C68, 0x2C6C),
    .one(0x2C73, -1), .one(0x2C76, -1),
    // Coptic
    .pairs(0x2C81, 0x2CE3),
    // Georgian Nuskhuri
    .every(0x2D00, 0x2D25, -7264),
    // Cyrillic Extended B
    .pairs(0xA641, 0xA65F), .pairs(0xA663, 0xA66D), .pairs(0xA681, 0xA697),
    // Latin Extended D
    .pairs(0xA723, 0xA72F), .pairs(0xA733, 0xA76F), .pairs(0xA77A, 0xA77C), .pairs(0xA77F, 0xA787),
    .one(0xA78C, -1),
    // Full-width Latin
    .every(0xFF41, 0xFF5A, -32),
  ]
}

extension Upcase.Run {
  /// One unit.
  static func one(_ unit: UInt16, _ delta: Int32) -> Self {
    Self(first: unit, last: unit, step: 1, delta: delta)
  }

  /// All units from `first` to `last`.
  static func every(_ first: UInt16, _ last: UInt16, _ delta: Int32) -> Self {
    Self(first: first, last: last, step: 1, delta: delta)
  }

  /// Every second unit from `first` to `last`.
  static func everySecond(_ first: UInt16, _ last: UInt16, _ delta: Int32) -> Self {
    Self(first: first, last: last, step: 2, delta: delta)
  }

  /// Every second unit from `first` to `last`, each just after its upper-case form.
  static func pairs(_ first: UInt16, _ last: UInt16) -> Self {
    everySecond(first, last, -1)
  }
}
