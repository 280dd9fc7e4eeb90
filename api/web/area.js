// One area: its pyramid and its figures.

import { h, replace } from "./dom.js";
import { ask, studyPath } from "./data.js";
import { address } from "./state.js";
import { fact, figures, number, scaleOf, switcher, verdict, withSides } from "./parts.js";
import { label } from "./text.js";
import { whySections } from "./why.js";

const shownDimensions = ["total", "sex", "age5"];

/** Shows the area named in the state. */
export async function showArea(view) {
  const { main, state, study, signal } = view;
  const area = await ask(studyPath(study.id, "areas", state.area), {}, signal);
  const definition = state.definition || study.definitions[0] || "";
  const why = state.view === "why" ? await whySections(view, area, definition) : null;
  const key = `area ${study.id} ${area.code} ${view.language}`;
  const arrived = main.dataset.view !== key;
  const rows = area.rows.filter((row) => row.definition === definition);
  const named = { ...view, t: withSides(view.t, study, definition) };
  replace(
    main,
    crumbs(view, area),
    heading(view, area, definition),
    facts(
      named,
      rows.find((row) => row.dimension === "total"),
    ),
    tabs(view),
    ...(why ?? [h("div", { class: "columns" }, pyramid(view, area, rows, definition), table(named, rows))]),
  );
  main.dataset.view = key;
  document.title = `${area.name} – Concord`;
  view.announce(area.name);
  if (arrived) main.querySelector("h1").focus({ preventScroll: true });
}

function crumbs({ t, state, study }, area) {
  const list = address(state, { area: "", view: state.view === "why" ? "" : state.view });
  return h(
    "nav",
    { class: "crumbs", "aria-label": t.back },
    h("a", { href: list }, `← ${t.back}`),
    area.parent_name &&
      h(
        "span",
        {},
        `${t.parent}: `,
        h("a", { id: "parent", href: address(state, { area: area.parent }) }, area.parent_name),
      ),
    area.children > 0 &&
      h(
        "a",
        {
          id: "children",
          href: address(
            { study: state.study, lang: state.lang, definition: state.definition },
            { parent: area.code },
          ),
        },
        `${t.children} (${area.children})`,
      ),
    study.links.report && h("a", { href: study.links.report }, t.report),
  );
}

function heading({ t, state, study }, area, definition) {
  const options = study.definitions.map((value) => [
    value,
    label(t, "definitions", value),
    address(state, { definition: value }),
  ]);
  return h(
    "section",
    { class: "heading" },
    h(
      "div",
      {},
      h("h1", { tabindex: "-1" }, area.name || area.code),
      h(
        "p",
        { class: "faint" },
        [label(t, "levels", area.level), `${t.code} ${area.code}`].filter(Boolean).join(" · "),
      ),
    ),
    switcher(t.definition, options, definition),
  );
}

function tabs({ t, state }) {
  const views = ["", "why"].map((name) => [name, t.views[name || "figures"], address(state, { view: name })]);
  return h("div", {}, switcher(t.viewsOf, views, state.view === "why" ? "why" : ""));
}

function facts({ t, f }, row) {
  if (!row) return null;
  const list = h(
    "dl",
    { class: "facts" },
    fact(t.register, f.persons(row.register)),
    fact(t.census, f.persons(row.census)),
    fact(
      t.difference,
      f.change(row.difference),
      row.difference_pct !== null && `${f.points(row.difference_pct)} %`,
    ),
    fact(t.interval, f.interval(row.ci_lower, row.ci_upper)),
    fact(t.verdict, verdict(t, row.verdict)),
  );
  return h("div", {}, list, row.notes && h("p", { class: "faint", id: "about-total" }, row.notes));
}

function pyramid({ t, language }, area, rows, definition) {
  const drawable = area.links.svg && rows.some((row) => row.dimension === "sex*age5");
  const of = (link) => `${link}?${new URLSearchParams({ definition, lang: language })}`;
  const file = (name, href) => h("a", { class: "button", href, download: true }, name);
  const name = area.name || area.code;
  return h(
    "section",
    { class: "card figure", "aria-label": t.pyramid },
    h("h2", {}, t.pyramid),
    drawable
      ? h("img", {
          id: "pyramid",
          src: of(area.links.svg),
          alt: t.drawing(name, label(t, "definitions", definition)),
        })
      : h("p", { class: "empty" }, t.noPyramid),
    h(
      "p",
      { class: "links" },
      h("span", { class: "faint" }, t.download),
      file("CSV", area.links.csv),
      drawable && [
        file("PNG", of(area.links.png)),
        file("PDF", of(area.links.pdf)),
        file("SVG", of(area.links.svg)),
      ],
    ),
  );
}

function table(view, rows) {
  const { t } = view;
  const shown = rows.filter((row) => shownDimensions.includes(row.dimension));
  const scale = scaleOf(shown);
  const head = (name, kind = "number") => h("th", { scope: "col", class: kind }, name);
  return h(
    "section",
    { class: "card", "aria-label": t.rows },
    h("h2", {}, t.rows),
    h(
      "div",
      { class: "scroll", role: "region", "aria-label": t.rows, tabindex: "0" },
      h(
        "table",
        {},
        h("caption", { class: "hidden" }, t.rows),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            head(t.cell, ""),
            head(t.register),
            head(t.census),
            head(t.difference),
            head(t.percent),
            head(t.interval, "number wide"),
            h("th", { class: "plot wide", "aria-hidden": "true" }, t.chart),
            head(t.verdict, ""),
            head(t.q, "number wide"),
          ),
        ),
        shownDimensions.map((dimension) =>
          group(
            view,
            dimension,
            shown.filter((row) => row.dimension === dimension),
            scale,
          ),
        ),
      ),
    ),
    h("p", { class: "faint legend wide" }, t.chartNote),
    notes(view, shown),
  );
}

function group({ t, f }, dimension, rows, scale) {
  if (!rows.length) return null;
  const title =
    rows.length > 1 &&
    h("tr", { class: "group" }, h("th", { scope: "rowgroup", colspan: 9 }, label(t, "dimensions", dimension)));
  return h(
    "tbody",
    {},
    title,
    rows.map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, label(t, "cells", row.cell)),
        figures(t, f, row, scale),
        number(t, row.q_value === null ? "–" : f.probability(row.q_value), "wide"),
      ),
    ),
  );
}

function notes({ t }, rows) {
  const noted = new Map();
  for (const row of rows.filter((row) => row.notes))
    noted.set(row.notes, [...(noted.get(row.notes) ?? []), label(t, "cells", row.cell)]);
  if (!noted.size) return null;
  return h(
    "div",
    { class: "notes" },
    h("h3", {}, t.notes),
    h(
      "ul",
      {},
      [...noted].map(([note, cells]) =>
        h("li", {}, `${note} `, h("span", { class: "faint" }, `(${cells.join(", ")})`)),
      ),
    ),
  );
}
