// SPDX-License-Identifier: MIT
//
// Draws the treemap of a hive from the rows in its page, and finds, sorts and unfolds keys.
"use strict";
(() => {
  const smallest = 90;
  const most = 1500;
  const minutesTo1970 = 11644473600 / 60;
  const fields = 7;

  const make = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const exact = (bytes) => bytes.toLocaleString("en-US");
  const size = (bytes) => {
    for (const [unit, step] of [["GB", 2 ** 30], ["MB", 2 ** 20], ["KB", 2 ** 10]]) {
      if (bytes >= step) return `${Math.round((bytes / step) * 10) / 10} ${unit}`;
    }
    return `${bytes} bytes`;
  };
  const both = (bytes) =>
    bytes >= 1024 ? `${size(bytes)} (${exact(bytes)} bytes)` : `${bytes} bytes`;
  const counted = (number, noun) => `${exact(number)} ${noun}${number === 1 ? "" : "s"}`;
  const date = (minutes) => {
    const time = new Date((minutes - minutesTo1970) * 60000);
    if (!minutes || Number.isNaN(time.getTime())) return "";
    return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  };
  // A command that works in the browser's old way too, where pages may not use the clipboard.
  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = make("textarea", "unseen");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };

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

  // The keys and values as a tree, from the rows and what the list says of the file itself.
  const readTree = (list, rows) => {
    const node = (parent, name, bytes, rest) =>
      ({ parent, name, bytes, keys: 0, values: 0, time: 0, delta: 0, below: [], ...rest });
    const root = node(null, list.dataset.name, Number(list.dataset.size), {
      keys: Number(list.dataset.keys), values: Number(list.dataset.values),
    });
    const all = [];
    const way = [root];
    for (let at = 0; at < rows.length; at += fields) {
      const level = Math.abs(rows[at + 1]);
      way.length = level;
      const made = node(way[level - 1], rows[at], rows[at + 2], {
        keys: rows[at + 3], values: rows[at + 4], time: rows[at + 5], delta: rows[at + 6],
        isValue: rows[at + 1] < 0,
      });
      made.parent.below.push(made);
      way.push(made);
      all.push(made);
    }
    // What a key has besides what is named.
    for (const key of [root, ...all]) {
      if (key.below.length === 0) continue;
      const named = key.below.reduce((sum, part) => sum + part.bytes, 0);
      const keys = key.below.reduce((sum, part) => sum + part.keys, 0);
      const rest = key.bytes - named;
      const own = key.below.some((part) => part.isValue) ? "other values" : "values";
      const text = `the key itself and its ${own}`;
      key.named = key.below.slice();
      if (rest > 0) {
        const name = keys < key.keys - 1 ? `smaller keys, ${text}` : text;
        key.below.push(node(key, name, rest, { other: true }));
      }
    }
    for (const row of list.querySelectorAll(":scope > li > .row.file")) {
      const bytes = Number(row.dataset.bytes);
      root.below.push(node(root, row.children[0].textContent, bytes, { other: true }));
      root.bytes += bytes;
    }
    for (const key of [root, ...all]) key.below.sort((one, other) => other.bytes - one.bytes);
    return { root, all };
  };

  const begin = (part) => {
    const find = (name) => part.querySelector(`.${name}`);
    const [list, map, trail] = ["keys", "map", "trail"].map(find);
    const [info, said, picture] = ["info", "said", "picture"].map(find);
    const { root, all } = readTree(list, JSON.parse(find("data").textContent));
    const used = Number(list.dataset.used);
    const hasGrowth = list.dataset.growth === "yes";
    const keepsPlace = map.id === "map";
    const newest = all.reduce((time, node) => Math.max(time, node.time), 0);
    let shown = root;
    let tiles = [];
    let color = 0;
    let mode = "branch";
    const nodes = new Map();

    const names = (node) => {
      const way = [];
      for (let key = node; key && key !== root; key = key.parent) way.unshift(key.name);
      return way;
    };
    const above = list.dataset.path ? [list.dataset.path] : [];
    const path = (node) => [...above, ...names(node)].join("\\");
    const describe = (node) => {
      const parts = [both(node.bytes)];
      if (!node.other && node !== root && used > 0) {
        parts.push(`${((node.bytes / used) * 100).toFixed(1)} %`);
      }
      if (node.isValue) parts.push("a value");
      if (node.keys) parts.push(counted(node.keys, "key"));
      if (node.values && !node.isValue) parts.push(counted(node.values, "value"));
      const time = date(node.time);
      if (time) parts.push(`last written ${time}`);
      if (node.delta) parts.push(`grew by ${exact(node.delta)} bytes`);
      return parts.join(", ");
    };
    const inform = (node) => {
      info.replaceChildren(make("strong", "", path(node) || node.name), ` ${describe(node)}`);
    };

    // Colors: by branch, by age, or by growth.
    const year = 365 * 24 * 60;
    const ages = [["up to a month before the newest", year / 12], ["up to half a year", year / 2],
      ["up to a year", year], ["up to three years", 3 * year], ["older", Infinity]];
    const growths = [["grew by half or more", "g0"], ["grew", "g1"], ["as before", "other"],
      ["shrank", "g2"]];
    const fillOf = (node) => {
      if (mode === "age") {
        if (!node.time) return "other";
        return `a${ages.findIndex(([, limit]) => newest - node.time <= limit)}`;
      }
      if (node.delta === 0) return "other";
      if (node.delta < 0) return "g2";
      return node.delta >= node.bytes / 3 ? "g0" : "g1";
    };
    const paint = (tile, node) => {
      tile.classList.add("painted");
      const fill = mode === "branch" ? `c${color % 8}` : fillOf(node);
      tile.style.setProperty("--fill", `var(--${fill})`);
      color += 1;
    };

    const box = (name, className, place) => {
      const made = make(name, className);
      for (const [side, length] of [["left", "x"], ["top", "y"], ["width", "w"], ["height", "h"]]) {
        made.style[side] = `${place[length]}px`;
      }
      return made;
    };
    const label = (node, place) => {
      const text = box("span", place.h < 60 ? "label line" : "label", {});
      text.append(make("bdi", "", node.name), make("small", "", size(node.bytes)));
      return text;
    };
    // Tiles too small to see or to reach become one.
    const gather = (node, width, height) => {
      const area = (part) => (part.bytes / node.bytes) * width * height;
      const large = node.below.filter((part) => part.bytes > 0 && area(part) >= smallest);
      const rest = node.below.filter((part) => part.bytes > 0 && area(part) < smallest);
      if (rest.length < 2) return [...large, ...rest];
      const bytes = rest.reduce((sum, part) => sum + part.bytes, 0);
      large.push({
        parent: node, name: `${exact(rest.length)} smaller areas`, bytes, other: true, keys: 0,
        values: 0, time: 0, delta: 0, below: large.length > 0 ? rest : [], isGroup: true,
      });
      return large.sort((one, other) => other.bytes - one.bytes);
    };
    // What is in a key is drawn into its tile, as deep as there is room.
    const fillParts = (outer, node, place, head) => {
      const edge = 3;
      const width = place.w - 2 * edge;
      const height = place.h - head - edge;
      if (width < 30 || height < 20 || node.isGroup) return;
      // Each key of the level at which the bytes spread out has a color of its own.
      const branches = mode !== "branch" || node.bytes > shown.bytes / 2;
      for (const tile of layOut(gather(node, width, height), edge, head, width, height)) {
        if (tile.w < 3 || tile.h < 3 || nodes.size > most) continue;
        const element = box("span", tile.node.other ? "part other" : "part", tile);
        nodes.set(element, tile.node);
        if (branches && !tile.node.other) paint(element, tile.node);
        const isNamed = tile.w > 34 && tile.h > 16;
        if (isNamed) element.append(make("bdi", "", tile.node.name));
        if (tile.node.below.length > 0) fillParts(element, tile.node, tile, isNamed ? 17 : 3);
        outer.append(element);
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
        const button = box("button", opens ? "opens" : "", tile);
        button.type = "button";
        button.tabIndex = -1;
        if (!node.other) paint(button, node);
        button.setAttribute("aria-label",
          `${node.name}: ${describe(node)}${opens ? "" : "; nothing below"}`);
        if (tile.w > 34 && tile.h > 18) button.append(label(node, tile));
        if (opens) fillParts(button, node, tile, tile.h < 60 ? 22 : 38);
        button.addEventListener("focus", () => { choose(tile); inform(node); });
        nodes.set(button, node);
        tile.button = button;
        return button;
      }));
      const first = tiles.find((tile) => tile.node === focused) ?? tiles[0];
      if (first) choose(first);
      trail.replaceChildren(...steps().map((node) => {
        const button = make("button");
        button.type = "button";
        button.append(make("bdi", "", node.name));
        if (node === shown) button.setAttribute("aria-current", "true");
        button.addEventListener("click", () => show(node, null));
        return button;
      }));
      map.setAttribute("aria-label", `Areas of ${path(shown) || shown.name} by bytes`);
      inform(shown);
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

    const address = (node) => `#key=${names(node).map(encodeURIComponent).join("/")}`;
    const show = (node, focused) => {
      shown = node;
      const first = draw(focused);
      if (first) first.button.focus({ preventScroll: true });
      said.textContent = `${node.name}, ${describe(node)}`;
      if (keepsPlace && !node.isGroup && location.hash !== address(node)) {
        location.hash = address(node);
      }
    };
    // The place that the address names, as when one goes back.
    const follow = () => {
      if (!location.hash.startsWith("#key=")) return;
      let node = root;
      for (const name of location.hash.slice(5).split("/").filter(Boolean)) {
        const next = node.below.find((below) => encodeURIComponent(below.name) === name);
        if (!next) break;
        node = next;
      }
      if (node !== shown && node.below.length > 0) {
        shown = node;
        draw(null);
      }
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
    const focusedTile = () => tiles.find((tile) => tile.button === document.activeElement);

    map.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const from = focusedTile();
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
      if (node) inform(node);
    });
    map.addEventListener("pointerleave", () => inform(focusedTile()?.node ?? shown));

    // What is above the map: its colors, and the path.
    const legend = make("ul", "legend");
    const drawLegend = () => {
      const entries = mode === "age" ? ages.map(([text], index) => [text, `a${index}`])
        : mode === "growth" ? growths : [];
      legend.replaceChildren(...entries.map(([text, fill]) => {
        const swatch = make("span", "swatch");
        swatch.style.setProperty("--fill", `var(--${fill})`);
        const item = make("li");
        item.append(swatch, text);
        return item;
      }));
      legend.hidden = entries.length === 0;
    };
    const choice = (text, options, chosen) => {
      const field = make("label", "choice", `${text} `);
      const select = make("select", "field");
      for (const [value, name] of options) {
        const option = make("option", "", name);
        option.value = value;
        select.append(option);
      }
      select.addEventListener("change", () => chosen(select.value));
      field.append(select);
      return field;
    };
    const tool = (text, action) => {
      const button = make("button", "tool", text);
      button.type = "button";
      button.addEventListener("click", action);
      return button;
    };
    const growth = hasGrowth ? [["growth", "growth"]] : [];
    const tools = make("div", "filter");
    tools.append(
      choice("Color by", [["branch", "branch"], ["age", "last written"], ...growth], (value) => {
        mode = value;
        drawLegend();
        draw(null);
      }),
      tool("Copy path", async () => {
        await copyText(path(focusedTile()?.node ?? shown));
        said.textContent = "The path was copied";
      }),
      tool("Up", back));
    trail.before(tools, legend);
    drawLegend();

    // The list: rows of smaller keys, which are made when they are asked for.
    const rowOf = (node) => {
      const item = make("li");
      const row = make("div", node.isValue ? "row value" : "row");
      const name = make("span");
      name.append(make("bdi", "", node.name));
      const bytes = make("span");
      bytes.append(make("b", "", size(node.bytes)));
      if (node.bytes >= 1024) bytes.append(" ", make("small", "", exact(node.bytes)));
      row.append(name, bytes);
      for (const text of [
        used > 0 ? `${((node.bytes / used) * 100).toFixed(1)} %` : "",
        node.keys ? exact(node.keys) : "", node.values ? exact(node.values) : "", date(node.time),
      ]) row.append(make("span", "", text));
      if (hasGrowth) row.append(make("span", "", node.delta ? exact(node.delta) : ""));
      item.append(row);
      return item;
    };
    const nodeOf = (item) => {
      const row = item?.querySelector(".row");
      return row?.dataset.place === undefined ? root : all[Number(row.dataset.place)];
    };
    for (const row of list.querySelectorAll(".row.smaller")) {
      const item = row.parentElement;
      const key = nodeOf(item.parentElement.closest("li"));
      const there = new Set([...item.parentElement.children].map(nodeOf));
      const missing = (key.named ?? []).filter((node) => !there.has(node) && !node.isValue);
      if (missing.length === 0) continue;
      const fold = make("details", "keep");
      const summary = make("summary", row.className);
      const inner = make("ul");
      summary.append(...row.childNodes);
      Object.assign(summary.dataset, row.dataset);
      fold.append(summary, inner);
      row.replaceWith(fold);
      const step = 500;
      const more = (from) => {
        inner.append(...missing.slice(from, from + step).map(rowOf));
        if (from + step >= missing.length) return;
        const item = make("li");
        item.append(tool("More", () => { item.remove(); more(from + step); }));
        inner.append(item);
      };
      fold.addEventListener("toggle", () => more(0), { once: true });
    }

    const orders = {
      bytes: (one, other) => other.bytes - one.bytes,
      name: (one, other) => one.name.localeCompare(other.name, "en", { numeric: true }),
      time: (one, other) => other.time - one.time,
      growth: (one, other) => Math.abs(other.delta) - Math.abs(one.delta),
    };
    const sort = (order) => {
      for (const keys of [list, ...list.querySelectorAll("ul")]) {
        const items = [...keys.children].filter((item) => {
          const row = item.querySelector(".row");
          return row && row.dataset.place !== undefined;
        });
        items.sort((one, other) => orders[order](nodeOf(one), nodeOf(other)));
        keys.prepend(...items);
      }
    };
    const search = make("label", "", "Find ");
    const field = make("input", "field");
    const found = make("ul", "found");
    field.type = "search";
    search.append(field);
    found.setAttribute("aria-live", "polite");
    field.addEventListener("input", () => {
      const text = field.value.toLowerCase();
      const hits = text === "" ? []
        : all.filter((node) => node.name.toLowerCase().includes(text));
      hits.sort(orders.bytes);
      found.replaceChildren(...hits.slice(0, 50).map((node) => {
        const item = make("li");
        const button = make("button", "link");
        button.type = "button";
        button.append(make("bdi", "", path(node)));
        button.addEventListener("click", () => {
          picture.scrollIntoView();
          open(node);
        });
        item.append(button, ` ${both(node.bytes)}`);
        return item;
      }));
      if (text !== "") {
        found.prepend(make("li", "soft", hits.length > 50
          ? `${exact(hits.length)} found, the largest 50:` : `${exact(hits.length)} found`));
      }
    });
    const finder = make("div", "filter");
    finder.append(search, choice("Sort by", [["bytes", "bytes"], ["name", "name"],
      ["time", "last written"], ...growth], sort));
    list.closest(".tree").before(finder, found);

    map.setAttribute("aria-roledescription", "treemap");
    picture.hidden = false;
    let drawnWidth = map.clientWidth;
    let drawnHeight = map.clientHeight;
    draw(null);
    if (keepsPlace) {
      follow();
      window.addEventListener("hashchange", follow);
    }
    new ResizeObserver(() => {
      if (map.clientWidth === drawnWidth && map.clientHeight === drawnHeight) return;
      drawnWidth = map.clientWidth;
      drawnHeight = map.clientHeight;
      const focused = focusedTile();
      const first = draw(focused ? focused.node : null);
      if (focused && first) first.button.focus({ preventScroll: true });
    }).observe(map);
  };

  for (const part of document.querySelectorAll(".growth")) {
    const fold = part.closest("details.hive");
    if (fold) fold.addEventListener("toggle", () => begin(part), { once: true });
    else begin(part);
  }
})();
