// The list of areas.

import { choice, h, replace } from "./dom.js";
import { ask, studyPath } from "./data.js";
import { address, amend, go } from "./state.js";
import { figures, pager, scaleOf, withSides } from "./parts.js";
import { heading, tabs } from "./study.js";
import { label } from "./text.js";

const perPage = 50;
const columns = [
  ["code", "code", "code"],
  ["name", "name", ""],
  ["register", "register", "number persons"],
  ["census", "census", "number persons"],
  ["difference", "difference", "number persons"],
  ["difference_pct", "percent", "number"],
  ["ci_lower", "interval", "number wide"],
];

/** Shows the list. The filters stay in place while results change, or typing with an input method would break. */
export async function showList(view) {
  const { main, state, study, signal } = view;
  const wanted = chosen(state, study);
  const found = await ask(
    studyPath(study.id, "areas"),
    { ...wanted, level: wanted.level === "all" ? "" : wanted.level, per_page: perPage },
    signal,
  );
  const parent = state.parent ? await ask(studyPath(study.id, "areas", state.parent), {}, signal) : null;
  const key = `list ${study.id} ${view.language}`;
  if (main.dataset.view !== key) replace(main, shell(view));
  main.dataset.view = key;
  replace(document.getElementById("views"), tabs(view));
  fillFilters(view, wanted, parent);
  replace(document.getElementById("counts"), counts(view, wanted, found.verdicts));
  replace(document.getElementById("results"), results(view, wanted, found));
  view.announce(view.t.count(view.f.persons(found.total)));
  document.title = `${study.title || study.id} – Concord`;
}

function chosen(state, study) {
  return {
    level: state.level || (state.parent ? "all" : (study.telling_level || "all")),
    definition: state.definition || study.definitions[0] || "",
    verdict: state.verdict ?? "",
    q: state.q ?? "",
    parent: state.parent ?? "",
    sort: state.sort || "code",
    page: state.page || "1",
  };
}

function shell(view) {
  return [
    heading(view),
    h("section", { id: "counts", class: "counts", "aria-label": view.t.verdict }),
    h(
      "form",
      { id: "filters", class: "filters", role: "search", submit: (event) => event.preventDefault() },
      searchBox(view),
      h("div", { id: "choices", class: "choices" }),
    ),
    h("section", { id: "results", "aria-label": view.t.areas }),
  ];
}

function searchBox(view) {
  let timer;
  const search = (event) => {
    clearTimeout(timer);
    if (event.isComposing) return; // letters of an input method are not final yet
    timer = setTimeout(
      () => amend(view.current(), { q: event.target.value.trim(), page: "" }) && view.refresh(),
      200,
    );
  };
  return h(
    "div",
    { class: "field grow" },
    h("label", { for: "search" }, view.t.search),
    h("input", {
      id: "search",
      type: "search",
      autocomplete: "off",
      maxlength: 200,
      placeholder: view.t.searchHint,
      input: search,
      compositionend: search,
    }),
  );
}

function fillFilters(view, wanted, parent) {
  const { t, state, study } = view;
  const search = document.getElementById("search");
  if (document.activeElement !== search) search.value = wanted.q;
  const set = (name) => (value) => go(view.current(), { [name]: value, page: "" });
  const named = (kind, values) => values.map((value) => [value, label(t, kind, value)]);
  replace(
    document.getElementById("choices"),
    choice("level", t.level, [...named("levels", study.levels), ["all", t.allLevels]], wanted.level, set("level")),
    choice(
      "definition",
      t.definition,
      named("definitions", study.definitions),
      wanted.definition,
      set("definition"),
    ),
    choice(
      "verdict",
      t.verdict,
      [["", t.allVerdicts], ...Object.entries(t.verdicts)],
      wanted.verdict,
      set("verdict"),
    ),
    parent &&
      h(
        "p",
        { class: "within" },
        `${t.within} `,
        h("a", { href: address(state, { area: parent.code, page: "" }) }, parent.name),
        " ",
        h(
          "a",
          {
            class: "remove",
            href: address(state, { parent: "", level: "", page: "" }),
            "aria-label": `${t.clear}: ${parent.name}`,
          },
          "×",
        ),
      ),
  );
}

function counts(view, wanted, verdicts) {
  const { t, f, state } = view;
  const all = Object.values(verdicts).reduce((sum, n) => sum + n, 0);
  return Object.keys(t.verdicts).map((key) => {
    const pressed = wanted.verdict === key;
    const share = all ? verdicts[key] / all : 0;
    const bar = h("span", { class: "bar" });
    bar.style.setProperty("--share", share);
    return h(
      "button",
      {
        id: `count-${key}`,
        type: "button",
        class: `count ${key}`,
        "aria-pressed": String(pressed),
        click: () => go(state, { verdict: pressed ? "" : key, page: "" }),
      },
      h("span", { class: "figure" }, f.persons(verdicts[key] ?? 0)),
      h("span", { class: "name" }, t.verdicts[key]),
      h("span", { class: "faint" }, f.share(share)),
      bar,
    );
  });
}

function results(view, wanted, found) {
  const { t, state } = view;
  if (!found.areas.length) {
    return h(
      "p",
      { class: "empty" },
      t.none,
      " ",
      h("a", { href: address(state, { q: "", verdict: "", level: "", parent: "", page: "" }) }, t.clear),
    );
  }
  return [
    h("div", { class: "scroll", role: "region", "aria-label": t.areas, tabindex: "0" }, table(view, wanted, found)),
    h("p", { class: "faint legend wide" }, t.chartNote),
    pager(view, found, (n) => view.t.count(view.f.persons(n))),
  ];
}

function table(view, wanted, found) {
  const { t } = view;
  const totals = found.areas.map((area) => area.totals.find((row) => row.definition === wanted.definition));
  const scale = scaleOf(totals);
  const named = { ...view, t: withSides(t, view.study, wanted.definition) };
  return h(
    "table",
    {},
    h("caption", { class: "hidden" }, `${t.areas}: ${t.count(view.f.persons(found.total))}`),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        columns.map((column) => sortable(named, wanted, ...column)),
        h("th", { scope: "col", class: "plot wide", "aria-hidden": "true" }, t.chart),
        sortable(view, wanted, "verdict", "verdict", ""),
      ),
    ),
    h(
      "tbody",
      {},
      found.areas.map((area, i) => line(view, area, totals[i], scale)),
    ),
  );
}

function sortable({ t, state }, wanted, column, name, kind) {
  const up = wanted.sort === column,
    down = wanted.sort === `-${column}`;
  const click = () => go(state, { sort: up ? `-${column}` : column, page: "" });
  return h(
    "th",
    { scope: "col", class: kind, "aria-sort": up ? "ascending" : down ? "descending" : "none" },
    h(
      "button",
      { id: `sort-${column}`, type: "button", click },
      t[name],
      h("span", { class: "arrow", "aria-hidden": "true" }, up ? "▲" : down ? "▼" : "↕"),
    ),
  );
}

function line({ t, f, state }, area, row, scale) {
  return h(
    "tr",
    {},
    h("td", { class: "code" }, area.code),
    h("th", { scope: "row" }, h("a", { href: address(state, { area: area.code }) }, area.name || area.code)),
    figures(t, f, row, scale),
  );
}
