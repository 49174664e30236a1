// SPDX-License-Identifier: MIT

import HiveFormat

/// Goes through two lists in order and returns what is in both, or in one.
func merge<Element>(
  _ first: [Element], _ second: [Element], order: (Element, Element) -> Int,
  _ body: (Element?, Element?) -> Void
) {
  var (one, other) = (0, 0)
  while one < first.count || other < second.count {
    let comparison =
      one == first.count ? 1 : other == second.count ? -1 : order(first[one], second[other])
    body(comparison <= 0 ? first[one] : nil, comparison >= 0 ? second[other] : nil)
    if comparison <= 0 { one += 1 }
    if comparison >= 0 { other += 1 }
  }
}

/// Puts things that have names into the order in which Windows sorts names; those of equal names
/// stay in their order.
func sortByName<Element>(
  _ list: inout [Element], in image: HiveImage, name: (Element) -> StoredName
) {
  func order(_ first: Element, _ second: Element) -> Int {
    image.compare(name(first), to: name(second), in: image)
  }
  // Subkeys nearly always are in order already.
  if zip(list, list.dropFirst()).allSatisfy({ order($0, $1) <= 0 }) { return }
  list = list.enumerated().sorted { first, second in
    let order = order(first.element, second.element)
    return order != 0 ? order < 0 : first.offset < second.offset
  }.map(\.element)
}
