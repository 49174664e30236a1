// SPDX-License-Identifier: MIT
//
// Draws the treemap of a growth page from its list of keys.
"use strict";
(() => {
  const list = document.getElementById("keys");
  const map = document.getElementById("map");
  const trail = document.getElementById("trail");
  const info = document.getElementById("info");
  const said = document.getElementById("said");
  const smallest = 90;
  const most = 1500;

  const read = (item, parent) => {
    const row = item.querySelector(".row");
    const cells = [...row.children].map((cell) => cell.textContent);
    const node = {
      parent, name: cells[0], bytes: Number(row.dataset.bytes), cells,
      other: row.classList.contains("other"), below: [],
    };
    const inner = item.querySelector(":scope > details > ul");
    if (inner) node.below = readAll(inner, node);
    return node;
  };
  const readAll = (items, parent) =>
    [...items.children].map((item) => read(item, parent)).sort((a, b) => b.bytes - a.bytes);
  const root = { parent: null, name: list.dataset.name, other: false, cells: [] };
  root.below = readAll(list, root);
  root.bytes = root.below.reduce((sum, node) => sum + node.bytes, 0);
  let shown = root;
  let tiles = [];
  let color = 0;
  const nodes = new Map();

  // Squarified: rows along the shorter side, each filled as long as its tiles become squarer.
  const layOut = (parts, left, top, width, height) => {
    const placed = [];
    let total = parts.reduce((sum, node) => sum + node.bytes, 0);
    let from = 0;
    while (from < parts.length && total > 0 && width > 0 && height > 0) {
      const side = Math.min(width, height);
      const scale = (width * height) / total;
      const worst = (sum, large, small) => {
        const area = sum * scale;
        const square = side * side;
        return Math.max((square * large * scale) / (area * area),
          (area * area) / (square * small * scale));
      };
      let to = from + 1;
      let sum = parts[from].bytes;
      while (to < parts.length) {
        const next = sum + parts[to].bytes;
        const large = parts[from].bytes;
        if (worst(next, large, parts[to].bytes) > worst(sum, large, parts[to - 1].bytes)) break;
        sum = next;
        to += 1;
      }
      const depth = (sum * scale) / side;
      let along = 0;
      for (const node of parts.slice(from, to)) {
        const length = (node.bytes / sum) * side;
        placed.push(width >= height
          ? { node, x: left, y: top + along, w: depth, h: length }
          : { node, x: left + along, y: top, w: length, h: depth });
        along += length;
      }
      if (width >= height) { left += depth; width -= depth; }
      else { top += depth; height -= depth; }
      total -= sum;
      from = to;
    }
    return placed;
  };

  // Tiles too small to see or to reach become one.
  const gather = (node, width, height) => {
    const area = (part) => (part.bytes / node.bytes) * width * height;
    const large = node.below.filter((part) => part.bytes > 0 && area(part) >= smallest);
    const rest = node.below.filter((part) => part.bytes > 0 && area(part) < smallest);
    if (rest.length === 1) return [...large, ...rest];
    if (rest.length > 1) {
      const bytes = rest.reduce((sum, part) => sum + part.bytes, 0);
      large.push({
        parent: node, name: `${rest.length} smaller areas`, bytes, other: true, below: [],
        cells: ["", size(bytes), "", "", "", ""],
      });
      large.sort((a, b) => b.bytes - a.bytes);
    }
    return large;
  };

  const size = (bytes) => {
    for (const [unit, step] of [["GB", 2 ** 30], ["MB", 2 ** 20], ["KB", 2 ** 10]]) {
      if (bytes >= step) return `${Math.round((bytes / step) * 10) / 10} ${unit}`;
    }
    return `${bytes} bytes`;
  };
  const path = (node) => {
    const names = [];
    for (let key = node; key && key !== root; key = key.parent) names.unshift(key.name);
    return names.join("\\");
  };
  const describe = (node) => {
    const [, , share, keys, values, time, change] = node.cells;
    const parts = [size(node.bytes)];
    if (share) parts.push(share);
    if (keys) parts.push(keys === "1" ? "1 key" : `${keys} keys`);
    if (values) parts.push(values === "1" ? "1 value" : `${values} values`);
    if (time) parts.push(`last written ${time}`);
    if (change) parts.push(`changed by ${change}`);
    return parts.join(", ");
  };
  const tell = (node) => {
    const strong = document.createElement("strong");
    strong.textContent = path(node) || node.name;
    info.replaceChildren(strong, ` ${describe(node)}`);
  };

  const element = (name, className, box) => {
    const made = document.createElement(name);
    made.className = className;
    if (box) {
      made.style.left = `${box.x}px`;
      made.style.top = `${box.y}px`;
      made.style.width = `${box.w}px`;
      made.style.height = `${box.h}px`;
    }
    return made;
  };

  const label = (node, box) => {
    const text = element("span", box.h < 60 ? "label line" : "label");
    const name = document.createElement("bdi");
    const bytes = document.createElement("small");
    name.textContent = node.name;
    bytes.textContent = size(node.bytes);
    text.append(name, bytes);
    return text;
  };

  const paint = (tile) => {
    tile.classList.add("painted");
    tile.style.setProperty("--fill", `var(--c${color % 8})`);
    color += 1;
  };

  // What is in a key is drawn into its tile, as deep as there is room.
  const fillParts = (outer, node, box, head) => {
    const edge = 3;
    const width = box.w - 2 * edge;
    const height = box.h - head - edge;
    if (width < 30 || height < 20) return;
    // Colors tell the keys of the level apart at which the bytes spread out.
    const branches = node.bytes > shown.bytes / 2;
    for (const part of layOut(gather(node, width, height), edge, head, width, height)) {
      if (part.w < 3 || part.h < 3 || nodes.size > most) continue;
      const tile = element("span", part.node.other ? "part other" : "part", part);
      nodes.set(tile, part.node);
      if (branches && !part.node.other) paint(tile);
      const isNamed = part.w > 34 && part.h > 16;
      if (isNamed) {
        const name = document.createElement("bdi");
        name.textContent = part.node.name;
        tile.append(name);
      }
      if (part.node.below.length > 0) fillParts(tile, part.node, part, isNamed ? 17 : 3);
      outer.append(tile);
    }
  };

  const draw = (focused) => {
    const width = map.clientWidth;
    const height = map.clientHeight;
    tiles = layOut(gather(shown, width, height), 0, 0, width, height);
    color = 0;
    nodes.clear();
    map.replaceChildren(...tiles.map((tile) => {
      const { node } = tile;
      const opens = node.below.length > 0;
      const button = element("button", opens ? "opens" : "", tile);
      button.type = "button";
      button.tabIndex = -1;
      if (!node.other) paint(button);
      button.setAttribute("aria-label",
        `${node.name}: ${describe(node)}${opens ? "" : "; nothing below"}`);
      if (tile.w > 34 && tile.h > 18) button.append(label(node, tile));
      if (opens) fillParts(button, node, tile, tile.h < 60 ? 22 : 38);
      button.addEventListener("focus", () => { choose(tile); tell(node); });
      nodes.set(button, node);
      tile.button = button;
      return button;
    }));
    const first = tiles.find((tile) => tile.node === focused) ?? tiles[0];
    if (first) choose(first);
    trail.replaceChildren(...steps().map((node) => {
      const button = document.createElement("button");
      const name = document.createElement("bdi");
      button.type = "button";
      name.textContent = node.name;
      button.append(name);
      if (node === shown) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => show(node, null));
      return button;
    }));
    map.setAttribute("aria-label", `Areas of ${path(shown) || shown.name} by bytes`);
    tell(shown);
    return first;
  };
  const steps = () => {
    const way = [];
    for (let node = shown; node; node = node.parent) way.unshift(node);
    return way;
  };
  const choose = (chosen) => {
    for (const tile of tiles) tile.button.tabIndex = tile === chosen ? 0 : -1;
  };

  const show = (node, focused) => {
    shown = node;
    const first = draw(focused);
    if (first) first.button.focus({ preventScroll: true });
    said.textContent = `${node.name}, ${describe(node)}`;
  };
  // A key without anything below is shown among its neighbors.
  const open = (node) => {
    if (node.below.length > 0) show(node, null);
    else if (node.parent !== shown) show(node.parent, node);
    else said.textContent = `Nothing below ${node.name}`;
  };
  const nodeAt = (event) => {
    let element = event.target;
    while (element !== map && !nodes.has(element)) element = element.parentElement;
    return nodes.get(element);
  };
  const back = () => {
    if (shown.parent) show(shown.parent, shown);
  };

  // The nearest tile in a direction; those that lie beside the present one come first.
  const neighbor = (from, dx, dy) => {
    let best = null;
    let least = Infinity;
    for (const tile of tiles) {
      if (tile === from) continue;
      const gap = dx > 0 ? tile.x - (from.x + from.w) : dx < 0 ? from.x - (tile.x + tile.w)
        : dy > 0 ? tile.y - (from.y + from.h) : from.y - (tile.y + tile.h);
      if (gap < -1) continue;
      const overlap = dx
        ? Math.min(from.y + from.h, tile.y + tile.h) - Math.max(from.y, tile.y)
        : Math.min(from.x + from.w, tile.x + tile.w) - Math.max(from.x, tile.x);
      const aside = dx
        ? Math.abs(tile.y + tile.h / 2 - from.y - from.h / 2)
        : Math.abs(tile.x + tile.w / 2 - from.x - from.w / 2);
      const cost = Math.max(gap, 0) * 4 + aside + (overlap > 1 ? 0 : 10000);
      if (cost < least) { least = cost; best = tile; }
    }
    return best;
  };

  map.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const from = tiles.find((tile) => tile.button === document.activeElement);
    if (!from) return;
    const moves = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    };
    let next = null;
    if (moves[event.key]) next = neighbor(from, ...moves[event.key]);
    else if (event.key === "Home") next = tiles[0];
    else if (event.key === "End") next = tiles[tiles.length - 1];
    else if (event.key === "Escape" || event.key === "Backspace") back();
    else return;
    event.preventDefault();
    if (next) next.button.focus({ preventScroll: true });
  });
  map.addEventListener("click", (event) => {
    const node = nodeAt(event);
    if (node) open(node);
  });
  map.addEventListener("pointerover", (event) => {
    const node = nodeAt(event);
    if (node) tell(node);
  });
  map.addEventListener("pointerleave", () => {
    const focused = tiles.find((tile) => tile.button === document.activeElement);
    tell(focused ? focused.node : shown);
  });

  map.setAttribute("aria-roledescription", "treemap");
  document.getElementById("picture").hidden = false;
  let drawnWidth = map.clientWidth;
  let drawnHeight = map.clientHeight;
  draw(null);
  new ResizeObserver(() => {
    if (map.clientWidth === drawnWidth && map.clientHeight === drawnHeight) return;
    drawnWidth = map.clientWidth;
    drawnHeight = map.clientHeight;
    const focused = tiles.find((tile) => tile.button === document.activeElement);
    const first = draw(focused ? focused.node : null);
    if (focused && first) first.button.focus({ preventScroll: true });
  }).observe(map);
})();
