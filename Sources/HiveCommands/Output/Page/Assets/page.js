// SPDX-License-Identifier: MIT
//
// What all pages share: tables are sorted by their headings and filtered by a field above them.
"use strict";
(() => {
  const number = (cell) => {
    const given = cell.dataset.value;
    if (given !== undefined) return given === "" ? -Infinity : Number(given);
    const text = cell.textContent.replaceAll(",", "").replace("\u2212", "-");
    return /^[+-]?[0-9.]+( %)?$/.test(text) ? Number.parseFloat(text) : null;
  };
  const compare = (one, other) => {
    const [first, second] = [number(one), number(other)];
    if (first !== null && second !== null) return first - second;
    return one.textContent.localeCompare(other.textContent, "en", { numeric: true });
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      if (heading.tagName !== "TH") return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const rows = [...body.rows];
        const isText = rows.length > 0 && number(rows[0].cells[column]) === null;
        const was = heading.getAttribute("aria-sort");
        const now = was === "descending" || (!was && isText) ? "ascending" : "descending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", now);
        const sign = now === "ascending" ? 1 : -1;
        rows.sort((one, other) => sign * compare(one.cells[column], other.cells[column]));
        body.append(...rows);
      });
    });
  }

  for (const table of document.querySelectorAll("table[data-filter]")) {
    const line = document.createElement("div");
    const label = document.createElement("label");
    const field = document.createElement("input");
    const count = document.createElement("span");
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    line.className = "filter";
    field.className = "field";
    field.type = "search";
    count.className = "soft";
    count.setAttribute("aria-live", "polite");
    label.append(table.dataset.filter, " ", field);
    line.append(label, count);
    table.closest(".scroll").before(line);
    const filter = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !words.every((word) => texts[index].includes(word));
        if (!row.hidden) shown += 1;
      });
      count.textContent = `${shown} of ${rows.length}`;
    };
    field.addEventListener("input", filter);
    filter();
  }

  // A link to a part that is folded opens it.
  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    if (target) target.scrollIntoView();
  };
  window.addEventListener("hashchange", openTarget);
  if (location.hash) openTarget();

  // On paper everything is unfolded.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open]):not(.keep)")];
    for (const part of folded) part.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
  });
})();
