// SPDX-License-Identifier: MIT
//
// Unfolds and folds the tree of changes, and finds keys and values in it.
"use strict";
(() => {
  for (const tree of document.querySelectorAll("ul.changes:not(ul.changes ul)")) {
    const parts = [...tree.querySelectorAll("details")];
    const items = [...tree.querySelectorAll("li")];
    const line = document.createElement("div");
    const label = document.createElement("label");
    const field = document.createElement("input");
    const count = document.createElement("span");
    line.className = "filter";
    field.className = "field";
    field.type = "search";
    count.className = "soft";
    count.setAttribute("aria-live", "polite");
    label.append("Find ", field);
    line.append(label, count);
    for (const [text, open] of [["Unfold all", true], ["Fold all", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "tool";
      button.textContent = text;
      button.addEventListener("click", () => {
        for (const part of parts) part.open = open;
      });
      line.append(button);
    }
    tree.before(line);

    // What a key says itself, without the keys below it.
    const texts = items.map((item) => {
      const part = item.firstElementChild;
      return [...part.children].filter((child) => child.tagName !== "UL")
        .map((child) => child.textContent).join(" ").toLowerCase();
    });
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const item of items) item.hidden = words.length > 0;
      items.forEach((item, index) => {
        if (!words.every((word) => texts[index].includes(word))) return;
        found += 1;
        for (let part = item; part && part !== tree; part = part.parentElement) {
          part.hidden = false;
          if (part !== item && part.tagName === "DETAILS") part.open = true;
        }
      });
      count.textContent = words.length > 0 ? `${found} of ${items.length} keys` : "";
    });
  }
})();
