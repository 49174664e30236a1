// SPDX-License-Identifier: MIT

/// How a page looks, in light and in dark.
enum PageStyle {
  static let text = #"""
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --tint: #f3f5f7;
      --mark: #0b57d0; --warm: #b3261e;
      --c0: #cfe1f7; --c1: #d8ecd3; --c2: #fbe3c5; --c3: #e6daf4; --c4: #cdeaea; --c5: #f8d9e0;
      --c6: #ebe6c4; --c7: #efd3c0; --other: #eceef1;
      --k0: #5b6470; --k1: #87909c; --k2: #3367b0; --k3: #4b8f55; --k4: #9d7bc9; --k5: #6b9bd8;
      --k6: #d98324; --k7: #b0475e; --k8: #8a8a3c; --k9: #a64b2a; --k10: #c9d1d9; --k11: #e3e7eb;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14181d; --ink: #e6e9ed; --soft: #a0a9b4; --line: #363d46; --tint: #1e242b;
        --mark: #8ab4ff; --warm: #ff9d94;
        --c0: #23446b; --c1: #2a4c2c; --c2: #5b401d; --c3: #46335f; --c4: #1d4c4e; --c5: #5c2c3a;
        --c6: #4a451d; --c7: #583c2c; --other: #272d35;
        --k0: #8d97a4; --k1: #6a737e; --k2: #6ea0e6; --k3: #6fb27a; --k4: #a98ad6; --k5: #4f80c0;
        --k6: #e09a48; --k7: #d0677e; --k8: #b0b05e; --k9: #d0714d; --k10: #454d57; --k11: #2d343c;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 3rem; max-width: 82rem;
      background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
    h2 { margin: 2.25rem 0 .5rem; font-size: 1.15rem; }
    p { margin: .35rem 0; max-width: 60rem; }
    header p, #help, #info, section > p { color: var(--soft); }
    a, summary { cursor: pointer; }
    :focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; border-radius: 2px; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .limit { margin-top: 1rem; }
    .limit li { margin: .2rem 0; max-width: 60rem; }
    .meter, .stack {
      display: flex; height: .9rem; overflow: hidden; border: 1px solid var(--line);
      border-radius: 4px; background: var(--tint);
    }
    .stack { height: 1.6rem; margin: .5rem 0 1rem; }
    .meter i { background: var(--mark); min-width: 2px; }
    .meter i.high { background: var(--warm); }
    .k0 { background: var(--k0); } .k1 { background: var(--k1); } .k2 { background: var(--k2); }
    .k3 { background: var(--k3); } .k4 { background: var(--k4); } .k5 { background: var(--k5); }
    .k6 { background: var(--k6); } .k7 { background: var(--k7); } .k8 { background: var(--k8); }
    .k9 { background: var(--k9); } .k10 { background: var(--k10); } .k11 { background: var(--k11); }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: .2rem .9rem .2rem 0; text-align: right; font-weight: normal; }
    thead th { color: var(--soft); position: sticky; top: 0; background: var(--paper); }
    th[scope=row], thead th:first-child { text-align: left; }
    tbody tr { border-top: 1px solid var(--line); }
    tfoot tr { border-top: 2px solid var(--line); }
    th > i {
      display: inline-block; width: .8rem; height: .8rem; margin-right: .5rem; border-radius: 2px;
      border: 1px solid var(--line); vertical-align: -.05rem;
    }
    .scroll { max-height: 26rem; overflow: auto; border: 1px solid var(--line); padding: 0 .75rem; }
    .history { width: 100%; }
    .history thead th, .history thead td { padding-top: .4rem; }
    .history .bar { width: 65%; padding-right: 0; }
    .bar i { display: block; height: .8rem; min-width: 1px; background: var(--k5); }
    .changes { width: 100%; }
    .changes th[scope=row] { overflow-wrap: anywhere; }
    .changes td { vertical-align: top; }
    .changes .bar { width: 12rem; min-width: 6rem; }
    .changes .bar i { margin-top: .35rem; background: var(--k6); }
    .changes .less i { background: var(--k3); }
    .changes ul { margin: .1rem 0; padding-left: 1.4rem; }
    .changes details { color: var(--soft); font-size: .9rem; }
    dt { margin-top: .5rem; overflow-wrap: anywhere; }
    dd { margin: 0 0 0 1.4rem; color: var(--soft); max-width: 60rem; }
    .tree { overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; }
    .tree ul { list-style: none; margin: 0; padding: 0; }
    .tree ul ul { padding-left: 1.1rem; }
    .row {
      display: flex; align-items: baseline; min-width: 44rem; padding: .15rem .75rem;
      font-variant-numeric: tabular-nums;
    }
    .row > span { flex: none; width: 5.5rem; text-align: right; white-space: nowrap; }
    .row > span:first-child {
      flex: 1 1 12rem; width: auto; text-align: left; white-space: normal; overflow-wrap: anywhere;
    }
    .row > span:nth-child(6) { width: 12rem; color: var(--soft); }
    .row.head { background: var(--tint); color: var(--soft); border-bottom: 1px solid var(--line); }
    li > .row::before, li > details > .row::before {
      content: ""; flex: none; width: 1.1rem; color: var(--soft);
    }
    li > details > .row::before { content: "▸"; }
    li > details[open] > .row::before { content: "▾"; }
    .row.head > span:first-child { padding-left: 1.1rem; }
    summary.row { list-style: none; }
    summary.row::-webkit-details-marker { display: none; }
    .row:not(.head):hover { background: var(--tint); }
    .row.other { color: var(--soft); }
    .row.other > span:first-child { font-style: italic; }
    summary.row:focus-visible { outline-offset: -3px; }
    #trail { display: flex; flex-wrap: wrap; gap: .1rem .15rem; margin: .25rem 0 .5rem; }
    #trail button {
      font: inherit; color: var(--mark); background: none; border: 0; padding: .1rem .3rem;
      cursor: pointer; overflow-wrap: anywhere; text-align: left;
    }
    #trail button[aria-current] { color: var(--ink); font-weight: 600; cursor: default; }
    #trail button + button::before { content: "\\"; margin-right: .4rem; color: var(--soft); }
    #map { --fill: var(--other); position: relative; height: clamp(20rem, 62vh, 42rem); background: var(--tint); }
    #map button {
      position: absolute; overflow: hidden; margin: 0; padding: 0; border: 1px solid var(--paper);
      border-radius: 0; color: var(--ink); font: inherit; text-align: left; cursor: default;
      background: var(--fill);
    }
    #map button.opens { cursor: zoom-in; }
    #map button:hover { border-color: var(--ink); }
    #map button:focus-visible {
      z-index: 2; outline: 3px solid var(--mark); outline-offset: -3px;
      box-shadow: 0 0 0 2px var(--paper);
    }
    #map .label {
      position: absolute; inset: .15rem .35rem auto; font-size: .85rem; line-height: 1.3;
      white-space: nowrap; overflow: hidden; text-overflow: ellipsis; pointer-events: none;
    }
    #map .label small {
      display: block; overflow: hidden; text-overflow: ellipsis; font-size: .75rem; opacity: .85;
    }
    #map .label.line small { display: inline; margin-left: .5em; }
    #map .part {
      position: absolute; overflow: hidden; padding: 0 .2rem; border: 1px solid var(--paper);
      border-color: color-mix(in srgb, var(--fill) 70%, var(--ink));
      background: color-mix(in srgb, var(--paper) 14%, transparent);
      font-size: .75rem; line-height: 1.25; white-space: nowrap; text-overflow: ellipsis;
    }
    #map .part.painted { background: var(--fill); }
    #map .part.other { background: var(--other); font-style: italic; }
    #map .part:hover:not(:has(.part:hover)) { border-color: var(--ink); }
    #info { min-height: 3em; overflow-wrap: anywhere; color: var(--ink); }
    @media (forced-colors: active) {
      #map button, #map .part { border-color: CanvasText; }
      .meter i, .bar i { background: Highlight; forced-color-adjust: none; }
    }
    @media print { #picture { display: none; } .scroll { max-height: none; } }

    """#
}
