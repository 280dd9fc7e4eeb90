// Parts both views are made of.

import { h, svg } from "./dom.js";
import { address } from "./state.js";
import { label } from "./text.js";

const marks = { agrees: "✓", differs: "≠", cannot_tell: "?" };

/** A verdict: a word and a mark, so that colour is never alone. */
export function verdict(t, value) {
  if (!value) return h("span", { class: "faint" }, "–");
  return h(
    "span",
    { class: `verdict ${Object.hasOwn(marks, value) ? value : ""}` },
    h("span", { class: "mark", "aria-hidden": "true" }, marks[value] ?? ""),
    label(t, "verdicts", value),
  );
}

/** The texts with what the two sides of a pair are called: register and census, unless the study compares others. */
export function withSides(t, study, definition) {
  const pair = study.pairs?.find((p) => p.name === definition);
  if (!pair) return t;
  const ofStudy = (source) => (source.kind === "register" ? !source.definition : !source.census);
  const usual = ofStudy(pair.first) && ofStudy(pair.second) && pair.first.kind === "register" && pair.second.kind === "census";
  if (usual) return t;
  const called = (source) =>
    source.title ||
    (!ofStudy(source) ? source.name : source.kind === "census" ? t.census : label(t, "definitions", source.name));
  return { ...t, register: called(pair.first), census: called(pair.second) };
}

/** A cell with a number; a missing one is read out as missing. */
export function number(t, text, extra = "") {
  if (text !== "–") return h("td", { class: `number ${extra}` }, text);
  return h(
    "td",
    { class: `number faint ${extra}` },
    h("span", { "aria-hidden": "true" }, text),
    h("span", { class: "hidden" }, t.missing),
  );
}

/** The cells of a row's figures, the same in both tables. */
export function figures(t, f, row, scale) {
  const r = row ?? {
    register: null,
    census: null,
    difference: null,
    difference_pct: null,
    ci_lower: null,
    ci_upper: null,
  };
  return [
    number(t, f.persons(r.register), "persons"),
    number(t, f.persons(r.census), "persons"),
    number(t, f.change(r.difference), "persons"),
    number(t, f.points(r.difference_pct)),
    number(t, f.interval(r.ci_lower, r.ci_upper), "wide"),
    h("td", { class: "plot wide", "aria-hidden": "true" }, row && plot(r, scale)),
    h("td", {}, verdict(t, r.verdict)),
  ];
}

/** The largest percentage a set of plots has to show. */
export function scaleOf(rows) {
  const ends = rows
    .filter(Boolean)
    .flatMap((row) => [...inPercent(row), row.margin_pct ?? 0].map(Math.abs))
    .sort((a, b) => a - b);
  // A single wild cell must not flatten the others: it is cut at the edge instead.
  const typical = ends[Math.floor(ends.length * 0.95)] ?? 0;
  return Math.max(typical * 1.1, 0.1);
}

function inPercent(row) {
  if (row.ci_lower === null || row.ci_upper === null || !row.census) return [];
  return [row.ci_lower, row.ci_upper].map((end) => (100 * end) / row.census);
}

const width = 120,
  height = 16;

function plot(row, scale) {
  const at = (percent) => Math.min(Math.max(width / 2 + (percent / scale) * (width / 2), 1), width - 1);
  const [low, high] = inPercent(row);
  const margin = row.margin_pct ?? 0;
  return svg(
    "svg",
    { class: `interval ${row.verdict}`, viewBox: `0 0 ${width} ${height}`, width, height },
    margin > 0 && svg("rect", { class: "margin", x: at(-margin), width: at(margin) - at(-margin), y: 0, height }),
    svg("line", { class: "zero", x1: width / 2, x2: width / 2, y1: 0, y2: height }),
    low !== undefined &&
      svg("rect", {
        class: "range",
        x: at(low),
        width: Math.max(at(high) - at(low), 1.5),
        y: 6.5,
        height: 3,
        rx: 1.5,
      }),
    row.difference_pct !== null && svg("circle", { class: "point", cx: at(row.difference_pct), cy: 8, r: 3 }),
  );
}

/** Buttons of which one is chosen, as links so that each choice has an address. */
export function switcher(name, options, chosen) {
  return h(
    "nav",
    { class: "switch", "aria-label": name },
    options.map(([value, text, href]) =>
      h("a", { id: `switch-${name}-${value}`, href, "aria-current": value === chosen ? "true" : null }, text),
    ),
  );
}

/** Heads of columns: [text, class], or a text alone, which is a number but for the first. */
export function heads(columns) {
  return columns.map((column, i) => {
    const [text, kind] = Array.isArray(column) ? column : [column, i ? "number" : ""];
    return h("th", { scope: "col", class: kind || null }, text);
  });
}

/** A table with a heading, in a card unless it is bare. */
export function sheet(title, { id, head, rows, note, links = [], bare = false }) {
  const table = h(
    "div",
    { class: "scroll", role: "region", "aria-label": title, tabindex: "0" },
    h("table", {}, h("caption", { class: "hidden" }, title), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)),
  );
  if (bare) return table;
  return h(
    "section",
    { class: "card sheet", id, "aria-label": title },
    h("h2", {}, title),
    table,
    note && h("p", { class: "faint legend" }, note),
    links.length > 0 && h("p", { class: "links" }, links.map(([text, href]) => h("a", { href, download: true }, text))),
  );
}

/** A drawing of the server with its files, or why there is none. */
export function figure(t, { id, title, links, query, alt, none }) {
  const of = (link) => `${link}?${query}`;
  return h(
    "section",
    { class: "card figure", "aria-label": title },
    h("h2", {}, title),
    links.svg ? h("img", { id, src: of(links.svg), alt }) : h("p", { class: "empty" }, none),
    links.svg &&
      h(
        "p",
        { class: "links" },
        h("span", { class: "faint" }, t.download),
        ["png", "pdf", "svg"].map((kind) => h("a", { class: "button", href: of(links[kind]), download: true }, kind.toUpperCase())),
      ),
  );
}

/** A figure with its name. */
export function fact(name, value, extra) {
  return h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value, extra && h("span", { class: "faint" }, ` ${extra}`)));
}

/** Steps through the pages of what was found. */
export function pager({ t, f, state }, found, count) {
  const pages = Math.max(1, Math.ceil(found.total / found.per_page));
  const step = (to, text, mark) =>
    to < 1 || to > pages
      ? h("span", { class: "button off", "aria-hidden": "true" }, mark)
      : h(
          "a",
          {
            id: `page-${mark}`,
            class: "button",
            "aria-label": text,
            href: address(state, { page: to > 1 ? String(to) : "" }),
          },
          mark,
        );
  return h(
    "nav",
    { class: "pager", "aria-label": t.pages },
    h("span", { class: "faint" }, count(found.total)),
    step(found.page - 1, t.previous, "‹"),
    h("span", {}, t.page(f.persons(found.page), f.persons(pages))),
    step(found.page + 1, t.next, "›"),
  );
}
